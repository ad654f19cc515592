/**
 * Invariants 1 and 4 for sources that are read: whatever happens there, and however often reading fails on the way,
 * nothing that the source still has is taken away, and one good run makes our copy and the roles equal to the source.
 */
import { Effect } from "effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Directory, Fault } from "../../../connectors/memory/index.ts";
import { desiredRoles, difference } from "../../../src/mapping/index.ts";
import { listAccounts, loadStandings, Store } from "../../../src/store/index.ts";
import { publishedMapping } from "../../../src/sync/index.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { emptyDirectory, group, has, held, member, newPulled, sync, testConnector, user } from "./support.ts";

const people = ["u0", "u1", "u2", "u3", "u4"];
const groups = ["g0", "g1", "g2", "g3"];

const person = fc.constantFrom(...people);
const groupId = fc.constantFrom(...groups);
const name = fc.constantFrom("ada", "bob", "cyd");

type Change = (directory: Directory) => void;

const drop = <T>(list: ReadonlyArray<T>, goes: (item: T) => boolean) => list.filter((item) => !goes(item));

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(person, name, fc.boolean()).map(([id, called, active]) => (directory: Directory) => {
    directory.users = [...drop(directory.users, (one) => one.id === id), user(id, `${called}-${id}`, active)];
  }),
  person.map((id) => (directory: Directory) => {
    directory.users = drop(directory.users, (one) => one.id === id);
    directory.memberships = drop(directory.memberships, (one) => one.user === id);
  }),
  fc.tuple(groupId, name, fc.option(groupId)).map(([id, called, parent]) => (directory: Directory) => {
    directory.groups = [...drop(directory.groups, (one) => one.id === id), group(id, called, parent)];
  }),
  groupId.map((id) => (directory: Directory) => {
    directory.groups = drop(directory.groups, (one) => one.id === id);
    directory.memberships = drop(directory.memberships, (one) => one.group === id);
  }),
  fc.tuple(groupId, person).map(([of, who]) => (directory: Directory) => {
    const there =
      directory.groups.some(({ id }) => id === of) && directory.users.some(({ id }) => id === who);
    const rest = drop(directory.memberships, (one) => one.group === of && one.user === who);
    directory.memberships = there ? [...rest, member(of, who)] : rest;
  }),
  fc.tuple(groupId, person).map(([of, who]) => (directory: Directory) => {
    directory.memberships = drop(directory.memberships, (one) => one.group === of && one.user === who);
  }),
);

const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    _tag: fc.constant("FailAt" as const),
    element: fc.nat(8),
    reason: fc.constantFrom("unauthorized", "forbidden", "throttled", "unavailable", "malformed"),
  }),
  fc.constantFrom<Fault>(
    { _tag: "DropProof" },
    { _tag: "EmptyList" },
    { _tag: "Shrink" },
    { _tag: "DuplicatePage" },
  ),
);

const round = fc.record({
  changes: fc.array(changes, { minLength: 1, maxLength: 6 }),
  fault: fc.option(faults),
});

const rules = [
  { id: "r-g0", when: { externalGroup: { connection: "kc", id: "g0" } }, grant: ["zero"] },
  { id: "r-ada", when: { groupName: { equals: "ada" } }, grant: ["one"] },
  {
    id: "r-not",
    when: { all: [{ groupName: { equals: "bob" } }, { not: { groupName: { equals: "cyd" } } }] },
    grant: ["two"],
  },
];

const lines = (directory: { readonly [key in keyof Directory]: ReadonlyArray<object> }) =>
  [
    ...directory.users.map((one) => ({ ...one, name: "", active: true })),
    ...directory.groups.map((one) => ({ ...one, name: "", parent: "" })),
    ...directory.memberships,
  ].map((one) => JSON.stringify(one));

describe("reading a source", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ _tag: "Memory" }, [testConnector]);
  });
  afterAll(() => world?.dispose());

  it("converges, and takes nothing away that the source still has", async () => {
    const property = fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), (rounds) =>
      world.runPromise(
        Effect.gen(function* () {
          const store = yield* Store;
          const pulled = yield* newPulled;
          const { upstream } = pulled;
          Object.assign(upstream.directory, emptyDirectory());
          yield* publishRules(pulled.organization, ["zero", "one", "two"], rules);
          for (const { changes: list, fault } of rounds) {
            for (const change of list) change(upstream.directory);
            const before = new Set(lines(yield* held(pulled)));
            upstream.fault = fault ?? undefined;
            const run = yield* sync(pulled);
            const after = new Set(lines(yield* held(pulled)));
            const still = lines(has(upstream.directory)).filter((line) => before.has(line));
            expect(still.filter((line) => !after.has(line))).toEqual([]);
            // A source that shows nobody at all is not believed: see the connector contract.
            const believed = fault === null && upstream.directory.users.length > 0;
            if (believed) expect(run.state).toBe("done");
          }
          upstream.fault = undefined;
          if (upstream.directory.users.length === 0) upstream.directory.users = [user("last")];
          expect(yield* sync(pulled)).toMatchObject({ state: "done" });
          expect(yield* held(pulled)).toEqual(has(upstream.directory));
          yield* store.tenant(
            pulled.organization,
            Effect.fnUntraced(function* (tx) {
              const { mapping } = yield* publishedMapping(tx);
              const accounts = yield* listAccounts(tx, 500);
              for (const standing of yield* loadStandings(
                tx,
                accounts.map(({ id }) => id),
              )) {
                const { gained, lost } = difference(
                  standing.roles,
                  desiredRoles(standing, mapping, Date.now()).roles,
                );
                expect([...gained, ...lost]).toEqual([]);
              }
            }),
          );
        }),
      ),
    );
    await fc.assert(property, { numRuns: 40 });
  }, 120_000);
});
