/**
 * Many random changes to a real realm while it is followed: all that its events tell are known within seconds, and after
 * reading everything once more we have exactly what the realm has, and nobody has a role without its reason.
 * `CONVERGENCE_CHANGES` says how many, `CONVERGENCE_SEED` which.
 */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect, Layer } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import {
  findRun,
  listEvents,
  listSyncStates,
  newId,
  Store,
  setFollow,
  setGuard,
} from "../../../src/store/index.ts";
import {
  askForRun,
  enqueueFollow,
  followWorker,
  reconcileWorker,
  syncWorker,
  verifyEveryone,
} from "../../../src/sync/index.ts";
import { app, brokeredLogin, mapperInto, provider, upstreamRealm } from "../../connectors/keycloak/broker.ts";
import { record } from "../../connectors/keycloak/changes/support.ts";
import { signIn } from "../../connectors/keycloak/realm.ts";
import { missing, onRealm } from "../../connectors/keycloak/support.ts";
import { hasPostgres, newDatabase } from "../../support/engines.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { connectRealm, type Held } from "../pull/realm.ts";
import { drawsOf } from "./random/draws.ts";
import { factsOf, type Model, peopleAndGroups } from "./random/model.ts";
import { type Played, play, quantile, secondsOf } from "./random/play.ts";
import { linesOf, type Read, readRealm } from "./random/read.ts";
import { inTenant, until } from "./support.ts";

const count = Number(process.env["CONVERGENCE_CHANGES"] ?? 200);
const seed = Number(process.env["CONVERGENCE_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const guests = 4;
const upstream = `Upstream-${crypto.randomUUID().slice(0, 8)}`;

const server = inject("keycloak");
const { ready } = onRealm(60);
let world: World;
let above: KeycloakAdminClient | undefined;
beforeAll(async () => {
  if ("missing" in server) return;
  world = await openWorld(hasPostgres ? (await newDatabase(10)).location : { _tag: "Memory" }, [keycloak]);
  above = await signIn(server);
  await above.realms.create(
    upstreamRealm(
      server.url,
      upstream,
      ready().realm.name,
      Array.from({ length: guests }, (_, i) => `guest${i}`),
    ),
  );
  above.setConfig({ realmName: upstream });
}, 300_000);
afterAll(async () => {
  await above?.realms.del({ realm: upstream });
  await world?.dispose();
});

const login = async (guest: number, engineer: boolean): Promise<string> => {
  const { admin, name } = ready().realm;
  const username = `guest${guest}`;
  const [there] = (await above?.users.find({ username, exact: true })) ?? [];
  await above?.users.update(
    { id: there?.id ?? "" },
    { ...there, firstName: engineer ? "Engineer" : "Sales" },
  );
  const end = await brokeredLogin("missing" in server ? "" : server.url, name, username);
  if (!end.includes("code=")) throw new Error("the login did not end");
  const [here] = await admin.users.find({ username, exact: true });
  return here?.id ?? "";
};

/** The realm as it is before anything changes: groups that rules name, a default group, roles to give, a login. */
const prepare = async (): Promise<Model> => {
  if ("missing" in server) throw new Error(server.missing);
  const { admin, name: realm } = ready().realm;
  await admin.realms.update({ realm }, { editUsernameAllowed: true });
  const { id: defaultGroup } = await admin.groups.create({ name: "everybody" });
  const { id: guestGroup } = await admin.groups.create({ name: "crew-guests" });
  await admin.realms.addDefaultGroup({ realm, id: defaultGroup });
  for (let i = 0; i < 4; i += 1) await admin.roles.create({ name: `grade-${i}` });
  await admin.identityProviders.create(provider(server.url, upstream));
  await admin.identityProviders.createMapper({
    alias: "upstream",
    identityProviderMapper: mapperInto("/crew-guests"),
  });
  await admin.clients.create(app);
  const [shop] = await admin.clients.find({ clientId: "shop" });
  await record(admin, realm);
  const known = peopleAndGroups(await readRealm(server, realm), [defaultGroup, guestGroup]);
  return {
    ...{ admin, realm, ...known, defaultGroup, guestGroup, shop: shop?.id ?? "", login, guests },
    ...{ busy: new Set(), gone: new Set(), made: 0 },
  };
};

const copyOf = ({ organization, connection }: Held) =>
  inTenant({ organization }, (tx) =>
    Effect.promise(async (): Promise<Read> => {
      const users = await sql<Read["users"][number]>`
        select source_id as id, resource->>'userName' as name, active, resource->'emails'->0->>'value' as email,
          coalesce(resource->>'displayName', '') as called
        from directory_user where connection_id = ${connection}`.execute(tx.db);
      const groups = await sql<Read["groups"][number]>`
        select source_id as id, display_name as name, kind, parent_source_id as parent from directory_group
        where connection_id = ${connection}`.execute(tx.db);
      const memberships = await sql<Read["memberships"][number]>`
        select g.source_id as "group", u.source_id as "user" from membership m
        join directory_group g on g.id = m.group_id join directory_user u on u.id = m.user_id
        where g.connection_id = ${connection}`.execute(tx.db);
      return { users: users.rows, groups: groups.rows, memberships: memberships.rows };
    }),
  );

const rolesHeld = ({ organization }: Held) =>
  inTenant({ organization }, (tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ has: string }>`
        select distinct u.source_id || ' ' || a.role as has from assignment a
        join account_link l on l.account_id = a.account_id join directory_user u on u.id = l.user_id`.execute(
        tx.db,
      );
      return rows.map(({ has }) => has).toSorted();
    }),
  );

interface Ruled {
  readonly team: string;
  readonly grade: string;
}

