/** Applies rewrites of values to every attribute inside a value, once each. */
import { type Attribute, find, isList, isObject, type Unread } from "../schema/index.ts";
import type { Rewrite } from "./rewrite.ts";

type Change = (attribute: Attribute, value: unknown) => unknown;

/** All of a dialect's value rewrites as one, in order. */
export const valueChange = (rewrites: readonly Rewrite[]): Change => {
  const changes = rewrites.map(({ value }) => value).filter((change) => change !== undefined);
  return (attribute, value) => {
    let current = value;
    for (const change of changes) current = change(attribute, current);
    return current;
  };
};

/** The attributes of an object; names that no row has stay as they are. The same object when nothing changes. */
export const walkObject = (rows: readonly Attribute[], object: Unread, change: Change): Unread => {
  let changed: Map<string, unknown> | undefined;
  for (const [key, value] of Object.entries(object)) {
    const row = find(rows, key);
    const next = row === undefined ? value : walkValue(row, value, change);
    // A large group has 100,000 members and mostly nothing to change in any of them.
    if (next !== value) changed = (changed ?? new Map(Object.entries(object))).set(key, next);
  }
  return changed === undefined ? object : Object.fromEntries(changed);
};

const walkInside = (row: Attribute, value: unknown, change: Change): unknown =>
  isObject(value) ? walkObject(row.subAttributes ?? [], value, change) : value;

/** One attribute's value, then what is inside it. */
export const walkValue = (row: Attribute, value: unknown, change: Change): unknown => {
  if (value === undefined || value === null) return value;
  const changed = change(row, value);
  if (row.type !== "complex") return changed;
  if (!isList(changed)) return walkInside(row, changed, change);
  const elements = changed.map((each) => walkInside(row, each, change));
  return elements.some((each, index) => each !== changed[index]) ? elements : changed;
};
