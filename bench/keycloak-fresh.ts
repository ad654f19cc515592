/**
 * How soon a change in a realm has its effect here: from its event being readable to the role, name or state being so.
 * Followed at the usual pace, with nothing else to do.
 * `TEST_KEYCLOAK_URL=… node bench/keycloak-fresh.ts [changes] [per second]`; administrator in `TEST_KEYCLOAK_ADMIN`, by
 * default admin:admin. `BENCH_REALM` names a realm that is there already.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Effect, Fiber } from "effect";
import { sql } from "kysely";
import { Store, setFollow, type TenantTx } from "../src/store/index.ts";
import { askForRun, followConnection, syncConnection } from "../src/sync/index.ts";
import { makeRealm, part, type Reader, signIn, startReader } from "./realm.ts";

const changes = Number(process.argv[2] ?? 400);
const perSecond = Number(process.argv[3] ?? 2);
/** As a connection has it where nobody set anything else. */
const followSeconds = 3;

const admin = signIn();
const given = process.env["BENCH_REALM"];
const realm = given ?? (await makeRealm(admin, 10_000, 200));
const reader = await startReader(realm);

const inTenant = <A, E, R>({ world, organization }: Reader, body: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
  world.runPromise(Effect.flatMap(Store, (store) => store.tenant(organization, body)) as Effect.Effect<A, E>);

interface Waiting {
  readonly what: string;
  readonly user: string;
  /** As `stateOf` tells it. */
  readonly holds: (state: State) => boolean;
  /** The newest of the person's events when it was made, as the realm's log tells. */
  readonly done: number;
  readable: number | undefined;
  applied: number | undefined;
}

interface State {
  readonly active: boolean;
  readonly name: string;
  readonly hot: boolean;
}

const stateOf = (users: ReadonlyArray<string>) =>
  inTenant(reader, (tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<State & { id: string }>`
        select u.source_id as id, u.active, u.resource #>> '{name,familyName}' as name,
          exists (select from account_link l join assignment a on a.account_id = l.account_id
            where l.user_id = u.id and a.role = 'hot') as hot
        from directory_user u where u.connection_id = ${reader.connection} and u.source_id = any(${users}::text[])`.execute(
        tx.db,
      );
      return new Map(rows.map((row) => [row.id, row]));
    }),
  );

const [hot] = await admin.groups.find({ realm, search: "hot" });
const groupId = hot?.id ?? "";
// Where the realm was used before: a second join has no event.
for (const { id = "" } of await admin.groups.listMembers({ realm, id: groupId, max: -1 }))
  await admin.users.delFromGroup({ realm, id, groupId });
const someone = (
  await admin.users.find({ realm, max: changes, search: "person", enabled: true } as never)
).map(({ id = "" }) => id);

await reader.world.runPromise(
  Effect.gen(function* () {
    const { organization, connection } = reader;
    const store = yield* Store;
    yield* store.tenant(organization, (tx) => askForRun(tx, connection, null, null));
    yield* syncConnection(organization, connection);
    yield* store.tenant(organization, (tx) => setFollow(tx, connection, followSeconds));
  }),
);
console.log(`realm ${realm} was read`);
const follower = reader.world.runFork(followConnection(reader.organization, reader.connection));

/** Nobody is called so yet, in a realm that was used before either. */
const newName = `Renamed${Date.now()}`;

const kinds = [
  {
    what: "join",
    make: (id: string) => admin.users.addToGroup({ realm, id, groupId }),
    holds: ({ hot: is }: State) => is,
  },
  {
    what: "leave",
    make: (id: string) => admin.users.delFromGroup({ realm, id, groupId }),
    holds: ({ hot: is }: State) => !is,
  },
  {
    what: "disable",
    make: (id: string) => admin.users.update({ realm, id }, { enabled: false }),
    holds: ({ active }: State) => !active,
  },
  {
    what: "rename",
    make: (id: string) => admin.users.update({ realm, id }, { lastName: newName }),
    holds: ({ name }: State) => name === newName,
  },
] as const;

