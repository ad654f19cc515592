/** What every connector must keep. Written once; an implementation's test hands in how to open it. */
import { assert, describe, it } from "@effect/vitest";
import { Effect, type Scope, Stream } from "effect";
import type {
  Changes,
  Connection,
  ConnectorFailure,
  Fact,
  GroupFact,
  Hint,
  MembershipFact,
  Proof,
  Reason,
  Source,
  Suspect,
  UserFact,
} from "../../connectors/connector.ts";

type Open = Effect.Effect<Connection, ConnectorFailure, Scope.Scope>;

/** What a fault must lead to: a failure for one of these reasons, or (empty list) facts without a proof. */
export interface FaultCase {
  readonly name: string;
  readonly open: Open;
  readonly reasons: ReadonlyArray<Reason>;
}

export interface Subject {
  readonly open: Open;
  readonly knownId: () => string;
  readonly unknownId: string;
  /** A connection in which nobody can be found: its "not found" proves nothing. */
  readonly blind: Open;
  readonly faults: ReadonlyArray<FaultCase>;
  /** Connections that answer questions by id wrongly. */
  readonly lies: ReadonlyArray<{ readonly name: string; readonly open: Open }>;
  /** Changes the known person in the outside system, however little. There wherever a source has `changes`. */
  readonly change?: Effect.Effect<unknown>;
}

const silent: Source = {
  everyone: Stream.empty,
  one: () => Effect.die("no source"),
  confirm: () => Effect.die("no source"),
};

/** The facts that came, the proof if it came last, and the failure if there was one. */
export const read = (open: Open) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { source = silent } = yield* open;
      const all: Array<Fact | Proof> = [];
      const drained = Stream.runForEach(source.everyone, (fact) => Effect.sync(() => all.push(fact)));
      const failure = yield* Effect.match(drained, {
        onSuccess: () => undefined,
        onFailure: (error) => error,
      });
      return { ...sorted(all), failure };
    }),
  );

const sorted = (all: ReadonlyArray<Fact | Proof>) => ({
  all,
  users: all.filter((fact): fact is UserFact => fact._tag === "User"),
  groups: all.filter((fact): fact is GroupFact => fact._tag === "Group"),
  memberships: all.filter((fact): fact is MembershipFact => fact._tag === "Membership"),
  proofs: all.filter((fact): fact is Proof => fact._tag === "Proof"),
});

export const one = (open: Open, id: string) =>
  Effect.scoped(Effect.flatMap(open, ({ source = silent }) => source.one(id)));

const unique = (keys: ReadonlyArray<string>) => assert.strictEqual(new Set(keys).size, keys.length);
const key = ({ group, user }: MembershipFact) => JSON.stringify([group, user]);
const canonical = (facts: ReadonlyArray<Fact | Proof>) => facts.map((fact) => JSON.stringify(fact)).sort();

const wholeSnapshot = (open: Open) =>
  Effect.gen(function* () {
    const { all, users, groups, memberships, proofs, failure } = yield* read(open);
    assert.isUndefined(failure);
    assert.deepStrictEqual(proofs, [all.at(-1)]);
    const [proof] = proofs;
    assert.strictEqual(proof?.users.listed, users.length);
    assert.strictEqual(proof?.groups.listed, groups.length);
    assert.strictEqual(proof?.memberships.listed, memberships.length);
    for (const { listed, counted } of [proof?.users, proof?.groups, proof?.memberships].filter(
      (x) => x !== undefined,
    ))
      assert.isTrue(counted === null || counted === listed);
    unique(users.map(({ id }) => id));
    unique(groups.map(({ id }) => id));
    unique(memberships.map(key));
  });

