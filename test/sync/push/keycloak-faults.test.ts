/** A real realm that is written through trouble: whatever goes wrong on the way, the same end, nothing twice, marks right. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outbound } from "../../../connectors/connector.ts";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import { noPush, systemOrigin } from "../../../src/domain/index.ts";
import { findPush, listIntents, listOpenExceptions, newId } from "../../../src/store/index.ts";
import { performPush, retryPush, setPush } from "../../../src/sync/index.ts";
import { record } from "../../connectors/keycloak/changes/support.ts";
import { missing, onRealm } from "../../connectors/keycloak/support.ts";
import type { Answer, Asked } from "../../support/fault-proxy.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { sync } from "../pull/support.ts";
import { connectWriter } from "./realm.ts";
import { addScim, inTenant, newOrganization, role, rolesOf, settle, state } from "./support.ts";

const { ready } = onRealm(6);

/** Nothing waits long, and what is silent is given up soon. */
const impatient = Outbound.useSync((rules) => ({
  ...rules,
  timeoutMillis: 1_500,
  retries: 1,
  pause: 5,
  longestWaitSeconds: 1,
}));

let world: World;
beforeAll(async () => {
  if (!missing) world = await openWorld({ _tag: "Memory" }, [keycloak], () => impatient);
});
afterAll(() => world?.dispose());

const ask = <A>(what: (admin: ReturnType<typeof ready>["realm"]["admin"]) => Promise<A>) =>
  Effect.promise(() => what(ready().realm.admin));

const rules = [
  { id: "eng", when: { externalGroup: { connection: "okta", id: "eng" } }, grant: ["developer"] },
  { id: "echo", when: { groupName: { equals: "team1", connection: "kc" } }, grant: ["echo"] },
];

/** Who is in "eng" at Okta is made in the realm, in a group and with a role. */
const acme = Effect.gen(function* () {
  const organization = yield* newOrganization;
  const okta = yield* addScim(organization);
  ready().proxy.set();
  const connection = yield* connectWriter(ready(), organization);
  expect(yield* sync({ organization, connection })).toMatchObject({ state: "done", detail: null });
  yield* publishRules(organization, ["developer", "echo"], rules);
  const team = yield* ask(async (admin) => (await admin.groups.find({ search: "team1" }))[0]?.id ?? "");
  const auditor = yield* ask(
    async (admin) => (await admin.roles.findOneByName({ name: "auditor" }))?.id ?? "",
  );
  const developer = { role: role("developer"), scope: "" };
  const roles = [
    { ...developer, group: team, kind: "group" as const },
    { ...developer, group: auditor, kind: "realm-role" as const },
  ];
  yield* inTenant(organization, (tx) =>
    setPush(
      tx,
      connection,
      "enforce",
      { ...noPush, creates: "with-roles", leaving: "disable", roles },
      systemOrigin,
    ),
  );
  return { organization, okta, connection };
});
type Acme = Effect.Success<typeof acme>;

const seen = (username: string) =>
  ask(async (admin) => {
    const all = await admin.users.find({ username, exact: true });
    const [user] = all;
    if (user?.id === undefined) return { people: 0 };
    const groups = await admin.users.listGroups({ id: user.id });
    const roles = await admin.users.listRealmRoleMappings({ id: user.id });
    const names = [...groups, ...roles].map(({ name = "" }) => name);
    return {
      people: all.length,
      enabled: user.enabled,
      in: names.filter((name) => !name.startsWith("default-roles-")).toSorted(),
    };
  });

/**
 * What the realm's own log says was done to this person, each once, sorted. A role is given twice where the answer was
 * lost, which changes nothing and which Keycloak logs again; a person or a membership never is.
 */
