/** What every target must keep. Written once; an implementation's test hands in how to open it and how to disturb it. */
import { assert, describe, it } from "@effect/vitest";
import { Effect, type Scope } from "effect";
import type {
  Applied,
  Change,
  Connection,
  ConnectorFailure,
  GroupFact,
  Person,
  Target,
  UserFact,
} from "../../connectors/connector.ts";

type Open = Effect.Effect<Connection, ConnectorFailure, Scope.Scope>;
type Group = Pick<GroupFact, "id" | "kind">;

export interface TargetSubject {
  readonly open: Open;
  /** One of each kind that can be written. */
  readonly groups: () => ReadonlyArray<Group>;
  readonly unknownId: string;
  /** Each disturbs some writes. Whoever is told to try again does so, and the end must be the same. */
  readonly faults: ReadonlyArray<{ readonly name: string; readonly open: Open }>;
  /** A connection that wrongly says of everything that it is not there. */
  readonly lies: ReadonlyArray<{ readonly name: string; readonly open: Open }>;
}

export const withTarget = <A>(open: Open, use: (target: Target) => Effect.Effect<A, ConnectorFailure>) =>
  Effect.scoped(
    Effect.flatMap(open, ({ target }) => (target === undefined ? Effect.die("no target") : use(target))),
  );

/** A person whom nobody else has met: tests share one system. */
export const somebody = (more: Partial<Person> = {}): Person => {
  const userName = `p-${crypto.randomUUID().slice(0, 13)}`;
  return {
    userName,
    givenName: "Ada",
    familyName: "Lovelace",
    email: `${userName}@acme.test`,
    active: true,
    ...more,
  };
};

const create = (target: Target, person: Person) => target.apply({ _tag: "Create", person });

/** A tag, or the reason of the failure. */
export const outcome = (applied: Effect.Effect<Applied, ConnectorFailure>) =>
  Effect.match(applied, { onSuccess: ({ _tag }): string => _tag, onFailure: ({ reason }): string => reason });

/** Why it failed; nothing where it did not. */
export const failed = (applied: Effect.Effect<Applied, ConnectorFailure>) =>
  Effect.match(applied, { onSuccess: () => undefined, onFailure: (failure) => failure });

const shown = Effect.fnUntraced(function* (target: Target, id: string) {
  const answer = yield* target.one(id);
  return answer._tag === "Found" ? answer : yield* Effect.die(`${id} is gone`);
});

const resourceOf = ({ userName, givenName, familyName, email, active }: Person): UserFact["resource"] => {
  const displayName = [givenName, familyName].filter(Boolean).join(" ");
  return {
    userName,
    ...(displayName
      ? { displayName, name: { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) } }
      : {}),
    ...(email ? { emails: [{ value: email, primary: true }] } : {}),
    active: active ?? true,
  };
};

const createsOnce = (target: Target) =>
  Effect.gen(function* () {
    const person = somebody();
    const first = yield* create(target, person);
    assert.strictEqual(first._tag, "Changed");
    assert.deepStrictEqual((yield* shown(target, first.id)).user.resource, resourceOf(person));
    assert.deepStrictEqual(yield* create(target, person), { _tag: "Already", id: first.id });
    const upper = { ...person, userName: person.userName.toUpperCase() };
    assert.deepStrictEqual(yield* create(target, upper), { _tag: "Already", id: first.id });
    assert.lengthOf(yield* target.find(person), 1);
  });

const leastOfPeople = (target: Target) =>
  Effect.gen(function* () {
    const { userName } = somebody();
    const { id } = yield* create(target, { userName });
    const { user } = yield* shown(target, id);
    assert.deepStrictEqual(user.resource, { userName, active: true });
    const inactive = somebody({ active: false });
    const { id: other } = yield* create(target, inactive);
    assert.strictEqual((yield* shown(target, other)).user.resource["active"], false);
  });