const references = (open: Open) =>
  Effect.gen(function* () {
    const { all } = yield* read(open);
    const users = new Set<string>();
    const groups = new Set<string>();
    const parents: Array<string> = [];
    for (const fact of all) {
      if (fact._tag === "User") users.add(fact.id);
      if (fact._tag === "Group") groups.add(fact.id);
      if (fact._tag === "Group" && fact.parent !== null) parents.push(fact.parent);
      if (fact._tag === "Membership")
        assert.isTrue(users.has(fact.user) && groups.has(fact.group), "listed before");
    }
    for (const parent of parents) assert.isTrue(groups.has(parent), "a parent is listed");
  });

const togetherByGroup = (open: Open) =>
  Effect.gen(function* () {
    const { memberships } = yield* read(open);
    const runs = memberships.map(({ group }) => group).filter((group, i, all) => group !== all[i - 1]);
    assert.isAbove(runs.length, 1, "more than one group has members");
    unique(runs);
  });

const sameTwice = (open: Open) =>
  Effect.gen(function* () {
    const first = yield* read(open);
    const second = yield* read(open);
    assert.deepStrictEqual(canonical(first.all), canonical(second.all));
  });

const oneAgrees = (open: Open, id: string) =>
  Effect.gen(function* () {
    const { users, groups, memberships } = yield* read(open);
    const answer = yield* one(open, id);
    assert.strictEqual(answer._tag, "Found");
    if (answer._tag !== "Found") return;
    const held = new Set(memberships.filter(({ user }) => user === id).map(({ group }) => group));
    assert.deepStrictEqual(
      answer.user,
      users.find((user) => user.id === id),
    );
    assert.deepStrictEqual(canonical(answer.groups), canonical(groups.filter((group) => held.has(group.id))));
  });

/** What `confirm` says is gone of each suspect, or how it failed. */
export const confirmed = (open: Open, suspects: ReadonlyArray<Suspect>) =>
  Effect.scoped(
    Effect.flatMap(open, ({ source = silent }) =>
      Effect.forEach(suspects, (suspect) => Effect.result(source.confirm(suspect)), { concurrency: 4 }),
    ),
  );

const gone = (open: Open, suspects: ReadonlyArray<Suspect>) =>
  Effect.map(confirmed(open, suspects), (answers) =>
    answers.map((answer) => (answer._tag === "Success" ? answer.success.gone : answer.failure)),
  );

/** What is there: the known person, what they are in, one group of each kind. And what is not. */
const suspects = ({ open, knownId, unknownId }: Subject) =>
  Effect.gen(function* () {
    const { groups, memberships } = yield* read(open);
    const held = new Set(memberships.filter(({ user }) => user === knownId()).map(({ group }) => group));
    const kinds = [...new Map(groups.map((group) => [group.kind, group])).values()];
    const [inside, outside] = [
      groups.filter(({ id }) => held.has(id)),
      groups.filter(({ id }) => !held.has(id)),
    ];
    const user: Suspect = { _tag: "User", id: knownId() };
    const memberOf: Suspect = { _tag: "Memberships", user: knownId(), groups: inside };
    return {
      there: [user, memberOf, ...kinds.map(({ id, kind }): Suspect => ({ _tag: "Group", id, kind }))],
      missing: kinds.map(({ kind }): Suspect => ({ _tag: "Group", id: unknownId, kind })),
      inside,
      outside,
      memberOf,
    };
  });

const keepsWhatIsThere = (subject: Subject) =>
  Effect.gen(function* () {
    const { there, inside } = yield* suspects(subject);
    assert.isNotEmpty(inside);
    for (const ids of yield* gone(subject.open, there)) assert.deepStrictEqual(ids, []);
  });

const namesWhatIsGone = (subject: Subject) =>
  Effect.gen(function* () {
    const { missing, inside, outside } = yield* suspects(subject);
    const { open, knownId, unknownId } = subject;
    const left = [...outside, ...missing.flatMap((each) => (each._tag === "Group" ? [each] : []))];
    const ids = left.map(({ id }) => id);
    assert.deepStrictEqual(
      yield* gone(open, [
        { _tag: "User", id: unknownId },
        ...missing,
        { _tag: "Memberships", user: knownId(), groups: [...inside, ...left] },
        { _tag: "Memberships", user: unknownId, groups: inside },
      ]),
      [[unknownId], ...missing.map(() => [unknownId]), ids, inside.map(({ id }) => id)],
    );
  });

