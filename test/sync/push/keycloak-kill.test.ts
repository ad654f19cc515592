/** A server that writes a real realm and is killed at named points: started again, the same end, nothing twice. */
import { Effect } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import { noPush, systemOrigin } from "../../../src/domain/index.ts";
import { listIntents, newId } from "../../../src/store/index.ts";
import { setPush } from "../../../src/sync/index.ts";
import { record } from "../../connectors/keycloak/changes/support.ts";
import { hasty, missing, onRealm } from "../../connectors/keycloak/support.ts";
import { asSuperuser, hasPostgres, newDatabase, type TestDatabase } from "../../support/engines.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import { ended, serverProcesses } from "../../support/server-process.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { sync } from "../pull/support.ts";
import { connectWriter } from "./realm.ts";
import { addScim, inTenant, newOrganization, role, rolesOf, settle, state } from "./support.ts";

const { ready } = onRealm(6);
const skip = missing || !hasPostgres;
const startServer = serverProcesses();
const start = () => startServer(database, ready().proxy.url);

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  if (skip) return;
  database = await newDatabase(3);
  world = await openWorld(database.location, [keycloak], () => hasty);
  await record(ready().realm.admin, ready().realm.name);
});
afterAll(async () => {
  await world?.dispose();
});

const until = async <A>(look: () => Promise<A>, holds: (value: A) => boolean, seconds = 90): Promise<A> => {
  const from = Date.now();
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() - from > seconds * 1_000) throw new Error(`Waited in vain: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const ask = <A>(what: (admin: ReturnType<typeof ready>["realm"]["admin"]) => Promise<A>) =>
  Effect.promise(() => what(ready().realm.admin));

const acme = Effect.gen(function* () {
  const organization = yield* newOrganization;
  const okta = yield* addScim(organization);
  ready().proxy.set();
  const connection = yield* connectWriter(ready(), organization);
  expect(yield* sync({ organization, connection })).toMatchObject({ state: "done", detail: null });
  const named = { groupName: { equals: "team1", connection: "kc" } };
  yield* publishRules(
    organization,
    ["developer", "echo"],
    [
      { id: "eng", when: { externalGroup: { connection: "okta", id: "eng" } }, grant: ["developer"] },
      { id: "echo", when: named, grant: ["echo"] },
    ],
  );
  const team = yield* ask(async (admin) => (await admin.groups.find({ search: "team1" }))[0]?.id ?? "");
  const pushed = { role: role("developer"), scope: "", group: team, kind: "group" as const };
  const wanted = { ...noPush, creates: "with-roles" as const, leaving: "disable" as const, roles: [pushed] };
  yield* inTenant(organization, (tx) => setPush(tx, connection, "enforce", wanted, systemOrigin));
  return { organization, okta, connection };
});
type Acme = Effect.Success<typeof acme>;

const seen = async (username: string) => {
  const { admin } = ready().realm;
  const all = await admin.users.find({ username, exact: true });
  const [user] = all;
  if (user?.id === undefined) return { people: 0, enabled: undefined, in: [] };
  const groups = (await admin.users.listGroups({ id: user.id })).map(({ name = "" }) => name);
  return { people: all.length, enabled: user.enabled, in: groups };
};

/** What the realm's own log says was done to this person, sorted. */
const done = async (username: string) => {
  const { admin, name: realm } = ready().realm;
  const [user] = await admin.users.find({ username, exact: true });
  const events = await admin.realms.findAdminEvents({ realm, max: 10_000 } as never);
  return (events as Array<{ operationType?: string; resourceType?: string; resourcePath?: string }>)
    .filter(({ resourcePath = "" }) => resourcePath.split("/")[1] === user?.id)
    .map(({ operationType, resourceType }) => `${operationType} ${resourceType}`)
    .toSorted();
};

const marks = ({ organization, connection }: Acme) =>
  world.runPromise(
    Effect.map(
      inTenant(organization, (tx) => listIntents(tx, { connection, limit: 500 })),
      (all) =>
        all
          .filter(({ state: is }) => is === "held" || is === "open")
          .map(({ fact, state: is }) => `${fact} ${is}`)
          .toSorted(),
    ),
  );

/** A named point: the proxy says when the server stands there, and holds it there. */
interface Point {
  readonly rule: (reached: () => void) => Rule;
  /** Holds transactions of the server from outside, where the point lies in one. */
  readonly lock?: string;
}

const on = (method: string, part: RegExp, answer: "silence" | "lost in silence") => (reached: () => void) => {
  const rule: Rule = ({ method: asked, path }) => {
    if (asked !== method || !part.test(path)) return undefined;
    reached();
    return answer;
  };
  return rule;
};

const points: Readonly<Record<string, Point>> = {
  "after the mark of a creation, before the call": { rule: on("POST", /\/users\/?$/, "silence") },
  "after a creation was done there, before its answer": {
    rule: on("POST", /\/users\/?$/, "lost in silence"),
  },
  "after a join was done there, before its answer": { rule: on("PUT", /\/groups\//, "lost in silence") },
  "before a join arrives": { rule: on("PUT", /\/groups\//, "silence") },
};

describe.skipIf(skip)("a server that is killed while it writes", () => {
  const story = async (point: Point) => {
    const all = await world.runPromise(acme);
    const { organization, okta, connection } = all;
    const userName = `ada-${newId().slice(-6)}`;
    const more = {
      name: { givenName: "Ada", familyName: "Lovelace" },
      emails: [{ value: `${userName}@acme.test`, primary: true }],
    };
    const server = await start();
    let isReached = false;
    ready().proxy.set(
      point.rule(() => {
        isReached = true;
      }),
    );
    await world.runPromise(state(organization, okta, userName, { groups: ["eng"], more }));
    await until(
      () => Promise.resolve(isReached),
      (is) => is,
    );
    // What is done there has been answered to the proxy by then.
    if (point !== points["before a join arrives"]) await new Promise((resolve) => setTimeout(resolve, 500));
    await ended(server, "SIGKILL");
    ready().proxy.set();
    await end(all, userName, connection);
  };

  const end = async (all: Acme, userName: string, connection: Acme["connection"]) => {
    const { organization } = all;
    const pulled = { organization, connection };
    const mine = async () =>
      (await world.runPromise(rolesOf(organization))).filter((one) => one.startsWith(userName));
    // Whoever reads in between finds what was half done: it is no evidence.
    await world.runPromise(Effect.andThen(sync(pulled), settle(organization)));
    expect(await mine()).toEqual([`${userName} developer`]);
    const again = await start();
    await until(
      () => seen(userName),
      ({ in: groups }) => groups.length === 1,
    );
    const held = ["membership held", "user held"];
    await until(
      () => marks(all),
      (is) => is.join() === held.join(),
    );
    expect(await seen(userName)).toEqual({ people: 1, enabled: true, in: ["team1"] });
    expect(await done(userName)).toEqual(["CREATE GROUP_MEMBERSHIP", "CREATE USER"]);
    await ended(again, "SIGKILL");
    await world.runPromise(Effect.andThen(sync(pulled), settle(organization)));
    expect(await mine()).toEqual([`${userName} developer`]);
  };

  it.each(Object.entries(points))("%s", (_, point) => story(point), 240_000);

  it.each([
    ["before the commit of the marks", "intent"],
    ["after the calls, before the commit that records them", "pushed"],
  ])(
    "%s",
    async (_, table) => {
      const all = await world.runPromise(acme);
      const { organization, okta, connection } = all;
      const userName = `ada-${newId().slice(-6)}`;
      const more = { emails: [{ value: `${userName}@acme.test`, primary: true }], name: { familyName: "L" } };
      const server = await start();
      await asSuperuser(database.superuser, async (client) => {
        await world.runPromise(state(organization, okta, userName, { groups: [], more }));
        await client.query("begin");
        // Whoever writes this table waits in the middle of their transaction.
        await client.query(`lock table ${table} in share mode`);
        const giving = world.runPromise(state(organization, okta, userName, { groups: ["eng"], more }));
        await until(
          async () =>
            (
              await client.query(
                "select count(*)::int as n from pg_locks where not granted and relation = $1::regclass",
                [table],
              )
            ).rows[0].n,
          (waiting) => waiting > 0,
        );
        await giving;
        await ended(server, "SIGKILL");
        await client.query("rollback");
      });
      await end(all, userName, connection);
    },
    240_000,
  );
});
