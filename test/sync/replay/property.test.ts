/** History and replay over random lives: the past put together again is the past that was. */
import { Effect } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts, OrganizationId } from "../../../src/domain/index.ts";
import { loadFacts, loadPast, loadPastConnections, pageOfAccounts, Store } from "../../../src/store/index.ts";
import { factsAt, pastOf, replayPage } from "../../../src/sync/index.ts";
import { type Caller, setConnectionEnabled, setLifecycleAuthority } from "../../../src/tenancy/index.ts";
import { startServer } from "../../support/server.ts";
import { client, commands, organization } from "../life.ts";
import { Reference, type Side } from "../reference.ts";

const server = await startServer();
const owner = {
  id: null,
  name: "owner",
  role: "owner",
  organizationId: null,
  request: "r",
} as unknown as Caller;

const everything = { version: 1, limit: 500, after: null };

const inspect = (id: OrganizationId, from: number) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      return yield* store.tenant(
        id,
        Effect.fnUntraced(function* (tx) {
          const { ids } = yield* pageOfAccounts(tx, 500, null);
          const now = Date.now() + 1;
          const connections = yield* loadPastConnections(tx);
          const past = yield* loadPast(tx, ids, { from: now, to: now });
          return {
            rebuilt: past.map((one) => factsAt(pastOf(one, connections), now)),
            facts: yield* loadFacts(tx, ids),
            replayed: yield* replayPage(tx, { ...everything, from, to: null }),
          };
        }),
      );
    }),
  );

const bySlug = ({ lost, ...facts }: Facts) => ({
  ...facts,
  lost: lost.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)),
});

/** What operators do to connections meanwhile. */
const operating = fc.oneof(
  fc.record({ side: fc.constantFrom<Side>("a", "b"), enabled: fc.boolean() }),
  fc.record({ side: fc.constantFrom<Side>("a", "b"), authority: fc.constantFrom(true, false, null) }),
);

const operate = (id: string, command: typeof operating extends fc.Arbitrary<infer A> ? A : never) =>
  server.run(
    "enabled" in command
      ? Effect.asVoid(setConnectionEnabled(owner, id, command.side, command.enabled))
      : Effect.asVoid(setLifecycleAuthority(owner, id, command.side, command.authority)),
  );

const life = fc.tuple(commands, fc.array(fc.tuple(fc.nat(30), operating), { maxLength: 4 }));

describe("the past of any life", () => {
  it("put together for now is what is, and by the mapping in force gives what was", async () => {
    await fc.assert(
      fc.asyncProperty(life, async ([sequence, operations]) => {
        const before = Date.now() - 1000;
        const { id, slug, tokens } = await organization(server);
        const send = client(server, tokens, new Reference());
        for (const [index, one] of sequence.entries()) {
          await send(one);
          for (const [at, command] of operations) if (at === index) await operate(slug, command);
        }
        const { rebuilt, facts, replayed } = await inspect(id, before);
        expect(rebuilt.map(bySlug)).toEqual(facts.map(bySlug));
        expect(replayed.deviations).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 280_000);
});
