/** Values from outside made safe to show: nothing in a name may move the cursor, colour or reverse the line. */

/** C0 and C1 controls, line and paragraph separators, and what turns the reading direction. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const hex = (character: string, width: number) => character.charCodeAt(0).toString(16).padStart(width, "0");

const visible = (character: string): string =>
  character.charCodeAt(0) < 256 ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;

/** One line in which every control character can be seen instead of acting. */
export const plain = (text: string): string => text.replace(unsafe, visible);

/** JSON that a terminal can show: the same value to whoever parses it. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(unsafeInJson, (character) => `\\u${hex(character, 4)}`);
