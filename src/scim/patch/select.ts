/** Operations on chosen elements of a list: `emails[type eq "work"]`, `emails[type eq "work"].value`. */
import { Result } from "effect";
import { NoTarget } from "../../domain/index.ts";
import { predicate, type ResolvedFilter } from "../filter/index.ts";
import { type Attribute, isJsonObject, type Json, type JsonObject, normaliseValue } from "../schema/index.ts";
import { type Changed, type Setting, set } from "./change.ts";
import { settlePrimary, union } from "./elements.ts";
import { listOf, objectOf, orUnassigned, own, put } from "./object.ts";
import type { Target } from "./operation.ts";

const selector = ({ filter }: Target): ((element: Json) => element is JsonObject) => {
  const holds = filter === undefined ? undefined : predicate(filter);
  return (element): element is JsonObject => isJsonObject(element) && (holds?.(element) ?? true);
};

/** What an element must hold for the filter to select it, when the filter is nothing but equalities. */
const equalities = (filter: ResolvedFilter | undefined): JsonObject | undefined => {
  if (filter?._tag === "Compare" && filter.op === "eq") return { [filter.path.attribute.name]: filter.value };
  if (filter?._tag !== "And") return undefined;
  const [left, right] = [equalities(filter.left), equalities(filter.right)];
  if (left === undefined || right === undefined) return undefined;
  const contradicts = Object.entries(right).some(([key, value]) => (own(left, key) ?? value) !== value);
  return contradicts ? undefined : { ...left, ...right };
};

const oneOf = (row: Attribute, value: unknown): Changed<JsonObject> =>
  Result.map(normaliseValue({ ...row, multiValued: false }, value, "client"), objectOf);

const changeOne = (op: Setting, target: Target, element: JsonObject, value: unknown): Changed<JsonObject> => {
  const { attribute, sub, filter } = target;
  if (sub !== undefined) {
    return Result.map(set(op, sub, own(element, sub.name), value), (found) => put(element, sub.name, found));
  }
  // A replaced element stays the one its filter selects, so that sending it again changes nothing.
  const kept = op === "add" ? element : (equalities(filter) ?? {});
  return Result.map(oneOf(attribute, value), (found) => ({ ...kept, ...found }));
};

const noTarget = ({ attribute }: Target) =>
  Result.fail(new NoTarget({ detail: `No value of "${attribute.name}" is selected by the path.` }));

/**
 * `add` through a filter that selects nothing creates the element its equalities describe. RFC 7644 §3.5.2.1 leaves
 * this open; Entra counts on it (SCIM-SDK#416). `replace` must not (§3.5.2.3: noTarget).
 */
const create = (op: Setting, target: Target, list: readonly Json[], value: unknown): Changed => {
  if (op === "add" && value === null) return Result.succeed(orUnassigned(list));
  const start = equalities(target.filter);
  if (op === "replace" || start === undefined) return noTarget(target);
  const made = changeOne("add", target, start, value);
  if (Result.isFailure(made)) return made;
  const fixed = target.sub === undefined ? undefined : own(start, target.sub.name);
  const contradicts =
    target.sub !== undefined && fixed !== undefined && made.success[target.sub.name] !== fixed;
  return contradicts ? noTarget(target) : Result.succeed(union(list, [made.success]));
};

/** `add` or `replace` on the selected elements. Fails with NoTarget when there are none and none can be made. */
export const setSelected = (
  op: Setting,
  target: Target,
  current: Json | undefined,
  value: unknown,
): Changed => {
  const list = listOf(current);
  const selects = selector(target);
  const result: Json[] = [];
  const changed = new Set<number>();
  for (const [index, element] of list.entries()) {
    const next = selects(element) ? changeOne(op, target, element, value) : undefined;
    if (next !== undefined && Result.isFailure(next)) return Result.fail(next.failure);
    if (next !== undefined) changed.add(index);
    result.push(next === undefined ? element : next.success);
  }
  return changed.size === 0
    ? create(op, target, list, value)
    : Result.succeed(settlePrimary(result, changed));
};

/** `remove` of the selected elements, or of their sub-attribute. Selecting none is no error: clients repeat. */
export const removeSelected = (target: Target, current: Json | undefined): Json | undefined => {
  const { sub } = target;
  const selects = selector(target);
  const left = listOf(current).flatMap((element) => {
    if (!selects(element)) return [element];
    const rest = sub === undefined ? undefined : orUnassigned(put(element, sub.name, undefined));
    return rest === undefined ? [] : [rest];
  });
  return orUnassigned(left);
};