const longAgo = 40;
const waiting: Array<Waiting> = [];
let isMade = false;

/** When the event of each change can be read: what lies before that is Keycloak's own. */
const watchEvents = async () => {
  const seen = new Set<string>();
  const from = Date.now();
  while (!isMade || waiting.some(({ readable }) => readable === undefined)) {
    const query = { realm, dateFrom: from as never, max: 5_000 };
    const events = (await admin.realms.findAdminEvents(query)) as Array<{
      id?: string;
      resourcePath?: string;
      operationType?: string;
    }>;
    for (const { id = "", resourcePath = "" } of events.toReversed()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const user = resourcePath.split("/")[1];
      const change = waiting.find((one) => one.user === user && one.readable === undefined);
      if (change !== undefined) change.readable = Date.now();
      // Its answer has not come yet.
      else seen.delete(id);
    }
    await pause(100);
  }
};

const watchEffects = async () => {
  const until = () => Date.now() - (waiting.at(-1)?.done ?? Date.now()) < 60_000;
  while (!isMade || (waiting.some(({ applied }) => applied === undefined) && until())) {
    const open = waiting.filter(({ applied }) => applied === undefined);
    const states = await stateOf(open.map(({ user }) => user));
    const now = Date.now();
    for (const one of open) {
      const state = states.get(one.user);
      if (state !== undefined && one.holds(state)) one.applied = now;
    }
    await pause(100);
  }
};

const make = async () => {
  const start = Date.now();
  for (let i = 0; i < changes; i += 1) {
    await pause(Math.max(0, start + (i * 1_000) / perSecond - Date.now()));
    const next = kinds[i % kinds.length] ?? kinds[0];
    // Whoever leaves joined some time ago: each person's events come one by one, and nobody waits for that.
    const kind = next.what === "leave" && i <= longAgo ? kinds[3] : next;
    const user = someone[kind.what === "leave" ? i - 1 - longAgo : i] ?? "";
    const before = waiting.find((one) => one.user === user);
    while (before !== undefined && (before.applied === undefined || before.readable === undefined))
      await pause(50);
    await kind.make(user);
    waiting.push({
      ...{ what: kind.what, user, holds: kind.holds, done: Date.now() },
      readable: undefined,
      applied: undefined,
    });
  }
  isMade = true;
};

const cpu = process.cpuUsage();
const began = performance.now();
await Promise.all([make(), watchEvents(), watchEffects()]);
const { user: userCpu, system } = process.cpuUsage(cpu);
await Effect.runPromise(Fiber.interrupt(follower));

const seconds = waiting.map(({ readable = 0, applied }) =>
  applied === undefined ? Number.POSITIVE_INFINITY : Math.max(0, applied - readable) / 1_000,
);
const toReadable = waiting.map(({ readable = 0, done }) => (readable - done) / 1_000);
const within = seconds.filter((one) => one <= 10).length;
const told = (all: ReadonlyArray<number>) => ({
  median: part(all, 0.5).toFixed(2),
  p95: part(all, 0.95).toFixed(2),
  p99: part(all, 0.99).toFixed(2),
  most: Math.max(...all).toFixed(2),
});
console.log({
  changes,
  perSecond: (changes / ((performance.now() - began) / 1_000)).toFixed(2),
  withinTenSeconds: `${((within / seconds.length) * 100).toFixed(2)} %`,
  secondsFromReadable: told(seconds),
  secondsFromAnswerToReadable: told(toReadable),
  byKind: Object.fromEntries(
    kinds.map(({ what }) => [what, told(seconds.filter((_, i) => waiting[i]?.what === what))]),
  ),
  cpuShare: ((userCpu + system) / 1_000 / (performance.now() - began)).toFixed(2),
});
await reader.stop();
if (given === undefined && process.env["BENCH_KEEP"] === undefined) await admin.realms.del({ realm });
process.exit(0);
