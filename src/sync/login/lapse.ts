/** What logins said and nothing said again: after its time it is believed no more (a declared expiry, invariant 4). */
import { Effect } from "effect";
import type { ConnectionId, DirectoryUserId } from "../../domain/index.ts";
import { systemOrigin } from "../../domain/index.ts";
import {
  findPulledUserById,
  lockLoginUser,
  pulledMembershipsOf,
  recordEvent,
  removeMemberships,
  type TenantTx,
  takeLapsed,
  updatePulledUsers,
} from "../../store/index.ts";
import { reconcileUsers } from "../reconcile.ts";
import { loginState } from "./state.ts";

const atOnce = 100;

const lapse = Effect.fnUntraced(function* (tx: TenantTx, connection: ConnectionId, user: DirectoryUserId) {
  yield* lockLoginUser(tx, user);
  const before = yield* findPulledUserById(tx, connection, user);
  if (before === undefined) return;
  const origin = { ...systemOrigin, connection };
  const cause = yield* recordEvent(tx, {
    type: "user.login-lapsed",
    origin,
    subject: { kind: "directory-user", id: user },
  });
  const groups = yield* pulledMembershipsOf(tx, user);
  yield* removeMemberships(
    tx,
    groups.map(({ groupId }) => ({ group: groupId, user })),
  );
  const state = loginState(connection, {
    _tag: "User",
    id: before.sourceId,
    resource: { ...before.resource, active: false },
  });
  yield* updatePulledUsers(tx, [{ id: user, sourceId: before.sourceId, state, cause }]);
  yield* reconcileUsers(tx, [user], { event: cause, origin, named: true });
});

/** Part of the sweep: some of those whose time is over. Are there more? */
export const lapseLogins = Effect.fn("lapseLogins")(function* (tx: TenantTx) {
  const lapsed = yield* takeLapsed(tx, atOnce);
  for (const { connection, user } of lapsed) yield* lapse(tx, connection, user);
  return lapsed.length === atOnce;
});
