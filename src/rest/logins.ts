/** Sessions as applications ask after them. */
import { Effect } from "effect";
import { type ApplicationId, isUuid, NotFound } from "../domain/index.ts";
import { findSession, type TenantTx } from "../store/index.ts";
import type { Login } from "./schema.ts";

/** Of another application, never fetched, or no login at all: one answer. */
const none = new NotFound({ kind: "login", id: "of this id" });

/** A login that this application fetched, as it is at this moment: whoever was deactivated has no session any more. */
export const readLogin = Effect.fn("readLogin")(function* (
  tx: TenantTx,
  application: ApplicationId,
  id: string,
) {
  const found = isUuid(id) ? yield* findSession(tx, id, application) : undefined;
  if (found === undefined) return yield* none;
  const { account, endedBecause, until, roles } = found;
  const active = endedBecause === null;
  return {
    login: found.id,
    active,
    endedBecause,
    subject: account,
    roles: active ? roles.map(({ role, scope }) => ({ role, scope: scope === "" ? null : scope })) : [],
    expiresAt: until === null ? null : new Date(until).toISOString(),
  } satisfies Login as Login;
});
