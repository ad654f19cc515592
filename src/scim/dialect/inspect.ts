/** Looks through what was sent for the first thing that is wrong with it. */
import { type Attribute, find, isList, isObject, type Unread } from "../schema/index.ts";

/** Is there something wrong with this value of a row? `row` is undefined for a name that none has. */
export type Look = (row: Attribute | undefined, at: string, value: unknown) => string | undefined;

const inspectInside = (row: Attribute, at: string, value: unknown, look: Look): string | undefined => {
  const rows = row.subAttributes ?? [];
  for (const each of isList(value) ? value : [value]) {
    const found = isObject(each) ? inspectObject(rows, each, look, `${at}.`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
};

/** One attribute's value and everything inside it. */
export const inspectValue = (row: Attribute, at: string, value: unknown, look: Look): string | undefined =>
  look(row, at, value) ?? (row.type === "complex" ? inspectInside(row, at, value, look) : undefined);

/** An object's attributes and everything inside them. Linear in what was sent. */
export const inspectObject = (
  rows: readonly Attribute[],
  object: Unread,
  look: Look,
  before = "",
): string | undefined => {
  for (const [key, value] of Object.entries(object)) {
    const row = find(rows, key);
    const at = `${before}${key}`;
    const found = row === undefined ? look(undefined, at, value) : inspectValue(row, at, value, look);
    if (found !== undefined) return found;
  }
  return undefined;
};
