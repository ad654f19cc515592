/** Checks that several parts of the document share. */
import { Schema } from "effect";
import { isOneLine } from "../../domain/index.ts";

export const readable = (least: number, most: number) =>
  Schema.makeFilter(
    (text: string) =>
      (text.trim().length >= least && isOneLine(text, most)) ||
      `use ${least} to ${most} characters in one line, without control characters`,
  );

/** No two with the same key. `field` says in which key of each it stands. */
export const uniqueBy = <A>(keyOf: (item: A) => string, field: string) =>
  Schema.makeFilter((items: ReadonlyArray<A>) => {
    const seen = new Set<string>();
    return items.flatMap((item, index) => {
      const key = keyOf(item);
      if (seen.has(key)) {
        return [{ path: typeof item === "string" ? [index] : [index, field], issue: "is here twice" }];
      }
      seen.add(key);
      return [];
    });
  });