const findsExactly = (target: Target) =>
  Effect.gen(function* () {
    const person = somebody();
    const { id } = yield* create(target, person);
    const { userName, email } = person;
    const ids = (name: string, address?: string | null) =>
      Effect.map(target.find({ userName: name, email: address ?? null }), (users) =>
        users.map((each) => each.id),
      );
    assert.deepStrictEqual(yield* ids(userName.toUpperCase()), [id]);
    assert.deepStrictEqual(yield* ids("nobody-at-all", email?.toUpperCase()), [id]);
    assert.deepStrictEqual(yield* ids(userName, email), [id], "once, though found twice");
    for (const name of [userName.slice(0, -1), `${userName}x`, "*", "%", "p-*", "_", "", "\ud800"])
      assert.deepStrictEqual(yield* ids(name, name), []);
    const { id: other } = yield* create(target, somebody({ email: null }));
    assert.notStrictEqual(other, id);
    assert.sameMembers(yield* ids((yield* shown(target, other)).user.resource["userName"] as string, email), [
      id,
      other,
    ]);
  });

const namesAreTaken = (target: Target) =>
  Effect.gen(function* () {
    const [ada, grace] = [somebody(), somebody()];
    yield* create(target, ada);
    const { id } = yield* create(target, grace);
    const thief = somebody({ email: ada.email ?? null });
    assert.strictEqual(yield* outcome(create(target, thief)), "conflict");
    assert.isEmpty(yield* target.find({ userName: thief.userName }));
    const become = (person: Partial<Person>) => outcome(target.apply({ _tag: "Update", user: id, person }));
    assert.strictEqual(yield* become({ userName: ada.userName.toUpperCase() }), "conflict");
    assert.strictEqual(yield* become({ email: ada.email ?? null }), "conflict");
    assert.deepStrictEqual((yield* shown(target, id)).user.resource, resourceOf(grace));
  });

/** Leaving is never slow: whatever else is wrong, who is to be inactive is. */
const disablesFirst = (target: Target) =>
  Effect.gen(function* () {
    const [ada, grace] = [somebody(), somebody()];
    yield* create(target, ada);
    const { id: user } = yield* create(target, grace);
    const change = { _tag: "Update", user, person: { active: false, userName: ada.userName } } as const;
    for (const _again of [1, 2]) {
      assert.strictEqual(yield* outcome(target.apply(change)), "conflict");
      assert.deepStrictEqual(
        (yield* shown(target, user)).user.resource,
        resourceOf({ ...grace, active: false }),
      );
    }
  });

const updates: ReadonlyArray<Partial<Person>> = [
  { givenName: "Augusta" },
  { familyName: "King" },
  { email: `new-${crypto.randomUUID().slice(0, 8)}@acme.test` },
  { active: false },
  { active: true, familyName: "Byron" },
  { userName: `renamed-${crypto.randomUUID().slice(0, 8)}` },
  { email: null },
  { givenName: null },
  { familyName: null },
  { givenName: "Ada", email: `again-${crypto.randomUUID().slice(0, 8)}@acme.test` },
];

const writesWhatIsNamed = (target: Target) =>
  Effect.gen(function* () {
    let person = somebody();
    const { id: user } = yield* create(target, person);
    const apply = (named: Partial<Person>) => target.apply({ _tag: "Update", user, person: named });
    assert.strictEqual((yield* apply({}))._tag, "Already");
    for (const named of updates) {
      person = { ...person, ...named };
      assert.deepStrictEqual(yield* apply(named), { _tag: "Changed", id: user });
      assert.deepStrictEqual((yield* shown(target, user)).user.resource, resourceOf(person));
      assert.deepStrictEqual(yield* apply(named), { _tag: "Already", id: user });
    }
    assert.strictEqual((yield* apply({ userName: person.userName.toUpperCase() }))._tag, "Already");
  });

