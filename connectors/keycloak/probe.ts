/** What this credential can see of the realm and what it lacks, found by asking rather than by reading its token. */
import { Clock, Effect, Schema } from "effect";
import type { ConnectorFailure, Health, Lack } from "../connector.ts";
import { userCanary } from "./by-id/index.ts";
import type { Ask } from "./client.ts";
import { forbidden, remedies } from "./lack.ts";
import { organizationCanary } from "./organizations/index.ts";
import { listClients } from "./roles.ts";
import type { Settings } from "./settings.ts";
import { userCount } from "./users.ts";
import { GroupCount, Identified, ServerInfo } from "./wire.ts";

const some = Schema.Array(Identified);

interface Look {
  readonly what: string;
  readonly remedy: string;
  readonly look: Effect.Effect<unknown, ConnectorFailure>;
}

const users = Effect.fn("keycloak.probe.users")(function* (ask: Ask) {
  if ((yield* userCount(ask)) > 0) yield* userCanary(ask);
});

const groups = Effect.fn("keycloak.probe.groups")(function* (ask: Ask) {
  const { count } = yield* ask("the number of groups", GroupCount, (client) => client.groups.count());
  const [first] = yield* ask("groups", some, (client) => client.groups.find({ max: 1 }));
  if (count > 0 && first === undefined) return yield* forbidden("No group is listed.", remedies.viewUsers);
  if (first !== undefined)
    yield* ask("members of a group", some, (client) => client.groups.listMembers({ id: first.id, max: 1 }));
});

const looks = (ask: Ask, settings: Settings): ReadonlyArray<Look> => [
  { what: "users", remedy: remedies.viewUsers, look: users(ask) },
  { what: "groups and their members", remedy: remedies.viewUsers, look: groups(ask) },
  {
    what: "realm roles",
    remedy: remedies.viewRealm,
    look: ask("realm roles", some, (client) => client.roles.find({ first: 0, max: 1 })),
  },
  ...(settings.clientRoles || settings.effectiveRoles
    ? [{ what: "client roles", remedy: remedies.viewClients, look: listClients(ask, settings) }]
    : []),
  ...(settings.organizations
    ? [{ what: "organizations", remedy: remedies.viewOrganizations, look: organizationCanary(ask) }]
    : []),
  {
    what: "events",
    remedy: remedies.viewEvents,
    look: ask("admin events", Schema.Array(Schema.Unknown), ({ realms }) =>
      realms.findAdminEvents({ realm: settings.realm, max: 1 }),
    ),
  },
];

/** Only being forbidden is a lack; any other failure is a failure of the probe. */
const outcome = ({ what, remedy, look }: Look) =>
  look.pipe(
    Effect.as<Lack | string>(what),
    Effect.catchIf(
      (failure) => failure.reason === "forbidden",
      () => Effect.succeed<Lack | string>({ what, remedy }),
    ),
  );

/** Service accounts outside the master realm are usually not told the version: unknown is no failure. */
const version = (ask: Ask) =>
  ask("server information", ServerInfo, (client) => client.serverInfo.find()).pipe(
    Effect.map(({ systemInfo }) => systemInfo?.version ?? null),
    Effect.orElseSucceed(() => null),
  );

export const probe = Effect.fn("keycloak.probe")(function* (ask: Ask, settings: Settings) {
  const told = yield* version(ask);
  const before = yield* Clock.currentTimeMillis;
  const outcomes = yield* Effect.forEach(looks(ask, settings), outcome);
  const took = (yield* Clock.currentTimeMillis) - before;
  return {
    latencyMillis: took / outcomes.length,
    version: told,
    sees: outcomes.filter((each) => typeof each === "string"),
    lacks: outcomes.filter((each) => typeof each !== "string"),
  } satisfies Health;
});
