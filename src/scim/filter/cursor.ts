/** Reads a filter's text once, from left to right, one token ahead. Counts its steps. */
import { InvalidFilter } from "../../domain/index.ts";

export const maxLength = 2_048;

type Mark = "(" | ")" | "[" | "]";

export type Token =
  | { readonly kind: "word"; readonly text: string; readonly position: number }
  | { readonly kind: "string"; readonly value: string; readonly position: number }
  | { readonly kind: Mark | "end"; readonly position: number };

export interface Cursor {
  readonly text: string;
  readonly bareWords: boolean;
  at: number;
  steps: number;
  token: Token;
  /** The first thing that was wrong; once set, reading stops. */
  failure: InvalidFilter | undefined;
}

/** Records what is wrong, the first time, and answers `undefined` so that a rule can return it. */
export const refuse = (cursor: Cursor, detail: string, position = cursor.token.position): undefined => {
  cursor.failure ??= new InvalidFilter({ detail, position });
};

const isSpace = (char: string) => char === " " || char === "\t";
const isMark = (char: string): char is Mark => char === "(" || char === ")" || char === "[" || char === "]";
const endsWord = (char: string) => char === "" || char === '"' || isSpace(char) || isMark(char);

const skip = (cursor: Cursor, isPart: (char: string) => boolean): void => {
  while (isPart(cursor.text.charAt(cursor.at))) {
    cursor.at += 1;
    cursor.steps += 1;
  }
};

const decode = (quoted: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(quoted);
    // What PostgreSQL cannot store, it cannot compare with either.
    return typeof value === "string" && value.isWellFormed() && !value.includes("\0") ? value : undefined;
  } catch {
    return undefined;
  }
};

const readString = (cursor: Cursor, start: number): Token => {
  cursor.at += 1;
  let escaped = false;
  skip(cursor, (char) => {
    const inside = char !== "" && (escaped || char !== '"');
    escaped = !escaped && char === "\\";
    return inside;
  });
  cursor.at += 1;
  const value = decode(cursor.text.slice(start, cursor.at));
  if (value === undefined) refuse(cursor, "This string is not closed or not valid JSON.", start);
  return { kind: "string", value: value ?? "", position: start };
};

const readToken = (cursor: Cursor): Token => {
  skip(cursor, isSpace);
  const start = cursor.at;
  const char = cursor.text.charAt(start);
  if (char === "" || cursor.failure !== undefined) return { kind: "end", position: start };
  if (char === '"') return readString(cursor, start);
  if (isMark(char)) {
    cursor.at += 1;
    return { kind: char, position: start };
  }
  skip(cursor, (each) => !endsWord(each));
  return { kind: "word", text: cursor.text.slice(start, cursor.at), position: start };
};

/** Moves on to the next token. */
export const advance = (cursor: Cursor): void => {
  cursor.steps += 1;
  cursor.token = readToken(cursor);
};

/** Whether the current token is this word, in any capitalisation. */
export const isWord = (cursor: Cursor, word: string): boolean =>
  cursor.token.kind === "word" && cursor.token.text.toLowerCase() === word;

/** Passes a bracket that must be here; answers whether it was. */
export const expect = (cursor: Cursor, mark: Mark): boolean => {
  if (cursor.token.kind !== mark) {
    refuse(cursor, `Expected "${mark}" here.`);
    return false;
  }
  advance(cursor);
  return true;
};

export const openCursor = (text: string, bareWords: boolean): Cursor => {
  const token: Token = { kind: "end", position: 0 };
  const cursor: Cursor = { text, bareWords, at: 0, steps: 0, token, failure: undefined };
  if (text.length > maxLength) refuse(cursor, `A filter has at most ${maxLength} characters.`, maxLength);
  advance(cursor);
  return cursor;
};
