/** A source's whole directory becomes ours: what is new on the way, what is missing at the end, if the source has proved that it said all. */
import { Effect, Stream } from "effect";
import {
  ConnectorFailure,
  type Fact,
  type Proof,
  type Source,
  type Tally,
} from "../../../connectors/connector.ts";
import type { PulledMember } from "../../store/index.ts";
import { type Batch, makeBatches } from "./batches.ts";
import { type KnownGroup, keepGroups } from "./groups.ts";
import { type Meanwhile, makeMeanwhile, newIn } from "./meanwhile.ts";
import { keepMembers } from "./members.ts";
import type { Pull } from "./pull.ts";
import { removeSuspects } from "./removals.ts";
import { type Suspected, suspectGroups, suspectMemberships, suspectUsers } from "./suspects.ts";
import { keepUsers } from "./users.ts";

/** How many chunks of facts may be read ahead of keeping. */
const ahead = 16;
const groupsAtOnce = 200;

/** What stays for the whole run: ids, and what is missing. */
interface Seen {
  readonly users: Set<string>;
  readonly groups: Set<string>;
  /** Groups of which the source listed anybody. */
  readonly filled: Set<string>;
  readonly missing: Array<PulledMember>;
  known: ReadonlyMap<string, KnownGroup>;
  readonly meanwhile: Meanwhile;
  memberships: number;
  proof: Proof | undefined;
}

const keepLists = Effect.fnUntraced(function* (
  pull: Pull,
  seen: Seen,
  lists: ReadonlyMap<string, ReadonlyArray<string>>,
) {
  const listed = [...lists].flatMap(([sourceId, users]) => {
    const group = seen.known.get(sourceId);
    return group === undefined ? [] : [{ group: group.id, users }];
  });
  seen.missing.push(...(yield* keepMembers(pull, listed, seen.meanwhile.reread.users)));
});

const note = (seen: Seen, batch: Batch) => {
  switch (batch._tag) {
    case "Users":
      for (const { id } of batch.facts) seen.users.add(id);
      return;
    case "Groups":
      for (const { id } of batch.facts) seen.groups.add(id);
      return;
    case "Members":
      for (const [group, users] of batch.lists) {
        seen.filled.add(group);
        seen.memberships += users.length;
      }
      return;
    case "Proof":
      seen.proof = batch;
  }
};

const keep = Effect.fnUntraced(function* (pull: Pull, seen: Seen, listed: Batch) {
  yield* seen.meanwhile.look;
  note(seen, listed);
  const batch = newIn(listed, seen.meanwhile.reread);
  switch (batch._tag) {
    case "Users":
      return yield* keepUsers(pull, batch.facts);
    case "Groups":
      seen.known = yield* keepGroups(pull, batch.facts);
      return;
    case "Members":
      return yield* keepLists(pull, seen, batch.lists);
  }
});

const stepOf = { User: "users", Group: "groups", Membership: "memberships" } as const;

/** What was read shows at once; what was kept, with its batch. */
const count = Effect.fnUntraced(function* (pull: Pull, facts: ReadonlyArray<Fact | Proof>) {
  for (const [tag, of] of Map.groupBy(facts, ({ _tag }) => _tag)) {
    if (tag !== "Proof") yield* pull.progress.add(stepOf[tag], { read: of.length });
  }
});

const read = Effect.fn("pull.read")(function* (pull: Pull, source: Source, meanwhile: Meanwhile) {
  const seen: Seen = {
    users: new Set(),
    groups: new Set(),
    filled: new Set(),
    missing: [],
    known: yield* keepGroups(pull, []),
    meanwhile,
    memberships: 0,
    proof: undefined,
  };
  const batches = makeBatches();
  const facts = source.everyone.pipe(Stream.bufferArray({ capacity: ahead }));
  yield* Stream.runForEachArray(facts, (chunk) =>
    Effect.andThen(
      count(pull, chunk),
      Effect.forEach(
        chunk.flatMap((fact) => batches.take(fact)),
        (batch) => keep(pull, seen, batch),
        { discard: true },
      ),
    ),
  );
  yield* Effect.forEach(batches.rest(), (batch) => keep(pull, seen, batch), { discard: true });
  return seen;
});

const incomplete = (what: string) =>
  new ConnectorFailure({
    reason: "malformed",
    detail: `${what} Nothing was concluded from what was not listed.`,
  });

const check = (what: string, { listed, counted }: Tally, received: number) => {
  if (listed !== received)
    return incomplete(`The source says it listed ${listed} ${what}, and ${received} came.`);
  if (counted !== null && counted !== listed) {
    return incomplete(`The source listed ${listed} ${what} and counts ${counted}.`);
  }
  return undefined;
};

/** Only with a proof that fits what came may anything be concluded from what did not come. */
const verify = Effect.fnUntraced(function* ({ proof, users, groups, memberships }: Seen) {
  if (proof === undefined) return yield* incomplete("The source's list of everyone ended before its end.");
  const wrong =
    check("users", proof.users, users.size) ??
    check("groups", proof.groups, groups.size) ??
    check("memberships", proof.memberships, memberships);
  if (wrong !== undefined) return yield* wrong;
});

/** Groups of which the source listed nobody: whoever is in them here is missing. */
const suspectEmptied = Effect.fnUntraced(function* (pull: Pull, seen: Seen) {
  const { groups: reread } = seen.meanwhile.reread;
  const emptied = [...seen.known.keys()].filter(
    (id) => seen.groups.has(id) && !seen.filled.has(id) && !reread.has(id),
  );
  for (let from = 0; from < emptied.length; from += groupsAtOnce) {
    const some = emptied.slice(from, from + groupsAtOnce);
    yield* keepLists(pull, seen, new Map(some.map((id) => [id, []])));
  }
});

const suspects = (pull: Pull, { known, groups, users, missing, meanwhile: { reread } }: Seen) => {
  const byId = new Map([...known].map(([sourceId, group]) => [group.id, { ...group, sourceId }]));
  // Whoever is gone as a whole is not asked about each of their groups; and a group that is gone has no members.
  const single = missing.filter(
    ({ groupId, sourceId }) =>
      users.has(sourceId) && groups.has(byId.get(groupId)?.sourceId ?? "") && !reread.users.has(sourceId),
  );
  return Stream.fromIterable<Suspected>([
    ...suspectMemberships(single, byId),
    ...suspectGroups(known, groups),
  ]).pipe(Stream.concat(suspectUsers(pull, users)));
};

/** Keeps all that the source says, then takes away what it no longer has. `lookMillis`: between looks for changes. */
export const takeSnapshot = Effect.fn("takeSnapshot")(function* (
  pull: Pull,
  source: Source,
  lookMillis: number | null,
) {
  const seen = yield* read(pull, source, yield* makeMeanwhile(pull, source, lookMillis));
  yield* verify(seen);
  yield* suspectEmptied(pull, seen);
  yield* pull.progress.end("users", "groups", "memberships");
  yield* removeSuspects(pull, source, suspects(pull, seen));
  yield* pull.progress.end("removals");
});