const done = (username: string) =>
  ask(async (admin) => {
    const [user] = await admin.users.find({ username, exact: true });
    const events = await admin.realms.findAdminEvents({ realm: ready().realm.name, max: 10_000 } as never);
    return (events as Array<{ operationType?: string; resourceType?: string; resourcePath?: string }>)
      .filter(({ resourcePath = "" }) => resourcePath.split("/")[1] === user?.id)
      .map(({ operationType, resourceType }) => `${operationType} ${resourceType}`)
      .filter((told, at, all) => !told.endsWith("ROLE_MAPPING") || all.indexOf(told) === at)
      .toSorted();
  });

/** As a worker that comes when each pause is over, until nothing waits. */
const pushUntilDone = Effect.fnUntraced(function* ({ organization, connection }: Acme) {
  for (let round = 0; round < 12; round += 1) {
    yield* inTenant(organization, (tx) =>
      Effect.promise(() => sql`update push set retry_at = null, failures = 0`.execute(tx.db)),
    );
    yield* inTenant(organization, (tx) => retryPush(tx, connection, null, systemOrigin));
    yield* performPush(organization, connection);
    const { rows } = yield* inTenant(organization, (tx) =>
      Effect.promise(() => sql`select 1 from push_pending`.execute(tx.db)),
    );
    const row = yield* inTenant(organization, (tx) => findPush(tx, connection));
    if (rows.length === 0 && row?.reason == null) return round;
  }
  return yield* Effect.die(new Error("It is never done."));
});

/** Those that live. */
const marks = ({ organization, connection }: Acme) =>
  Effect.map(
    inTenant(organization, (tx) => listIntents(tx, { connection, limit: 500 })),
    (all) =>
      all
        .filter(({ state: is }) => is !== "ended")
        .map(({ fact, state: is }) => `${fact} ${is}`)
        .toSorted(),
  );

type Fault = (asked: Asked) => Answer | undefined;

const faults: Readonly<Record<string, Answer>> = {
  "a reset before it arrives": "reset",
  "a line that is half open": "silence",
  "an answer that is slow": { slow: 900 },
  "429 with seconds": { status: 429, headers: { "retry-after": "1" } },
  "429 with a date": { status: 429, headers: { "retry-after": new Date(Date.now() + 1_000).toUTCString() } },
  "429 with something absurd": { status: 429, headers: { "retry-after": "99999999999999999999" } },
  "429 with a negative number": { status: 429, headers: { "retry-after": "-5" } },
  "503 without a word": { status: 503 },
  "JSON that is cut off": { rewrite: (body) => body.slice(0, body.length / 2) },
  "an answer lost after the write": "lost",
  "silence after the write": "lost in silence",
};

/** Each address goes wrong so many times, whatever is asked of it. */
const firstTimes = (answer: Answer, times: number, isMeant: (asked: Asked) => boolean): Fault => {
  const met = new Map<string, number>();
  return (asked) => {
    if (!isMeant(asked)) return undefined;
    const key = `${asked.method} ${asked.path}`;
    met.set(key, (met.get(key) ?? 0) + 1);
    return (met.get(key) ?? 0) <= times ? answer : undefined;
  };
};

const isAdmin = ({ path }: Asked) => path.startsWith("/admin/");
const isWrite = (asked: Asked) => isAdmin(asked) && asked.method !== "GET";

