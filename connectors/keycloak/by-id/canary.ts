/**
 * What must be found so that "not found" can be believed: Keycloak answers 403 for what a credential may not see
 * and 404 for what is not there, but so does a misled proxy or an emptied realm for everything.
 */
import { Clock, Effect, Schema, Semaphore } from "effect";
import { ConnectorFailure } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent, shown } from "../failure.ts";
import { forbidden, naming, remedies } from "../lack.ts";
import { organizationCanary } from "../organizations/index.ts";
import { findUser } from "../users.ts";
import { GroupCount, Identified, Role } from "../wire.ts";
import { effectiveClientRoles, effectiveRealmRoles, holdsNone, mappingsOf } from "./held.ts";

// Long enough for the suspects of one sweep, short enough that an outage is not taken for absence.
const rememberedMillis = 5_000;

const some = Schema.Array(Identified);

/** Some person is found by id: then "not found" for another one can be believed. */
export const userCanary = Effect.fn("keycloak.userCanary")(function* (ask: Ask) {
  const [first] = yield* ask("any user", some, (client) =>
    client.users.find({ max: 1, briefRepresentation: true }),
  );
  if (first !== undefined) return yield* findUser(ask, first.id);
  return yield* forbidden(
    "Keycloak shows no user at all, so that one user is not found says nothing.",
    remedies.viewUsers,
  );
});

export const findGroup = (ask: Ask, id: string) =>
  ask(`group ${shown(id)}`, Identified, (client) => client.groups.findOne({ id }));

export const findRole = (ask: Ask, id: string) =>
  ask(`role ${shown(id)}`, Role, (client) => client.roles.findOneById({ id }));

/** `sub` of the access token: the service account among the users. */
const Subject = Schema.fromJsonString(Schema.Struct({ sub: Schema.String }));
const payload = (token = "") => Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
/** This connection's own service account. */
export const ownId = (ask: Ask) =>
  Effect.map(
    ask("its own token", Subject, ({ accessToken }) => Promise.resolve(payload(accessToken))),
    ({ sub }) => sub,
  );

/** A realm may have lost its last group: then its count says so, and its people must still be found. */
const groupCanary = Effect.fn("keycloak.groupCanary")(function* (ask: Ask) {
  const [first] = yield* ask("any group", some, (client) => client.groups.find({ first: 0, max: 1 }));
  if (first !== undefined) return yield* findGroup(ask, first.id);
  const { count } = yield* ask("the number of groups", GroupCount, (client) => client.groups.count());
  if (count === 0) return yield* userCanary(ask);
  return yield* forbidden(`Keycloak counts ${count} groups and lists none.`, remedies.viewUsers);
});

/** No realm is without its default role. Client roles are found at the same address. */
const roleCanary = Effect.fn("keycloak.roleCanary")(function* (ask: Ask) {
  const [first] = yield* ask("any realm role", some, (client) => client.roles.find({ first: 0, max: 1 }));
  if (first !== undefined) return yield* findRole(ask, first.id);
  return yield* forbidden("Keycloak lists no realm role.", remedies.viewRealm);
});

/** This connection's own account holds at least the roles that let it read: then others may really hold none. */
const holderCanary = (look: (ask: Ask, own: string) => Effect.Effect<boolean, ConnectorFailure>) =>
  Effect.fn("keycloak.holderCanary")(function* (ask: Ask) {
    const id = yield* ownId(ask);
    // "Not found" says something about the canary here, not about the person who was asked for.
    const holds = yield* Effect.catchIf(look(ask, id), absent, () => Effect.succeed(false));
    if (!holds)
      return yield* forbidden(
        "Keycloak shows no role of this connection's service account, so that somebody else holds none says nothing.",
        remedies.defaultRole,
      );
  });

const holdsAny = (ask: Ask, id: string) => Effect.map(mappingsOf(ask, id), (held) => !holdsNone(held));
const holdsEffective = (ask: Ask, id: string) =>
  Effect.map(effectiveRealmRoles(ask, id), (roles) => roles.length > 0);
const holdsOfClient = Effect.fn("keycloak.holdsOfClient")(function* (ask: Ask, id: string) {
  const [mine] = Object.values((yield* mappingsOf(ask, id)).clientMappings ?? {});
  return mine !== undefined && (yield* effectiveClientRoles(ask, id, mine.id)).length > 0;
});

const remembered = (remedy: string, canary: Effect.Effect<unknown, ConnectorFailure>) => {
  let until = 0;
  const once = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis;
    if (now < until) return;
    yield* Effect.mapError(canary, distrusted);
    until = now + rememberedMillis;
  });
  return Effect.mapError(Semaphore.makeUnsafe(1).withPermits(1)(once), naming(remedy));
};

/** What a canary does not find is no absence of whatever was asked for. */
const distrusted = (failure: ConnectorFailure) =>
  absent(failure) ? new ConnectorFailure({ reason: "missing", detail: failure.detail }) : failure;

/** Asked at most once in some seconds for each connection, by however many suspects. A failure is not remembered. */
export const makeCanaries = (ask: Ask) => ({
  user: remembered(remedies.viewUsers, userCanary(ask)),
  group: remembered(remedies.viewUsers, groupCanary(ask)),
  role: remembered(remedies.viewRealm, roleCanary(ask)),
  organization: remembered(remedies.viewOrganizations, organizationCanary(ask)),
  /** Somebody holds a role; and in any way: a realm role, a client role. */
  holder: remembered(remedies.viewUsers, holderCanary(holdsAny)(ask)),
  effectiveHolder: remembered(remedies.viewUsers, holderCanary(holdsEffective)(ask)),
  effectiveClientHolder: remembered(remedies.viewUsers, holderCanary(holdsOfClient)(ask)),
});
export type Canaries = ReturnType<typeof makeCanaries>;
