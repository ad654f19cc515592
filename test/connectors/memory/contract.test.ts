import { assert, it } from "@effect/vitest";
import { Effect, Stream } from "effect";
import { Outbound, type Reason } from "../../../connectors/connector.ts";
import { type Directory, type Fault, memory, openDirectory } from "../../../connectors/memory/index.ts";
import { connectorContract, type FaultCase } from "../../contracts/connector.ts";

const people = (count: number): Directory => ({
  users: Array.from({ length: count }, (_, i) => ({
    _tag: "User",
    id: `u${i}`,
    resource: { userName: `person${i}`, active: true },
  })),
  groups: Array.from({ length: 10 }, (_, i) => ({
    _tag: "Group",
    id: `g${i}`,
    name: `Group ${i}`,
    kind: "group",
    parent: i > 7 ? "g0" : null,
  })),
  memberships: Array.from({ length: count }, (_, i) => ({
    _tag: "Membership",
    group: `g${i % 10}`,
    user: `u${i}`,
  })),
});

const directory = people(950);
const patient = Outbound.useSync((rules) => ({ ...rules, timeoutMillis: 50 }));
const open = (fault?: Fault, of: Directory = directory) =>
  Effect.flatMap(patient, (rules) => Effect.provideService(openDirectory(of, fault), Outbound, rules));
const fault = (name: string, switched: Fault, ...reasons: ReadonlyArray<Reason>): FaultCase => ({
  name,
  open: open(switched),
  reasons,
});

connectorContract("memory", {
  open: open(),
  knownId: () => "u17",
  unknownId: "nobody",
  blind: open({ _tag: "EmptyList" }),
  lies: [],
  faults: [
    fault("fails at the first element", { _tag: "FailAt", element: 0, reason: "unavailable" }, "unavailable"),
    fault("fails at the last element", { _tag: "FailAt", element: 1909, reason: "malformed" }, "malformed"),
    fault("throttled", { _tag: "FailAt", element: 300, reason: "throttled", retryAfter: 7 }, "throttled"),
    fault("unauthorized midway", { _tag: "FailAt", element: 500, reason: "unauthorized" }, "unauthorized"),
    fault("no proof", { _tag: "DropProof" }),
    fault("a page twice", { _tag: "DuplicatePage" }, "malformed"),
    fault("pages that shrink", { _tag: "Shrink" }, "malformed"),
    fault("an empty list", { _tag: "EmptyList" }, "forbidden"),
    fault("silence", { _tag: "Silence" }, "unavailable"),
  ],
});

it.live("opens from settings, and an empty directory has its proof too", () =>
  Effect.gen(function* () {
    const { source } = yield* memory.open({});
    const facts = yield* source === undefined ? Effect.die("a source") : Stream.runCollect(source.everyone);
    assert.deepStrictEqual(
      facts.map(({ _tag }) => _tag),
      ["Proof"],
    );
  }).pipe(Effect.scoped),
);

it.live("streams 50,000 people without holding their facts", () =>
  Effect.gen(function* () {
    const { source } = yield* open(undefined, people(50_000));
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    let facts = 0;
    yield* Stream.runForEach(source.everyone, () =>
      Effect.sync(() => {
        facts += 1;
        if (facts % 5_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
      }),
    );
    assert.strictEqual(facts, 100_011);
    // What grows is the set of ids that finds duplicates, and garbage not yet collected.
    assert.isBelow(most / 2 ** 20, 64);
  }),
);
