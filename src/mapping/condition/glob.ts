/**
 * Patterns over group names: `*` is any text, also none, `?` one character (UTF-16 unit), `{scope}` one or more
 * characters that are captured; everything else is itself. No regular expressions: a pattern costs at most
 * `longestPart` steps for each character of the name, whatever the two are.
 */
export interface Glob {
  readonly head: string;
  /** What must follow, in this order, with any text before and after each. */
  readonly parts: ReadonlyArray<string>;
  readonly tail: string;
  /** `exact`: the head is all there is. */
  readonly middle: "exact" | "star" | "capture";
}

/** What stands for the captured scope, in patterns and in the scope made from it. */
export const captureMark = "{scope}";

/** How long the text between two stars may be: it is looked for at every character of the name. */
export const longestPart = 32;

/** What keeps a pattern from being used, with the character (from 1) where it is; `null` for a good one. */
export const globProblem = (pattern: string): string | null => {
  const mark = pattern.indexOf(captureMark);
  const again = mark < 0 ? -1 : pattern.indexOf(captureMark, mark + 1);
  if (again >= 0) return `character ${again + 1}: use ${captureMark} only once`;
  const star = pattern.indexOf("*");
  if (mark >= 0 && star >= 0)
    return `character ${star + 1}: use either * or ${captureMark}, what it captures would depend on luck`;
  return longPart(pattern);
};

const longPart = (pattern: string): string | null => {
  const pieces = pattern.split("*");
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const isBetween = index > 0 && index < pieces.length - 1;
    if (isBetween && piece.length > longestPart)
      return `character ${at + 1}: use at most ${longestPart} characters between two *, more could stall`;
    at += piece.length + 1;
  }
  return null;
};

/** Prepares a pattern without a `globProblem`. */
export const parseGlob = (pattern: string): Glob => {
  const mark = pattern.indexOf(captureMark);
  if (mark >= 0) {
    const tail = pattern.slice(mark + captureMark.length);
    return { head: pattern.slice(0, mark), parts: [], tail, middle: "capture" };
  }
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.at(-1);
  if (tail === undefined) return { head, parts: [], tail: "", middle: "exact" };
  return { head, parts: rest.slice(0, -1).filter((part) => part !== ""), tail, middle: "star" };
};

/** The text that every matching name begins with. */
export const literalHead = ({ head }: Glob): string => {
  const any = head.indexOf("?");
  return any < 0 ? head : head.slice(0, any);
};

/** Counts compared characters, for whoever must know that they are few. */
export interface Meter {
  steps: number;
}

const any = "?".charCodeAt(0);

const standsAt = (part: string, text: string, at: number, meter?: Meter): boolean => {
  for (let index = 0; index < part.length; index++) {
    if (meter !== undefined) meter.steps++;
    const wanted = part.charCodeAt(index);
    if (wanted !== any && wanted !== text.charCodeAt(at + index)) return false;
  }
  return true;
};

/** Leftmost is enough: what a later place allows, an earlier one allows too. */
const partsFit = (parts: ReadonlyArray<string>, text: string, from: number, end: number, meter?: Meter) => {
  let at = from;
  for (const part of parts) {
    while (at + part.length <= end && !standsAt(part, text, at, meter)) at++;
    if (at + part.length > end) return false;
    at += part.length;
  }
  return true;
};

const least = { exact: 0, star: 0, capture: 1 };

export const matchesGlob = (glob: Glob, text: string, meter?: Meter): boolean => {
  const { head, parts, tail, middle } = glob;
  const end = text.length - tail.length;
  if (middle === "exact" ? text.length !== head.length : end - head.length < least[middle]) return false;
  if (!standsAt(head, text, 0, meter) || !standsAt(tail, text, end, meter)) return false;
  return partsFit(parts, text, head.length, end, meter);
};

/** What `{scope}` stands for in a name that matches. */
export const captured = ({ head, tail }: Glob, text: string): string =>
  text.slice(head.length, text.length - tail.length);
