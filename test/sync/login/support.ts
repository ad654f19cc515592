/** Replies as a connector verified them, and an organization that they come to. */
import { Effect } from "effect";
import type { GroupFact, Verified } from "../../../connectors/connector.ts";
import {
  type ConnectionId,
  type LoginSettings,
  type OrganizationId,
  type Origin,
  systemOrigin,
  usualLogin,
} from "../../../src/domain/index.ts";
import {
  addConnection,
  findConnection,
  newId,
  recordEvent,
  updateConnection,
} from "../../../src/store/index.ts";
import { askWhoseLogin, takeLogin } from "../../../src/sync/index.ts";
import { inTenant } from "../push/support.ts";

export const groupFact = (id: string, kind: GroupFact["kind"] = "group"): GroupFact => ({
  _tag: "Group",
  id,
  name: id,
  kind,
  parent: null,
});

let last = 0;

/** By default of no groups, all of which are told; each newer than the one before. */
export const replyOf = (sub: string, userName: string, more: Partial<Verified> = {}): Verified => {
  last = Math.max(last + 1, Date.now());
  return {
    user: { _tag: "User", id: sub, resource: { userName, active: true } },
    groups: { groups: [], complete: ["group"], missing: null },
    at: last,
    once: { issuer: "https://login.acme.test", id: `${last}`, until: last },
    session: { id: null, until: null },
    checks: [],
    ...more,
  };
};

/** A connection that people sign in through; `same`: declared one directory with that one. */
export const addLogin = Effect.fnUntraced(function* (
  organization: OrganizationId,
  settings: Readonly<Record<string, string>> = {},
  same?: string,
) {
  return yield* inTenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const id = yield* addConnection(tx, { kind: "oidc", slug: "sso", name: "sso", settings });
      const other = same === undefined ? undefined : yield* findConnection(tx, same);
      if (other !== undefined) yield* updateConnection(tx, id, { directoryId: other.directoryId });
      return id;
    }),
  );
});

/** As the host has it: what is refused is rolled back, and then whose it may be is put before a person. */
export const arrive = Effect.fnUntraced(function* (
  organization: OrganizationId,
  connection: ConnectionId,
  verified: Verified,
  settings: LoginSettings = usualLogin,
) {
  const origin: Origin = { ...systemOrigin, connection };
  return yield* inTenant(organization, (tx) =>
    takeLogin(tx, { connection, settings, origin, verified }),
  ).pipe(
    Effect.catchTag("NotWelcome", (refused) =>
      inTenant(
        organization,
        Effect.fnUntraced(function* (tx) {
          const subject = { kind: "login", id: newId() };
          const cause = yield* recordEvent(tx, { type: "login.refused", origin, subject });
          if (refused.maybe !== undefined) yield* askWhoseLogin(tx, refused.maybe, origin, cause);
          return refused;
        }),
      ),
    ),
  );
});
