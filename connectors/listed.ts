/** Settings that hold several texts in one, with spaces between. */
import { Schema } from "effect";

const most = 20;
const longest = 8_000;

export const listIn = (text: string): ReadonlyArray<string> => text.split(" ").filter((one) => one !== "");

export const listed = Schema.String.check(
  Schema.makeFilter((text: string) =>
    listIn(text).length > most || !/^[\x20-\x7e]*$/.test(text) || text.length > longest
      ? `write at most ${most}, with spaces between`
      : undefined,
  ),
);
