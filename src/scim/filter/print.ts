/** Tree to text. */
import type { Filter, PatchPath } from "./ast.ts";

const operand = (filter: Filter, parent: "And" | "Or", side: "left" | "right"): string => {
  const text = printFilter(filter);
  if (filter._tag !== "And" && filter._tag !== "Or") return text;
  // `and` and `or` group to the left; `and` binds tighter.
  const bare = filter._tag === parent ? side === "left" : filter._tag === "And";
  return bare ? text : `(${text})`;
};

/** The filter's text, such that parsing it gives the same tree (but for positions). */
export const printFilter = (filter: Filter): string => {
  switch (filter._tag) {
    case "Compare":
      return `${filter.path} ${filter.op} ${JSON.stringify(filter.value)}`;
    case "Present":
      return `${filter.path} pr`;
    case "Not":
      return `not (${printFilter(filter.filter)})`;
    case "Some":
      return `${filter.path}[${printFilter(filter.filter)}]`;
    default: {
      const word = filter._tag.toLowerCase();
      return `${operand(filter.left, filter._tag, "left")} ${word} ${operand(filter.right, filter._tag, "right")}`;
    }
  }
};

/** The path's text, such that parsing it gives the same path (but for positions). */
export const printPath = ({ path, filter, sub }: PatchPath): string =>
  path + (filter === undefined ? "" : `[${printFilter(filter)}]`) + (sub === undefined ? "" : `.${sub}`);
