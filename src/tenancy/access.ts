/**
 * The one gate of the management surface. Whatever an operator reads or changes goes through `inOrganization`
 * or `atSystem`: who asks, what for, and what they get a transaction of.
 */
import { Effect } from "effect";
import {
  Forbidden,
  mayDo,
  NotFound,
  type OrganizationId,
  type Origin,
  type Permission,
} from "../domain/index.ts";
import { findOrganization, type OrganizationRow, Store, type TenantTx } from "../store/index.ts";
import { type Caller, originOf } from "./caller.ts";

/** An organization by its slug, or as it was found before: found does not mean allowed. */
export type Target = string | OrganizationRow;

const allow = (caller: Caller, permission: Permission) =>
  mayDo(caller.role, permission)
    ? Effect.void
    : Effect.fail(
        new Forbidden({ detail: `This needs the permission ${permission}, which ${caller.role} has not.` }),
      );

const reaches = (caller: Caller, organization: OrganizationId): boolean =>
  caller.organizationId === null || caller.organizationId === organization;

/** Unknown and not visible look the same. */
const visible = Effect.fnUntraced(function* (caller: Caller, target: Target) {
  const found = typeof target === "string" ? yield* findOrganization(target) : target;
  if (found !== undefined && reaches(caller, found.id)) return found;
  const id = typeof target === "string" ? target : target.slug;
  return yield* new NotFound({ kind: "organization", id });
});

/** The organization, for someone who may do `permission` in it. */
export const organizationFor = Effect.fn("organizationFor")(function* (
  caller: Caller,
  target: Target,
  permission: Permission,
) {
  yield* allow(caller, permission);
  return yield* visible(caller, target);
});

/** Runs `body` in a transaction of the organization, for someone who may do `permission` in it. */
export const inOrganization = Effect.fn("inOrganization")(function* <A, E, R>(
  caller: Caller,
  target: Target,
  permission: Permission,
  body: (tx: TenantTx, origin: Origin, organization: OrganizationRow) => Effect.Effect<A, E, R>,
) {
  const organization = yield* organizationFor(caller, target, permission);
  const store = yield* Store;
  return yield* store.tenant(organization.id, (tx) => body(tx, originOf(caller), organization));
});

/**
 * Runs `body` outside of organizations. `only` is the one organization that the caller is bound to: `body` must
 * show and touch nothing else; null where they are bound to none.
 */
export const atSystem = Effect.fn("atSystem")(function* <A, E, R>(
  caller: Caller,
  permission: Permission,
  body: (origin: Origin, only: OrganizationId | null) => Effect.Effect<A, E, R>,
) {
  yield* allow(caller, permission);
  return yield* body(originOf(caller), caller.organizationId);
});
