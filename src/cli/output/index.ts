/** Owns how results look: on stdout as tables or JSON, on stderr as talk. Does not own what they say. */
export { print, say, showLines, type View } from "./print.ts";
export { type Columns, facts, type Line, table } from "./table.ts";
export { jsonText, plain } from "./text.ts";
export { exactMoment, moment, momentAfter } from "./time.ts";
export { camelCased, dashed } from "./words.ts";
