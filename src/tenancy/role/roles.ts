import { isDeepStrictEqual } from "node:util";
import { Effect, Result } from "effect";
import {
  Forbidden,
  InvalidValue,
  type JsonObject,
  mayDo,
  NotFound,
  type RoleKey,
} from "../../domain/index.ts";
import { decodeMapping, rolesIn } from "../../mapping/index.ts";
import {
  addRole,
  findMappingIn,
  lockMapping,
  lockRole,
  type NewRole,
  type RoleRow,
  removeRole,
  type TenantTx,
  updateRole,
  usesOfRole,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { descriptionOf, labelOf, permissionOf, roleKeyOf } from "../input.ts";
import { beginChange, endChange, requireUnused } from "./change.ts";

interface WantedRole {
  readonly key: string;
  readonly name: string | null;
  readonly description: string;
  readonly permissions?: ReadonlyArray<string>;
  readonly reserved?: boolean;
}

const mostPermissions = 1000;

const permissionsOf = Effect.fnUntraced(function* (wanted: ReadonlyArray<string>) {
  if (wanted.length > mostPermissions) {
    return yield* new InvalidValue({ detail: `permissions: use at most ${mostPermissions}.` });
  }
  const all = yield* Effect.forEach(wanted, (one) => permissionOf("permissions", one));
  return [...new Set(all)].toSorted();
});

const noRole = (key: string) => new NotFound({ kind: "role", id: key });

/** Reads the role again: as it is now, with its place on a ladder. */
const roleNow = Effect.fnUntraced(function* (tx: TenantTx, key: string) {
  return (yield* lockRole(tx, key)) ?? (yield* noRole(key));
});

export const createRole = (caller: Caller, target: Target, wanted: WantedRole) =>
  inOrganization(
    caller,
    target,
    "role:write",
    Effect.fnUntraced(function* (tx, origin) {
      const key = yield* roleKeyOf("key", wanted.key);
      yield* addRole(tx, {
        key,
        name: wanted.name === null ? key : yield* labelOf("name", wanted.name),
        description: yield* descriptionOf("description", wanted.description),
        permissions: yield* permissionsOf(wanted.permissions ?? []),
        reserved: wanted.reserved ?? false,
      });
      yield* endChange(tx, origin, { type: "role.created", data: { role: key } }, false);
      return yield* roleNow(tx, key);
    }),
  );

/** What is null stays as it is. */
export interface RoleChange {
  readonly name: string | null;
  readonly description: string | null;
  readonly permissions: ReadonlyArray<string> | null;
  readonly reserved: boolean | null;
}

const merged = Effect.fnUntraced(function* (before: RoleRow, change: RoleChange) {
  const { key } = before;
  return {
    key,
    name: change.name === null ? before.name : yield* labelOf("name", change.name),
    description:
      change.description === null
        ? before.description
        : yield* descriptionOf("description", change.description),
    permissions: change.permissions === null ? before.permissions : yield* permissionsOf(change.permissions),
    reserved: change.reserved ?? before.reserved,
  } satisfies Required<NewRole>;
});

const fields = ["name", "description", "permissions", "reserved"] as const;

/** What differs, by name; of what decides about people also how. */
const changesIn = (before: RoleRow, after: Required<NewRole>): JsonObject => ({
  role: before.key,
  changed: fields.filter((name) => !isDeepStrictEqual(before[name], after[name])),
  ...(before.reserved === after.reserved ? {} : { reserved: after.reserved }),
});

/** Whoever could take the mark away could grant the role: it needs what granting it needs. */
const mayUnreserve = (caller: Caller, before: RoleRow, after: Required<NewRole>) =>
  !before.reserved || after.reserved || mayDo(caller.role, "grant:reserved")
    ? Effect.void
    : Effect.fail(
        new Forbidden({
          detail: `${before.key} is a reserved role: who is ${caller.role} cannot make it an ordinary one. Ask an owner.`,
        }),
      );

/** Changes what is said of a role; gives the role as it is then. */
export const changeRole = (caller: Caller, target: Target, key: string, change: RoleChange, apply: boolean) =>
  inOrganization(
    caller,
    target,
    "role:write",
    Effect.fnUntraced(function* (tx, origin) {
      yield* beginChange(tx, apply);
      const before = yield* roleNow(tx, key);
      const after = yield* merged(before, change);
      const data = changesIn(before, after);
      yield* mayUnreserve(caller, before, after);
      if (fields.every((name) => isDeepStrictEqual(before[name], after[name]))) return before;
      yield* updateRole(tx, after);
      yield* endChange(tx, origin, { type: "role.updated", data }, apply);
      return yield* roleNow(tx, key);
    }),
  );

const namesRole = (document: unknown, role: RoleKey): boolean =>
  Result.match(decodeMapping(document), {
    onSuccess: (mapping) => rolesIn(mapping).includes(role),
    onFailure: () => false,
  });

const mappingsWith = Effect.fnUntraced(function* (tx: TenantTx, role: RoleKey) {
  const found: Array<string> = [];
  for (const [state, words] of [
    ["published", "the mapping in force"],
    ["draft", "the draft of the mapping"],
  ] as const) {
    const row = yield* findMappingIn(tx, state);
    if (row !== undefined && namesRole(row.document, role)) found.push(words);
  }
  return found;
});

/** Removes a role that nothing uses any more. Gives what it was. */
export const deleteRole = (caller: Caller, target: Target, wanted: string) =>
  inOrganization(
    caller,
    target,
    "role:write",
    Effect.fnUntraced(function* (tx, origin) {
      yield* lockMapping(tx);
      const role = yield* roleNow(tx, wanted);
      const ladder = role.ladder === null ? [] : [`the ladder ${role.ladder}`];
      const named = [...(yield* mappingsWith(tx, role.key)), ...ladder];
      yield* requireUnused(`The role ${role.key}`, yield* usesOfRole(tx, role.key), named);
      yield* removeRole(tx, role.key);
      yield* endChange(tx, origin, { type: "role.deleted", data: { role: role.key } }, false);
      return role;
    }),
  );