const rulesOf = ({ team, grade }: Ruled) => [
  { id: "team", when: { externalGroup: { connection: "kc", id: team } }, grant: ["member"] },
  { id: "grade", when: { externalGroup: { connection: "kc", id: grade } }, grant: ["graded"] },
  { id: "crew", when: { groupName: { prefix: "crew-" } }, grant: ["sailor"] },
  { id: "shop", when: { groupName: { equals: "shop:editor" } }, grant: ["seller"] },
];

/** What these rules give, worked out from what the realm says and nothing else. */
const rolesDue = ({ users, groups, memberships }: Read, { team, grade }: Ruled) => {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const active = new Set(users.filter((user) => user.active).map(({ id }) => id));
  const due = memberships.flatMap(({ group, user }) => {
    const name = names.get(group) ?? "";
    const given = [
      ...(group === team ? ["member"] : []),
      ...(group === grade ? ["graded"] : []),
      ...(name.startsWith("crew-") ? ["sailor"] : []),
      ...(name === "shop:editor" ? ["seller"] : []),
    ];
    return active.has(user) ? given.map((role) => `${user} ${role}`) : [];
  });
  return [...new Set(due)].toSorted();
};

const connect = Effect.fnUntraced(function* (model: Model) {
  const pulled = yield* connectRealm(ready());
  const idOf = (name: string) => [...model.groups.values()].find((group) => group.name === name)?.id ?? "";
  const ruled = { team: idOf("team1"), grade: idOf("grade-0") };
  yield* publishRules(pulled.organization, ["member", "graded", "sailor", "seller"], rulesOf(ruled));
  yield* inTenant(
    pulled,
    Effect.fnUntraced(function* (tx) {
      // A role deleted with half of all people in it would be held until somebody approves.
      yield* setGuard(tx, { connection: null, enabled: false, accounts: 50, percent: 20 });
      yield* setFollow(tx, pulled.connection, 1);
      yield* enqueueFollow(tx, pulled.connection);
    }),
  );
  return { pulled, ruled };
});

/** Reads everything, and waits until that ended. */
const wholeRun = Effect.fnUntraced(function* (pulled: Held) {
  const run = yield* inTenant(pulled, (tx) => askForRun(tx, pulled.connection, null, null));
  return yield* until(
    inTenant(pulled, (tx) => findRun(tx, run?.id ?? newId())),
    (one) => one !== undefined && one.state !== "waiting" && one.state !== "running",
    1_200,
  );
});

const told = (played: Played, title: string, of: Parameters<typeof secondsOf>[1]) => {
  const all = secondsOf(played, of);
  const at = (share: number) => quantile(all, share).toFixed(1);
  const within = all.filter((one) => one <= 10).length;
  const unseen = played.made.filter((one) => one.class === of && one.millis === undefined).length;
  return `${title}: ${all.length} seen after ${at(0.5)} s (median), ${at(0.95)} s (95 %), ${at(0.99)} s (99 %), ${at(1)} s (all); ${within} within 10 s; ${unseen} not seen`;
};

const report = (played: Played, took: number) =>
  [
    `${count} changes (CONVERGENCE_SEED=${seed}) in ${took.toFixed(0)} s`,
    `refused ${played.refused.length}, impossible ${played.skipped}, without effect or not to be seen ${played.silent}`,
    told(played, "named by events", "named"),
    told(played, "told without a name", "all"),
    told(played, "not told", "dark"),
    ...new Set(played.refused),
  ].join("\n");

describe.skipIf(missing)("a real realm that changes at random while it is followed", () => {
  it(
    "is known within seconds of what events tell, and exactly after reading everything",
    () =>
      world.runPromise(
        Effect.gen(function* () {
          const model = yield* Effect.promise(prepare);
          const { pulled, ruled } = yield* connect(model);
          const context = yield* Effect.context<Store>();
          const run = Effect.runPromiseWith(context);
          const work = Effect.gen(function* () {
            expect(yield* wholeRun(pulled)).toMatchObject({ state: "done", detail: null });
            const copy = () => run(Effect.map(copyOf(pulled), factsOf));
            const from = Date.now();
            const played = yield* Effect.promise(() => play(model, drawsOf(seed, count), copy, 45_000));
            console.log(report(played, (Date.now() - from) / 1_000));
            expect(yield* wholeRun(pulled)).toMatchObject({ state: "done", detail: null });
            const copied = yield* copyOf(pulled);
            const there = yield* Effect.promise(() =>
              "missing" in server ? Promise.reject(server.missing) : readRealm(server, model.realm),
            );
            expect(linesOf(copied)).toEqual(linesOf(there));
            const store = yield* Store;
            const verified = yield* until(
              store.reading(pulled.organization, verifyEveryone),
              ({ waiting }) => waiting === 0,
            );
            expect(verified.unexplained).toBe(0);
            expect(yield* rolesHeld(pulled)).toEqual(rolesDue(there, ruled));
            return played;
          });
          const played = yield* Effect.raceFirst(
            work,
            Effect.provide(Effect.never, Layer.mergeAll(syncWorker, followWorker, reconcileWorker)),
          );
          const named = secondsOf(played, "named");
          expect(named.length).toBeGreaterThan(count / 3);
          expect(played.made.filter((one) => one.class === "named" && one.millis === undefined)).toEqual([]);
          expect(Math.max(...named)).toBeLessThan(30);
          expect(played.refused.length).toBeLessThan(count / 20);
          const [state] = yield* inTenant(pulled, listSyncStates);
          expect(state).toMatchObject({ followFailures: 0, failures: 0 });
          // Cleared, off and on: each asks to read everything, and not by an event that names anybody.
          const events = yield* inTenant(pulled, (tx) => listEvents(tx, { limit: 10_000 }));
          expect(events.map(({ type }) => type)).toContain("run.asked-by-source");
        }),
      ),
    900_000,
  );
});