const neverWhatIsThere = (subject: Subject, lying: Open) =>
  Effect.gen(function* () {
    const { there } = yield* suspects(subject);
    for (const answer of yield* confirmed(lying, there))
      if (answer._tag === "Success") assert.deepStrictEqual(answer.success.gone, []);
  });

const nothingWhileBlind = (subject: Subject) =>
  Effect.gen(function* () {
    const { memberOf } = yield* suspects(subject);
    const id = subject.unknownId;
    const asked: ReadonlyArray<Suspect> = [
      { _tag: "User", id },
      { _tag: "Group", id, kind: "group" },
      memberOf,
    ];
    for (const answer of yield* confirmed(subject.blind, asked)) assert.strictEqual(answer._tag, "Failure");
  });

const noWrongProof = ({ open, reasons }: FaultCase) =>
  Effect.gen(function* () {
    const { proofs, failure } = yield* read(open);
    assert.isEmpty(proofs, "a fault never ends in a proof");
    if (reasons.length === 0) return assert.isUndefined(failure);
    assert.include(reasons, failure?.reason);
    assert.strictEqual(
      failure?.retryable,
      failure?.reason === "throttled" || failure?.reason === "unavailable",
    );
  });

type Following = Required<Pick<Source, "changes" | "branch">>;

const follow = <A, E>(open: Open, use: (source: Following) => Effect.Effect<A, E>) =>
  Effect.scoped(
    Effect.flatMap(open, ({ source = silent }) => {
      const { changes, branch } = source;
      if (changes === undefined || branch === undefined) return Effect.die("changes and branch");
      return use({ changes, branch });
    }),
  );

/** Everything since the cursor, however many answers it takes, and the cursor after it. */
const since = Effect.fnUntraced(function* ({ changes }: Following, cursor: Changes["cursor"]) {
  const hints: Array<Hint> = [];
  let next = cursor;
  for (let more = true; more; ) {
    const answer = yield* changes(next);
    hints.push(...answer.hints);
    next = answer.cursor;
    more = answer.more;
  }
  return { hints, cursor: next };
});

const pointsAt = (id: string) => (hint: Hint) =>
  hint._tag === "Everyone" || (hint._tag === "User" && hint.id === id);

const hintsAtChange = ({ open, knownId }: Subject, change: Effect.Effect<unknown>) =>
  follow(open, (source) =>
    Effect.gen(function* () {
      const first = yield* source.changes(null);
      assert.deepStrictEqual(first.hints, [], "from now on");
      const before = yield* since(source, first.cursor);
      assert.deepStrictEqual(before.hints, [], "nothing changed yet");
      yield* change;
      const after = yield* since(source, before.cursor);
      assert.isTrue(after.hints.some(pointsAt(knownId())), "the change is hinted at");
      assert.deepStrictEqual((yield* since(source, after.cursor)).hints, [], "nothing changed again");
      const again = yield* since(source, first.cursor);
      assert.deepStrictEqual(again.hints, after.hints, "an older cursor gives the same");
    }),
  );

const cursorIsJson = ({ open, knownId }: Subject, change: Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const { cursor } = yield* follow(open, ({ changes }) => changes(null));
    const kept: Changes["cursor"] = JSON.parse(JSON.stringify(cursor));
    assert.deepStrictEqual(kept, cursor);
    yield* change;
    // As after a restart: opened anew.
    const { hints } = yield* follow(open, (source) => since(source, kept));
    assert.isTrue(hints.some(pointsAt(knownId())));
    assert.isTrue(hints.every(({ because }) => Number.isFinite(because.at)));
  });

