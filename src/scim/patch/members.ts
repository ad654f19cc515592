/** Takes changes of a group's members out of a PATCH: they are database rows, not part of the stored JSON. */
import { Result } from "effect";
import { InvalidValue, NotMutable } from "../../domain/index.ts";
import type { ResolvedFilter } from "../filter/index.ts";
import {
  type Attribute,
  attributesOf,
  find,
  Group,
  isJsonObject,
  isList,
  isObject,
  normaliseValue,
} from "../schema/index.ts";
import { listOf } from "./object.ts";
import type { Operation, PatchFailure, Target } from "./operation.ts";

/** One change of the member list. Ids are as the client sent them, each once, in order. */
export type MemberChange =
  | { readonly _tag: "Add" | "Remove" | "Replace"; readonly ids: readonly string[] }
  | { readonly _tag: "RemoveAll" }
  /** Members satisfying a filter relative to the member, such as `display eq "x"`. */
  | { readonly _tag: "RemoveWhere"; readonly filter: ResolvedFilter };

export interface SplitOperations {
  readonly attributes: readonly Operation[];
  readonly members: readonly MemberChange[];
}

type Change = Result.Result<MemberChange, PatchFailure>;

/** A group's own members: an extension may have an attribute of the same name. */
const isMembers = (target: Target | undefined): boolean =>
  target?.rows.length === 1 && target.attribute.name === "members";

const idsOf = (row: Attribute, value: unknown): Result.Result<readonly string[], InvalidValue> => {
  const refuse = () =>
    Result.fail(new InvalidValue({ detail: `"members" must be an array of objects with a "value".` }));
  if (!isList(value)) return refuse();
  const checked = normaliseValue(row, value, "client");
  if (Result.isFailure(checked)) return Result.fail(checked.failure);
  const ids = listOf(checked.success).flatMap((each) =>
    isJsonObject(each) && typeof each["value"] === "string" ? [each["value"]] : [],
  );
  return ids.length === value.length ? Result.succeed([...new Set(ids)]) : refuse();
};

const setMembers = (row: Attribute, op: "add" | "replace", value: unknown): Change =>
  Result.map(idsOf(row, value === null ? [] : value), (ids) => ({
    _tag: op === "add" ? "Add" : "Replace",
    ids,
  }));

/** The ids of `value eq "a" or value eq "b"`; `undefined` for any other filter. */
const equalIds = (filter: ResolvedFilter): readonly string[] | undefined => {
  if (filter._tag === "Or") {
    const [left, right] = [equalIds(filter.left), equalIds(filter.right)];
    return left && right && [...left, ...right];
  }
  const isId = filter._tag === "Compare" && filter.op === "eq" && filter.path.attribute.name === "value";
  return isId && typeof filter.value === "string" ? [filter.value] : undefined;
};

const removeWhere = (filter: ResolvedFilter): MemberChange => {
  const ids = equalIds(filter);
  return ids ? { _tag: "Remove", ids: [...new Set(ids)] } : { _tag: "RemoveWhere", filter };
};

const removeMembers = (row: Attribute, value: unknown): Change => {
  if (value === undefined || value === null) return Result.succeed({ _tag: "RemoveAll" });
  const ids = idsOf(row, value);
  if (Result.isFailure(ids)) return Result.fail(ids.failure);
  return ids.success.length === 0
    ? Result.fail(new InvalidValue({ detail: "The list of members to remove is empty." }))
    : Result.succeed({ _tag: "Remove", ids: ids.success });
};

const changeOf = ({ op, value }: Operation, { attribute, filter, sub }: Target): Change => {
  if (sub !== undefined || (filter !== undefined && op !== "remove")) {
    return Result.fail(new NotMutable({ detail: "A member is added or removed, never changed." }));
  }
  if (op !== "remove") return setMembers(attribute, op, value);
  return filter ? Result.succeed(removeWhere(filter)) : removeMembers(attribute, value);
};

interface Parts {
  readonly members: readonly unknown[];
  readonly rest: Operation | undefined;
}

/** A value without a path, cut in two; `rest` is absent when it held nothing but members. */
const cut = (operation: Operation): Parts => {
  if (!isObject(operation.value)) return { members: [], rest: operation };
  const fields = Object.entries(operation.value);
  const isMember = ([key]: readonly [string, unknown]) => find(attributesOf(Group), key)?.name === "members";
  const members = fields.filter(isMember).map(([, value]) => value);
  const others = fields.filter((field) => !isMember(field));
  const keep = members.length === 0 || others.length > 0;
  return { members, rest: keep ? { ...operation, value: Object.fromEntries(others) } : undefined };
};

const memberChanges = (operation: Operation, { members }: Parts): readonly Change[] => {
  const { op, target } = operation;
  if (target !== undefined) return isMembers(target) ? [changeOf(operation, target)] : [];
  const row = find(attributesOf(Group), "members");
  if (row === undefined || op === "remove") return [];
  return members.map((value) => setMembers(row, op, value));
};

/**
 * A group's operations as what changes its attributes (for `applyPatch`) and what changes its members, each in
 * order. Time is linear in the number of members. Fails with InvalidValue for a member without a text `value` or
 * an empty list to remove, with NotMutable for a change of a member in place (RFC 7643 §4.2: immutable).
 */
export const splitMembers = (
  operations: readonly Operation[],
): Result.Result<SplitOperations, PatchFailure> => {
  const attributes: Operation[] = [];
  const members: MemberChange[] = [];
  for (const operation of operations) {
    const parts: Parts = operation.target === undefined ? cut(operation) : { members: [], rest: operation };
    const changes = Result.all(memberChanges(operation, parts));
    if (Result.isFailure(changes)) return Result.fail(changes.failure);
    members.push(...changes.success);
    if (parts.rest !== undefined && !isMembers(operation.target)) attributes.push(parts.rest);
  }
  return Result.succeed({ attributes, members });
};
