/** Slow sources of one organization do not keep another organization waiting, and a run that hangs can be stopped. */
import { Effect } from "effect";
import { describe, expect, it } from "vitest";
import { listRuns, Store, updateConnection } from "../../../src/store/index.ts";
import { askForRun } from "../../../src/sync/index.ts";
import { startServer } from "../../support/server.ts";
import { addPulled, newPulled, type Pulled, testConnector, user } from "./support.ts";

const server = await startServer({}, { _tag: "Memory" }, { connectors: [testConnector] });

const ask = ({ organization, connection }: Pulled) =>
  Effect.flatMap(Store, (store) => store.tenant(organization, (tx) => askForRun(tx, connection, null, null)));

const newest = ({ organization, connection }: Pulled) =>
  Effect.flatMap(Store, (store) =>
    store.tenant(organization, (tx) => listRuns(tx, { limit: 1, connection })),
  ).pipe(Effect.map(([run]) => run?.state));

const until = Effect.fnUntraced(function* (pulled: Pulled, state: string) {
  for (let left = 200; left > 0 && (yield* newest(pulled)) !== state; left -= 1)
    yield* Effect.sleep("100 millis");
  expect(yield* newest(pulled)).toBe(state);
});

describe("eight sources that hang", () => {
  it(
    "take two workers of their organization, and another one is read meanwhile",
    () =>
      server.run(
        Effect.gen(function* () {
          const first = yield* newPulled;
          const slow = [first];
          for (let at = 1; at < 8; at += 1) slow.push(yield* addPulled(first.organization, `slow-${at}`));
          for (const { upstream } of slow) upstream.opened = Effect.never;
          yield* Effect.forEach(slow, ask);
          yield* until(first, "running");
          const honest = yield* newPulled;
          honest.upstream.directory.users = [user("u1")];
          yield* ask(honest);
          yield* until(honest, "done");
          const states = yield* Effect.forEach(slow, newest);
          expect(states.filter((state) => state === "running").length).toBeLessThanOrEqual(2);

          const store = yield* Store;
          yield* store.tenant(first.organization, (tx) =>
            updateConnection(tx, first.connection, { enabled: false }),
          );
          yield* until(first, "cancelled");
        }),
      ),
    60_000,
  );
});