/** One group or role of each kind with the most below it: what `everyone` says of it and of those nested in it. */
const branchAgrees = ({ open, unknownId }: Subject) =>
  Effect.gen(function* () {
    const { groups, memberships } = yield* read(open);
    const below = (id: string): ReadonlyArray<GroupFact> => [
      ...groups.filter((group) => group.id === id),
      ...groups.filter(({ parent }) => parent === id).flatMap((group) => below(group.id)),
    ];
    const bySize = groups.toSorted((a, b) => below(a.id).length - below(b.id).length);
    const kinds = [...new Map(bySize.map((group) => [group.kind, group])).values()];
    for (const { id, kind } of kinds) {
      const answer = yield* follow(open, ({ branch }) => branch(id, kind));
      if (answer._tag !== "Branch") return assert.fail("the branch is there");
      const expected = below(id);
      assert.deepStrictEqual(canonical(answer.groups), canonical(expected));
      for (const group of expected)
        assert.sameMembers(
          [...(answer.members.get(group.id) ?? [])],
          memberships.filter((each) => each.group === group.id).map(({ user }) => user),
        );
      const gone = yield* follow(open, ({ branch }) => branch(unknownId, kind));
      assert.strictEqual(gone._tag, "Gone");
    }
  });

const noBranchGone = ({ open, blind, unknownId, lies }: Subject) =>
  Effect.gen(function* () {
    const blindly = yield* Effect.result(follow(blind, ({ branch }) => branch(unknownId, "group")));
    assert.strictEqual(blindly._tag, "Failure");
    const { groups } = yield* read(open);
    const kinds = [...new Map(groups.map((group) => [group.kind, group])).values()];
    for (const lie of lies)
      for (const { id, kind } of kinds) {
        const answer = yield* Effect.result(follow(lie.open, ({ branch }) => branch(id, kind)));
        if (answer._tag === "Success") assert.strictEqual(answer.success._tag, "Branch", lie.name);
      }
  });

export const connectorContract = (name: string, subject: Subject) =>
  describe(`${name} keeps the connector contract`, () => {
    it.live("lists everything once, with the proof last and matching", () => wholeSnapshot(subject.open));
    it.live("names in a membership only what was listed before", () => references(subject.open));
    it.live("lists the memberships of a group together", () => togetherByGroup(subject.open));
    it.live("says the same twice", () => sameTwice(subject.open));
    it.live("says of one person what it says of everyone", () => oneAgrees(subject.open, subject.knownId()));
    it.live("calls an unknown id gone, as others are found", () =>
      Effect.map(one(subject.open, subject.unknownId), (answer) => assert.strictEqual(answer._tag, "Gone")),
    );
    it.live("calls nobody gone when nobody can be found", () =>
      Effect.map(Effect.result(one(subject.blind, subject.unknownId)), (answer) =>
        assert.strictEqual(answer._tag, "Failure"),
      ),
    );
    it.live("probes without failing", () =>
      Effect.map(Effect.scoped(Effect.flatMap(subject.open, ({ probe }) => probe)), (health) =>
        assert.isEmpty(health.lacks),
      ),
    );
    it.live("confirms that what is there is not gone", () => keepsWhatIsThere(subject));
    it.live("confirms what is gone, and nothing else", () => namesWhatIsGone(subject));
    it.live("confirms nothing when nobody can be found", () => nothingWhileBlind(subject));
    for (const { name: lie, open } of [...subject.lies, ...subject.faults])
      it.live(`takes nobody and nothing for gone: ${lie}`, () => neverWhatIsThere(subject, open));
    const { change } = subject;
    if (change !== undefined) {
      it.live("hints at what changed since the cursor, and at nothing else", () =>
        hintsAtChange(subject, change),
      );
      it.live("gives a cursor that can be kept as JSON", () => cursorIsJson(subject, change));
      it.live("says of a branch what it says of everyone", () => branchAgrees(subject));
      it.live("takes no branch for gone that is there or that cannot be asked for", () =>
        noBranchGone(subject),
      );
    }
    for (const fault of subject.faults) it.live(`gives no proof: ${fault.name}`, () => noWrongProof(fault));
  });