/** Comes, leaves, and comes again, each time through the trouble. */
const story = Effect.fnUntraced(function* (fault: () => Fault) {
  const all = yield* acme;
  const { organization, okta, connection } = all;
  const pulled = { organization, connection };
  const { proxy } = ready();
  const userName = `ada-${newId().slice(-6)}`;
  const more = {
    name: { givenName: "Ada", familyName: "Lovelace" },
    emails: [{ value: `${userName}@acme.test`, primary: true }],
  };
  const mine = Effect.map(rolesOf(organization), (roles) => roles.filter((one) => one.startsWith(userName)));
  const through = Effect.gen(function* () {
    proxy.set(fault());
    const rounds = yield* pushUntilDone(all);
    proxy.set();
    // What was written is read back, and is no reason for anything.
    yield* sync(pulled);
    yield* settle(organization);
    return rounds;
  });
  yield* state(organization, okta, userName, { groups: ["eng"], more });
  let rounds = yield* through;
  const there = { people: 1, enabled: true, in: ["auditor", "team1"] };
  expect(yield* seen(userName)).toEqual(there);
  expect(yield* mine).toEqual([`${userName} developer`]);
  expect(yield* marks(all)).toEqual(["membership held", "membership held", "user held"]);
  expect(yield* done(userName)).toEqual([
    "CREATE GROUP_MEMBERSHIP",
    "CREATE REALM_ROLE_MAPPING",
    "CREATE USER",
  ]);

  yield* state(organization, okta, userName, { more });
  rounds += yield* through;
  expect(yield* seen(userName)).toEqual({ people: 1, enabled: false, in: [] });
  expect(yield* mine).toEqual([]);
  expect((yield* marks(all)).filter((one) => one.startsWith("membership"))).toEqual([]);
  expect((yield* done(userName)).filter((one) => one.startsWith("DELETE"))).toEqual([
    "DELETE GROUP_MEMBERSHIP",
    "DELETE REALM_ROLE_MAPPING",
  ]);

  yield* state(organization, okta, userName, { groups: ["eng"], more });
  rounds += yield* through;
  expect(yield* seen(userName)).toEqual(there);
  expect(yield* mine).toEqual([`${userName} developer`]);
  yield* state(organization, okta, userName, { active: false });
  return rounds;
});

describe.skipIf(missing)("a real realm that is written through trouble", () => {
  beforeAll(async () => {
    if (!missing) await record(ready().realm.admin, ready().realm.name);
  });

  it.each(Object.entries(faults))(
    "comes to the same end through %s, met by each write",
    async (_, answer) => {
      await world.runPromise(story(() => firstTimes(answer, 1, isWrite)));
    },
    120_000,
  );

  // More often than a call is repeated: the account waits, and is looked at again.
  it.each([
    "a reset before it arrives",
    "429 with seconds",
    "503 without a word",
    "an answer lost after the write",
  ])(
    "comes to the same end through %s, met again and again by whatever is asked",
    async (name) => {
      const answer = faults[name] ?? "lost";
      const rounds = await world.runPromise(story(() => firstTimes(answer, 2, isAdmin)));
      expect(rounds).toBeGreaterThan(0);
    },
    240_000,
  );

  it(
    "knows whom it made though the answer was lost, also where the realm puts everybody new into a group",
    () =>
      world.runPromise(
        Effect.gen(function* () {
          const { realm, proxy } = ready();
          const all = yield* acme;
          const { organization, okta } = all;
          const team = yield* ask(
            async (admin) => (await admin.groups.find({ search: "team2" }))[0]?.id ?? "",
          );
          yield* ask((admin) => admin.realms.addDefaultGroup({ realm: realm.name, id: team }));
          const userName = `ada-${newId().slice(-6)}`;
          const more = { emails: [{ value: `${userName}@acme.test`, primary: true }] };
          proxy.set(firstTimes("lost", 1, isWrite));
          yield* state(organization, okta, userName, { groups: ["eng"], more });
          yield* pushUntilDone(all);
          proxy.set();
          expect(yield* inTenant(organization, (tx) => listOpenExceptions(tx, 10))).toEqual([]);
          expect(yield* seen(userName)).toEqual({
            people: 1,
            enabled: true,
            in: ["auditor", "team1", "team2"],
          });
          yield* state(organization, okta, userName, { active: false, more });
          yield* pushUntilDone(all);
          expect(yield* seen(userName)).toEqual({ people: 1, enabled: false, in: ["team2"] });
          yield* ask((admin) => admin.realms.removeDefaultGroup({ realm: realm.name, id: team }));
        }),
      ),
    120_000,
  );
});
