/** Applies rewrites of values to every attribute inside a value, once each. */
import { type Attribute, find, isList, isObject, type Unread } from "../schema/index.ts";
import type { Rewrite } from "./rewrite.ts";

type Change = (attribute: Attribute, value: unknown) => unknown;

/** All of a dialect's value rewrites as one, in order. */
export const valueChange =
  (rewrites: readonly Rewrite[]): Change =>
  (attribute, value) =>
    rewrites.reduce((current, { value: change }) => (change ? change(attribute, current) : current), value);

/** The attributes of an object; names that no row has stay as they are. */
export const walkObject = (rows: readonly Attribute[], object: Unread, change: Change): Unread => {
  const fields = Object.entries(object).map(([key, value]) => {
    const row = find(rows, key);
    return [key, row === undefined ? value : walkValue(row, value, change)] as const;
  });
  return Object.fromEntries(fields);
};

const walkInside = (row: Attribute, value: unknown, change: Change): unknown =>
  isObject(value) ? walkObject(row.subAttributes ?? [], value, change) : value;

/** One attribute's value, then what is inside it. */
export const walkValue = (row: Attribute, value: unknown, change: Change): unknown => {
  if (value === undefined || value === null) return value;
  const changed = change(row, value);
  if (row.type !== "complex") return changed;
  return isList(changed)
    ? changed.map((each) => walkInside(row, each, change))
    : walkInside(row, changed, change);
};
