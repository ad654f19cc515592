/** People who were invited and have come. */
import { Clock, Effect } from "effect";
import type { DirectoryUserId, EventId, GrantId, Origin } from "../domain/index.ts";
import {
  addDecisions,
  newId,
  recordEvent,
  type TenantTx,
  takeInvitations,
  type UsedInvitation,
} from "../store/index.ts";

/** A directory user that is linked to an account, and the event that brought it or its address. */
export interface Arriving {
  readonly user: DirectoryUserId;
  readonly emailKey: string | null;
  readonly cause: EventId;
}

const toGrant = Effect.fnUntraced(function* (
  tx: TenantTx,
  { id, account, role, scope, reason, until }: UsedInvitation,
  cause: EventId | undefined,
  origin: Origin,
) {
  const grant = newId<GrantId>();
  const event = yield* recordEvent(tx, {
    type: "invitation.used",
    origin,
    subject: { kind: "account", id: account },
    ...(cause === undefined ? {} : { cause }),
    data: { invitation: id, grant, role, scope },
  });
  return { id: grant, account, role, scope, reason, cause: event, expiresAt: until, invitation: id };
});

/**
 * Turns the invitations of these people into grants, in the transaction that brought them; whoever calls has the
 * accounts looked at. Only where a probe found that somebody is invited.
 */
export const useInvitations = Effect.fn("useInvitations")(function* (
  tx: TenantTx,
  arriving: ReadonlyArray<Arriving>,
  origin: Origin,
) {
  const known = arriving.flatMap(({ user, emailKey }) =>
    emailKey === null ? [] : [{ user, email: emailKey }],
  );
  const now = new Date(yield* Clock.currentTimeMillis);
  const used = yield* takeInvitations(tx, known, now);
  const [first] = arriving;
  const cause = arriving.length === 1 ? first?.cause : undefined;
  yield* addDecisions(tx, "grant", yield* Effect.forEach(used, (one) => toGrant(tx, one, cause, origin)));
});
