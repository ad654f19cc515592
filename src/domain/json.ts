/** JSON as it arrives and as it is kept. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

const maxDepth = 64;

/** Where the string that begins at `start` ends: the place after its closing quote. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
};

/**
 * One pass over text that `JSON.parse` has accepted: finds equal keys in one object, of which it keeps the last without a
 * word, and depth over the limit.
 */
export const jsonComplaint = (text: string): string | undefined => {
  const open: Array<Set<string> | null> = [];
  let last = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      last = text.slice(at, end);
      at = end - 1;
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? new Set() : null);
      if (open.length > maxDepth) return `The body is nested deeper than ${maxDepth} levels.`;
    } else if (char === "}" || char === "]") {
      open.pop();
    } else if (char === ":") {
      const key = String(JSON.parse(last));
      if (open.at(-1)?.has(key)) return `The key ${last.slice(0, 100)} appears twice in one object.`;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
};
