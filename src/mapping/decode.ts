/** Reads a mapping from JSON and says, in the operator's words, what is wrong and in which rule. */
import { Result, Schema } from "effect";
import { InvalidValue } from "../domain/index.ts";
import { type Complaint, complaints, type Path } from "./complaint.ts";
import { Mapping } from "./rule.ts";

const shown = 10;

const own = (value: unknown, key: PropertyKey): unknown =>
  typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;

const dotted = (path: Path): string =>
  path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");

const place = (input: unknown, path: Path): string => {
  const [table, index, ...rest] = path;
  const id = table === "rules" && index !== undefined ? own(own(own(input, table), index), "id") : undefined;
  if (typeof id !== "string") return dotted(path).slice(1) || "mapping";
  return `rule ${JSON.stringify(id.slice(0, 63))}${rest.length > 0 ? " at " : ""}${dotted(rest).slice(1)}`;
};

const detail = (input: unknown, found: ReadonlyArray<Complaint>): string => {
  const lines = found.slice(0, shown).map(({ path, message }) => `${place(input, path)}: ${message}`);
  return [...lines, ...(found.length > shown ? [`and ${found.length - shown} more`] : [])].join("; ");
};

const decode = Schema.decodeUnknownResult(Mapping, { errors: "all", onExcessProperty: "error" });

/** The mapping in `input`, or one line per mistake, each naming its rule and where in it. Unknown keys are refused. */
export const decodeMapping = (input: unknown): Result.Result<Mapping, InvalidValue> =>
  Result.mapError(
    decode(input),
    ({ issue }) => new InvalidValue({ detail: detail(input, complaints(issue)) }),
  );