const moves = (target: Target, groups: ReadonlyArray<Group>) =>
  Effect.gen(function* () {
    const { id: user } = yield* create(target, somebody());
    const ids = Effect.map(shown(target, user), (found) => found.groups.map(({ id }) => id));
    const before = yield* ids;
    for (const group of groups) {
      const [join, leave] = (["Join", "Leave"] as const).map((_tag) => target.apply({ _tag, user, group }));
      if (join === undefined || leave === undefined) return;
      assert.strictEqual((yield* leave)._tag, "Already", group.kind);
      assert.deepStrictEqual(yield* join, { _tag: "Changed", id: user }, group.kind);
      assert.sameMembers(yield* ids, [...before, group.id]);
      assert.deepStrictEqual(yield* join, { _tag: "Already", id: user }, group.kind);
      assert.deepStrictEqual(yield* leave, { _tag: "Changed", id: user }, group.kind);
      assert.deepStrictEqual(yield* leave, { _tag: "Already", id: user }, group.kind);
      assert.sameMembers(yield* ids, before);
    }
  });

const removes = (target: Target, group: Group) =>
  Effect.gen(function* () {
    const person = somebody();
    const { id: user } = yield* create(target, person);
    yield* target.apply({ _tag: "Join", user, group });
    assert.deepStrictEqual(yield* target.apply({ _tag: "Remove", user }), { _tag: "Changed", id: user });
    assert.strictEqual((yield* target.one(user))._tag, "Gone");
    assert.isEmpty(yield* target.find(person));
    assert.deepStrictEqual(yield* target.apply({ _tag: "Remove", user }), { _tag: "Already", id: user });
    const again = yield* create(target, person);
    assert.strictEqual(again._tag, "Changed");
    assert.notStrictEqual(again.id, user, "who has the name next is somebody else");
  });

/** Each change with an id that is not there. */
const changesOf = (user: string, group: Group): ReadonlyArray<readonly [Change, string]> => [
  [{ _tag: "Update", user, person: { givenName: "X" } }, "missing"],
  [{ _tag: "Join", user, group }, "missing"],
  [{ _tag: "Leave", user, group }, "Already"],
  [{ _tag: "Remove", user }, "Already"],
];

const isMissing = (target: Target, groups: ReadonlyArray<Group>, unknown: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const person = somebody();
    const { id: user } = yield* create(target, person);
    for (const group of groups) yield* target.apply({ _tag: "Join", user, group });
    const before = yield* shown(target, user);
    for (const id of unknown)
      for (const group of groups) {
        for (const [change, expected] of changesOf(id, group))
          assert.strictEqual(yield* outcome(target.apply(change)), expected, `${change._tag} ${id}`);
        const nowhere = { ...group, id };
        for (const [_tag, expected] of [["Join", "missing"] as const, ["Leave", "Already"] as const])
          assert.strictEqual(yield* outcome(target.apply({ _tag, user, group: nowhere })), expected, id);
      }
    assert.deepStrictEqual(yield* shown(target, user), before);
  });

/** Ids that would be other addresses if they were not kept from being any. */
const hostileIds = [
  ...["", ".", "..", "../..", "./x", "a/b", "/", "\\..\\", "%2e%2e", "..%2f..", "x?y=1", "x#y", "x;y=1"],
  ...["x\u0000", "\ud800", "ü".repeat(300), "x".repeat(5000), "f:x:y", "a.b", " "],
];

const hostileNames = [
  ...[
    "a/b/../c",
    "..",
    "a?b=c",
    "a#b",
    "a%2fb",
    "{id}",
    "a;b",
    "<b>x</b>",
    "ünïcödé",
    "名前です",
    "x".repeat(300),
  ],
  ...["a\u0000b", "\ud800abc", "", " ", "a\nb", "__proto__", "'; drop table x; --"],
];

const hostileValues = (target: Target) =>
  Effect.gen(function* () {
    const witness = somebody();
    const { id } = yield* create(target, witness);
    for (const name of hostileNames) {
      const person = somebody({ userName: name, givenName: name, familyName: name, email: null });
      const came = yield* outcome(create(target, person));
      assert.include(["Changed", "refused"], came, name);
      const found = yield* target.find(person);
      assert.lengthOf(found, came === "Changed" ? 1 : 0, name);
      for (const user of found) {
        assert.strictEqual(user.resource["userName"], name.toLowerCase());
        yield* target.apply({ _tag: "Remove", user: user.id });
      }
      const { email } = somebody();
      const update = target.apply({
        _tag: "Update",
        user: id,
        person: { givenName: name, email: email ?? null },
      });
      assert.include(["Changed", "refused"], yield* outcome(update), name);
      const { resource } = (yield* shown(target, id)).user;
      assert.strictEqual(resource["userName"], witness.userName);
      assert.strictEqual(resource["active"], true);
    }
  });

