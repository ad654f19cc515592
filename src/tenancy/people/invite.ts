/** Roles for people before they are here. */
import { Effect } from "effect";
import {
  type EventId,
  fold,
  InvalidValue,
  type InvitationId,
  isUuid,
  NotFound,
  type Origin,
} from "../../domain/index.ts";
import {
  addInvitation,
  createScopes,
  endInvitations,
  findAccountsByName,
  type InvitationRow,
  listInvitations,
  lockEmails,
  newId,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { reasonOf, untilOf } from "../input.ts";
import { emailDomainOf } from "../scim/index.ts";
import { mayGive, roleNamed, scopeNamed } from "./find.ts";

interface Wanted {
  readonly role: string;
  readonly email: string;
  readonly scope: string | null;
  readonly reason: string;
  /** When the invitation ends, and the role it gave. */
  readonly until: Date | null;
  readonly createScope: boolean;
}

export interface InvitedAnswer {
  readonly invitation: InvitationRow;
  /** False where it was so already. */
  readonly changed: boolean;
}

const mostOpen = 500;

const addressOf = Effect.fnUntraced(function* (text: string) {
  const emailKey = fold(text.trim());
  const domain = emailKey.length > 320 ? undefined : emailDomainOf(emailKey);
  if (domain !== undefined) return { emailKey, domain };
  return yield* new InvalidValue({ detail: "email: use an address such as ada@acme.test, with one @." });
});

const requireAbsent = Effect.fnUntraced(function* (tx: TenantTx, email: string, role: string) {
  if ((yield* findAccountsByName(tx, email)).length === 0) return;
  return yield* new InvalidValue({
    detail: `${email} is here already. Grant the role instead: rolebridge role grant ${role} ${email} --reason TEXT`,
  });
});

const happened = (
  tx: TenantTx,
  type: string,
  origin: Origin,
  id: string,
  event: Pick<Parameters<typeof recordEvent>[1], "id" | "data" | "personal">,
) => recordEvent(tx, { ...event, type, origin, subject: { kind: "invitation", id } });

const found = Effect.fnUntraced(function* (tx: TenantTx, id: string) {
  const [row] = isUuid(id) ? yield* listInvitations(tx, { limit: 1, id, ended: true }) : [];
  return row ?? (yield* new NotFound({ kind: "invitation", id }));
});

/** Whoever comes with this address has the role; of several the first. */
export const invite = (caller: Caller, target: Target, wanted: Wanted) =>
  inOrganization(
    caller,
    target,
    "grant:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { emailKey, domain } = yield* addressOf(wanted.email);
      const reason = yield* reasonOf("reason", wanted.reason);
      const until = yield* untilOf(wanted.until);
      // Whoever comes with it at the same time is either seen here, or sees the invitation.
      yield* lockEmails(tx, [emailKey]);
      yield* requireAbsent(tx, emailKey, wanted.role);
      const role = yield* roleNamed(tx, wanted.role);
      yield* mayGive(caller, role);
      const { scope, isNew } = yield* scopeNamed(tx, caller, wanted.scope, wanted.createScope);
      const open = (yield* listInvitations(tx, { limit: mostOpen, email: emailKey, ended: false })).filter(
        (one) => one.role === role.key && one.scope === scope,
      );
      const same = open.find((one) => one.until?.getTime() === until?.getTime());
      if (same !== undefined) return { invitation: same, changed: false } satisfies InvitedAnswer;
      const [id, event] = [newId<InvitationId>(), newId<EventId>()];
      const replaces = open.map((one) => one.id);
      yield* happened(tx, "invitation.made", origin, id, {
        id: event,
        data: { role: role.key, scope, until: until?.toISOString() ?? null, replaces },
        personal: { email: emailKey, reason },
      });
      if (isNew) yield* createScopes(tx, new Map([[scope, event]]));
      yield* endInvitations(tx, replaces);
      const row = { id, emailKey, domain, role: role.key, scope, reason, cause: event, expiresAt: until };
      yield* addInvitation(tx, row);
      const invitation = { ...(yield* found(tx, id)), actorId: caller.id };
      return { invitation, changed: true } satisfies InvitedAnswer;
    }),
  );

/** Ends an invitation that nobody has used. */
export const uninvite = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "grant:write",
    Effect.fnUntraced(function* (tx, origin) {
      const before = yield* found(tx, id);
      if ((yield* endInvitations(tx, [before.id])).length === 0) {
        return { invitation: yield* found(tx, id), changed: false } satisfies InvitedAnswer;
      }
      const { role, scope } = before;
      yield* happened(tx, "invitation.withdrawn", origin, id, { data: { role, scope } });
      return { invitation: yield* found(tx, id), changed: true } satisfies InvitedAnswer;
    }),
  );
