/** A run in the middle of a real realm, whose server is killed or stopped: another takes it over, and ends where one would have. */
import { Effect } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import type { Run } from "../../../src/domain/index.ts";
import { listRuns, Store } from "../../../src/store/index.ts";
import { askForRun } from "../../../src/sync/index.ts";
import { missing as noKeycloak, onRealm } from "../../connectors/keycloak/support.ts";
import { hasPostgres, newDatabase, type TestDatabase } from "../../support/engines.ts";
import { ended, serverProcesses } from "../../support/server-process.ts";
import { openWorld, type World } from "../../support/world.ts";
import { connectRealm, type Held, ours, theirs } from "./realm.ts";

const { ready } = onRealm(520);
const skip = noKeycloak || !hasPostgres;
const startServer = serverProcesses();
const start = () => startServer(database, ready().proxy.url);

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  if (skip) return;
  database = await newDatabase(3);
  world = await openWorld(database.location, [keycloak]);
});
afterAll(async () => {
  await world?.dispose();
});

const newest = ({ organization, connection }: Held) =>
  world.runPromise(
    Effect.flatMap(Store, (store) =>
      store.tenant(organization, (tx) => listRuns(tx, { limit: 1, connection })),
    ),
  );

const until = async (held: Held, holds: (run: Run) => boolean, seconds = 60) => {
  const from = Date.now();
  for (;;) {
    const [run] = await newest(held);
    if (run !== undefined && holds(run)) return { run, seconds: (Date.now() - from) / 1000 };
    if (Date.now() - from > seconds * 1000) throw new Error(`Waited in vain: ${JSON.stringify(run)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Asks for a run and waits until it hangs in the middle: people are kept, members are not. */
const midway = async () => {
  const held = await world.runPromise(connectRealm(ready()));
  ready().proxy.set(({ path }) => (path.endsWith("/members") ? "silence" : undefined));
  await world.runPromise(
    Effect.flatMap(Store, (store) =>
      store.tenant(held.organization, (tx) => askForRun(tx, held.connection, null, null)),
    ),
  );
  await until(held, ({ state, steps }) => state === "running" && (steps[0]?.added ?? 0) >= 500);
  return held;
};

const sameEnd = async (held: Held) => {
  const { run } = await until(held, ({ state }) => state === "done");
  expect(run.attempts).toBe(2);
  expect(await world.runPromise(ours(held))).toEqual(await world.runPromise(theirs(ready())));
};

describe.skipIf(skip)("a run whose server goes away in the middle", () => {
  it("is another instance's within 30 seconds of the kill, and never two's", async () => {
    const first = await start();
    const held = await midway();
    await start();
    const { run } = await until(held, ({ state }) => state === "running");
    expect(run.attempts).toBe(1);
    await ended(first, "SIGKILL");
    ready().proxy.set();
    const taken = await until(held, ({ attempts }) => attempts === 2);
    console.log(`taken over ${taken.seconds.toFixed(1)} s after the kill`);
    expect(taken.seconds).toBeLessThan(30);
    await sameEnd(held);
  }, 120_000);

  it("is begun again when the killed server is started again", async () => {
    const first = await start();
    const held = await midway();
    await ended(first, "SIGKILL");
    ready().proxy.set();
    await start();
    await sameEnd(held);
  }, 120_000);

  it("goes back to wait when the server is stopped politely, and is begun again after the start", async () => {
    const first = await start();
    const held = await midway();
    await ended(first, "SIGTERM");
    expect((await newest(held))[0]).toMatchObject({ state: "waiting", attempts: 1 });
    ready().proxy.set();
    await start();
    await sameEnd(held);
  }, 120_000);
});