const again = (applied: Effect.Effect<Applied, ConnectorFailure>) =>
  Effect.retry(applied, { times: 5, while: (failure) => failure.retryable });

const sameEnd = (subject: TargetSubject, disturbed: Open) =>
  Effect.gen(function* () {
    const person = somebody();
    const groups = subject.groups();
    const id = yield* withTarget(disturbed, (target) =>
      Effect.gen(function* () {
        const { id: user } = yield* again(create(target, person));
        yield* again(target.apply({ _tag: "Update", user, person: { familyName: "King" } }));
        for (const group of groups) yield* again(target.apply({ _tag: "Join", user, group }));
        for (const group of groups.slice(1)) yield* again(target.apply({ _tag: "Leave", user, group }));
        return user;
      }),
    );
    yield* withTarget(subject.open, (target) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          (yield* target.find(person)).map((user) => user.id),
          [id],
        );
        const found = yield* shown(target, id);
        assert.deepStrictEqual(found.user.resource, resourceOf({ ...person, familyName: "King" }));
        const [first, ...left] = groups.map((group) => found.groups.some((each) => each.id === group.id));
        assert.isTrue(first);
        assert.notInclude(left, true);
      }),
    );
    const removed = withTarget(disturbed, (target) => again(target.apply({ _tag: "Remove", user: id })));
    yield* removed;
    assert.isEmpty(yield* withTarget(subject.open, (target) => target.find(person)));
  });

const nothingByLies = (subject: TargetSubject, lying: Open) =>
  Effect.gen(function* () {
    const groups = subject.groups();
    const user = yield* withTarget(subject.open, (target) =>
      Effect.gen(function* () {
        const { id } = yield* create(target, somebody());
        for (const group of groups) yield* target.apply({ _tag: "Join", user: id, group });
        return id;
      }),
    );
    yield* withTarget(lying, (target) =>
      Effect.gen(function* () {
        const leaves = groups.map((group): Change => ({ _tag: "Leave", user, group }));
        for (const change of [...leaves, { _tag: "Remove", user } as const])
          assert.notInclude(["Changed", "Already"], yield* outcome(target.apply(change)), change._tag);
      }),
    );
  });

export const targetContract = (name: string, subject: TargetSubject) =>
  describe(`${name} keeps the contract of targets`, () => {
    const test = (rule: string, use: (target: Target) => Effect.Effect<unknown, ConnectorFailure>) =>
      it.live(rule, () => withTarget(subject.open, use), 60_000);
    test("creates a person once, however often and in whatever case", createsOnce);
    test("creates a person of a name alone, and one who is inactive", leastOfPeople);
    test("finds by name or email, in any case, and only exactly", findsExactly);
    test("gives nobody the name or the email of another one", namesAreTaken);
    test("writes what is named and leaves the rest; null empties", writesWhatIsNamed);
    test("disables a person also where the rest cannot be written", disablesFirst);
    test("joins and leaves each kind of group", (target) => moves(target, subject.groups()));
    test("removes a person, and the next of that name is another one", (target) => {
      const [group] = subject.groups();
      return group === undefined ? Effect.die("a group") : removes(target, group);
    });
    test("says who or what is missing, save where it was to be left", (target) =>
      isMissing(target, subject.groups(), [subject.unknownId]));
    test("takes no hostile id for an address", (target) => isMissing(target, subject.groups(), hostileIds));
    test("takes no hostile name for anything but a name", hostileValues);
    test("has an identity", (target) =>
      Effect.map(target.identity, (identity) => assert.isNotEmpty(identity)));
    for (const { name: fault, open } of subject.faults)
      it.live(`comes to the same end: ${fault}`, () => sameEnd(subject, open), 60_000);
    for (const { name: lie, open } of subject.lies)
      it.live(`says of nothing that it was left: ${lie}`, () => nothingByLies(subject, open), 60_000);
  });
