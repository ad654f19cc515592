/** Accounts as applications read them. */
import { Effect, Schema } from "effect";
import { fold, InvalidValue, isUuid, NotFound, NotUnique, RolePermission } from "../domain/index.ts";
import {
  type AccountView,
  findAccountsByExternalId,
  findAccountsByUserName,
  type TenantTx,
  type ToldAccount,
  type ToldReason,
  type ToldRole,
  tellAccount,
  tellPermission,
} from "../store/index.ts";
import { mappingOfVersion } from "../sync/index.ts";
import type { Account, Permission, Roles } from "./schema.ts";

/** Of another organization, unknown, or no id at all: one answer. */
const nobody = new NotFound({ kind: "account", id: "of this id" });

const timeOf = (millis: number): string => new Date(millis).toISOString();
const endOf = (millis: number): string | null => (millis === Infinity ? null : timeOf(millis));

/** When each rule of the mapping ends; those that never do are not there. */
const endsOfRules = Effect.fnUntraced(function* (
  tx: TenantTx,
  { mappingVersion, catalogue }: Pick<ToldAccount, "mappingVersion" | "catalogue">,
) {
  const { mapping } = yield* mappingOfVersion(tx, mappingVersion, catalogue);
  const ending = mapping.timed ? mapping.rules.filter(({ until }) => until !== Infinity) : [];
  return new Map(ending.map(({ id, until }) => [id, until]));
});

type Ends = ReadonlyMap<string, number>;

/** Whichever comes first: the end of the rule, or of what it looked at. */
const untilOf = ({ rule, until }: ToldReason, ends: Ends): number =>
  Math.min(until ?? Infinity, ends.get(rule) ?? Infinity);

const roleOf =
  (ends: Ends) =>
  ({ role, scope, since, held, reasons }: ToldRole): Roles["roles"][number] => {
    const untils = reasons.map((reason) => untilOf(reason, ends));
    return {
      role,
      scope: scope === "" ? null : scope,
      since: timeOf(since),
      until: endOf(held || untils.length === 0 ? Infinity : Math.max(...untils)),
      held,
      reasons: reasons.map((reason, index) => ({ ...reason, until: endOf(untils[index] ?? Infinity) })),
    };
  };

/** By id, also by an old one since the account was merged. */
export const readRoles = Effect.fn("readRoles")(function* (tx: TenantTx, id: string) {
  const told = isUuid(id) ? yield* tellAccount(tx, id) : undefined;
  if (told === undefined) return yield* nobody;
  const ends = yield* endsOfRules(tx, told);
  const { active, activeBecause } = told;
  return {
    account: told.id,
    active,
    activeBecause,
    // What is held for the guard is none of somebody's who left.
    roles: active ? told.roles.map(roleOf(ends)) : [],
  } satisfies Roles as Roles;
});

const unknownPermission = (permission: string) =>
  new NotFound({
    kind: "permission",
    id: Schema.is(RolePermission)(permission) ? permission : "of this form",
    hint: "No role of the catalogue gives it.",
  });

/** A role that is limited to no scope counts in each; one that is limited to one counts there only. */
export const readPermission = Effect.fn("readPermission")(function* (
  tx: TenantTx,
  id: string,
  permission: string,
  scope: string | undefined,
) {
  const asked = Schema.is(RolePermission)(permission) && isUuid(id);
  const told = asked ? yield* tellPermission(tx, id, permission, scope ?? "") : undefined;
  if (told === undefined) return yield* isUuid(id) && !asked ? unknownPermission(permission) : nobody;
  if (!told.known) return yield* unknownPermission(permission);
  const { active, activeBecause } = told;
  const roles = active ? told.roles : [];
  return {
    account: told.id,
    active,
    activeBecause,
    permission,
    scope: scope ?? null,
    allowed: roles.length > 0,
    because: roles.map((held) => ({ role: held.role, scope: held.scope === "" ? null : held.scope })),
  } satisfies Permission as Permission;
});

export interface Wanted {
  readonly userName?: string;
  readonly externalId?: string;
  readonly connection?: string;
}

const oneWay = new InvalidValue({
  detail: "Ask by userName, or by externalId together with connection.",
});

const candidates = (
  tx: TenantTx,
  { userName, externalId, connection }: Wanted,
): Effect.Effect<
  ReadonlyArray<AccountView>,
  InvalidValue | Effect.Error<ReturnType<typeof findAccountsByUserName>>
> => {
  if (userName !== undefined && externalId === undefined && connection === undefined) {
    return findAccountsByUserName(tx, fold(userName.trim()));
  }
  return userName === undefined && externalId !== undefined && connection !== undefined
    ? findAccountsByExternalId(tx, connection, externalId)
    : Effect.fail(oneWay);
};

/** Exactly one: whoever takes the first of two gives somebody the roles of somebody else. */
export const findOne = Effect.fn("findOne")(function* (tx: TenantTx, wanted: Wanted) {
  const [found, ...others] = yield* candidates(tx, wanted);
  if (found === undefined) return yield* new NotFound({ kind: "account", id: "that fits" });
  if (others.length > 0) {
    return yield* new NotUnique({
      detail: "Several accounts fit. Ask by externalId and connection, or have an operator join them.",
    });
  }
  const { id, active, activeBecause, people } = found;
  return {
    account: id,
    active,
    activeBecause,
    people: people.map(({ connectionSlug, userName, displayName, email, ...person }) => ({
      connection: connectionSlug,
      active: person.active,
      userName,
      displayName,
      email,
    })),
  } satisfies Account as Account;
});
