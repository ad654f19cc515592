/** Lists of values: union, difference, the one primary value. Linear in the number of values. */
import { isJsonObject, type Json, type JsonObject } from "../schema/index.ts";
import { keyOf, own } from "./object.ts";

/** What makes two elements the same: their `value` and `type` (RFC 7643 §2.4), else all they hold. */
const identityOf = (element: Json): string => {
  const value = isJsonObject(element) ? own(element, "value") : undefined;
  if (value === undefined || !isJsonObject(element)) return keyOf(element);
  return keyOf([value, own(element, "type") ?? null]);
};

const isPrimary = (element: Json | undefined): element is JsonObject =>
  isJsonObject(element) && element["primary"] === true;

/**
 * Makes the one changed value that is primary the only one (RFC 7644 §3.5.2). When several changed ones are, they
 * are left for validation to refuse.
 */
export const settlePrimary = (list: readonly Json[], changed: ReadonlySet<number>): readonly Json[] => {
  const chosen = [...changed].filter((index) => isPrimary(list[index]));
  if (chosen.length !== 1) return list;
  return list.map((each, index) =>
    index !== chosen[0] && isPrimary(each) ? { ...each, primary: false } : each,
  );
};

const combine = (old: Json | undefined, added: Json): Json =>
  isJsonObject(old) && isJsonObject(added) ? { ...old, ...added } : added;

/** The list with values added; one that is there already is completed, not repeated (RFC 7644 §3.5.2.1). */
export const union = (list: readonly Json[], added: readonly Json[]): readonly Json[] => {
  const places = new Map(list.map((each, index) => [identityOf(each), index]));
  const result = [...list];
  const changed = new Set<number>();
  for (const each of added) {
    const identity = identityOf(each);
    const place = places.get(identity) ?? result.length;
    result[place] = combine(result[place], each);
    places.set(identity, place);
    changed.add(place);
  }
  return settlePrimary(result, changed);
};

/** The `value` of an item that names no `type`. */
const untypedValue = (item: Json): string | undefined => {
  if (!isJsonObject(item) || own(item, "type") !== undefined) return undefined;
  const value = own(item, "value");
  return value === undefined ? undefined : keyOf(value);
};

/**
 * The list without the items: an item with a `value` means the elements with it (and its `type`, if it has one), an
 * item without a `value` means the elements equal to it.
 */
export const difference = (list: readonly Json[], items: readonly Json[]): readonly Json[] => {
  const identities = new Set(items.map(identityOf));
  const values = new Set(items.map(untypedValue).filter((key) => key !== undefined));
  return list.filter((element) => {
    const value = isJsonObject(element) ? own(element, "value") : undefined;
    return !identities.has(identityOf(element)) && (value === undefined || !values.has(keyOf(value)));
  });
};
