import { assert, it } from "@effect/vitest";
import { Effect } from "effect";
import type { Change, Hint, Reason } from "../../../connectors/connector.ts";
import {
  append,
  clearJournal,
  type Directory,
  groupHint,
  makeJournal,
  openDirectory,
  userHint,
  type WriteFault,
  write,
  writer,
} from "../../../connectors/memory/index.ts";
import { outcome, somebody, targetContract, withTarget } from "../../contracts/target.ts";

const fresh = (): Directory => ({
  users: [],
  groups: (["group", "realm-role", "client-role"] as const).map((kind) => ({
    _tag: "Group",
    id: `the-${kind}`,
    name: kind,
    kind,
    parent: null,
  })),
  memberships: [],
  identity: "memory-1",
  journal: makeJournal(),
});

const shared = fresh();
/** The same people, disturbed at every other write. */
const disturbed = (fault: WriteFault) => {
  let writes = 0;
  const writing = () => {
    writes += 1;
    return writes % 2 === 1 ? fault : undefined;
  };
  return Effect.suspend(() =>
    openDirectory(
      new Proxy(shared, { get: (of, key) => (key === "writing" ? writing : Reflect.get(of, key)) }),
    ),
  );
};
const fault = (when: WriteFault["when"], reason: Reason, retryAfter?: number) => ({
  name: `${reason} ${when} the effect`,
  open: disturbed({ when, reason, ...(retryAfter === undefined ? {} : { retryAfter }) }),
});

targetContract("memory", {
  open: openDirectory(shared),
  groups: () => shared.groups,
  unknownId: "nobody",
  faults: [
    fault("before", "unavailable"),
    fault("after", "unavailable"),
    fault("before", "throttled", 7),
    fault("after", "throttled"),
  ],
  lies: [],
});

const tags = (hints: ReadonlyArray<Hint>) =>
  hints.map((hint) => `${hint._tag} ${hint._tag === "Everyone" ? "" : hint.id}`);

/** Reads from the cursor on, until there is no more. */
const followed = (directory: Directory, cursor: Parameters<NonNullable<Follow>>[0]) =>
  Effect.gen(function* () {
    const { source } = yield* openDirectory(directory);
    const ask = yield* source.changes === undefined ? Effect.die("changes") : Effect.succeed(source.changes);
    const hints: Array<Hint> = [];
    let last = yield* ask(cursor);
    hints.push(...last.hints);
    while (last.more) {
      last = yield* ask(last.cursor);
      hints.push(...last.hints);
    }
    return { hints, cursor: last.cursor };
  });
type Follow =
  NonNullable<ReturnType<typeof openDirectory> extends Effect.Effect<infer C> ? C : never> extends {
    readonly source: infer S;
  }
    ? S extends { readonly changes?: infer F }
      ? F
      : never
    : never;

it.effect("the journal tells what was written, once, by whom, and nothing of what was so before", () =>
  Effect.gen(function* () {
    const directory = fresh();
    const { cursor } = yield* followed(directory, null);
    const group = { id: "the-group", kind: "group" } as const;
    const id = yield* withTarget(openDirectory(directory), (target) =>
      Effect.gen(function* () {
        const { id: user } = yield* target.apply({ _tag: "Create", person: somebody() });
        yield* target.apply({ _tag: "Join", user, group });
        yield* target.apply({ _tag: "Join", user, group });
        return user;
      }),
    );
    const { hints, cursor: next } = yield* followed(directory, cursor);
    assert.deepStrictEqual(tags(hints), [`User ${id}`, `User ${id}`]);
    assert.deepStrictEqual(
      hints.map(({ because }) => because.actor),
      [writer, writer],
    );
    assert.isEmpty((yield* followed(directory, next)).hints);
  }),
);

it.effect("hints come late, twice or not at all, and a cleared journal says nothing of what it held", () =>
  Effect.gen(function* () {
    const directory = fresh();
    const { cursor } = yield* followed(directory, null);
    write(directory, { _tag: "Create", person: somebody() }, { silently: true });
    assert.isEmpty((yield* followed(directory, cursor)).hints);
    const late = userHint("late");
    append(directory.journal, late);
    append(directory.journal, late);
    append(directory.journal, groupHint("the-group"));
    const read = yield* followed(directory, cursor);
    assert.deepStrictEqual(tags(read.hints), ["User late", "User late", "Group the-group"]);
    assert.strictEqual(read.hints[0]?.because.event, read.hints[1]?.because.event);
    if (directory.journal !== undefined) clearJournal(directory.journal);
    assert.isEmpty((yield* followed(directory, cursor)).hints);
    for (let i = 0; i < 250; i++) append(directory.journal, userHint(`u${i}`));
    assert.lengthOf((yield* followed(directory, cursor)).hints, 250, "page by page");
    assert.lengthOf((yield* followed(directory, read.cursor)).hints, 250);
    assert.isEmpty((yield* followed(directory, null)).hints, "without a cursor, from now on");
  }),
);

it.effect("a branch is a group with all that is nested in it", () =>
  Effect.gen(function* () {
    const directory = fresh();
    const child = { _tag: "Group", id: "child", name: "Child", kind: "group", parent: "the-group" } as const;
    directory.groups = [child, ...directory.groups];
    const person = write(directory, { _tag: "Create", person: somebody() });
    if (person._tag === "ConnectorFailure") return yield* person;
    write(directory, { _tag: "Join", user: person.id, group: child });
    const { source } = yield* openDirectory(directory);
    const branch = yield* source.branch?.("the-group", "group") ?? Effect.die("branch");
    assert.strictEqual(branch._tag, "Branch");
    if (branch._tag !== "Branch") return;
    assert.deepStrictEqual(
      branch.groups.map(({ id }) => id),
      ["the-group", "child"],
    );
    assert.deepStrictEqual(
      [...branch.members],
      [
        ["the-group", []],
        ["child", [person.id]],
      ],
    );
    const gone = yield* source.branch?.("nothing", "group") ?? Effect.die("branch");
    assert.strictEqual(gone._tag, "Gone");
    directory.users = [];
    const blind = yield* Effect.result(source.branch?.("nothing", "group") ?? Effect.die("branch"));
    assert.strictEqual(blind._tag, "Failure");
  }),
);

it.effect("what changed can be refused while all else is told", () =>
  Effect.gen(function* () {
    const { source } = yield* openDirectory(fresh(), {
      _tag: "FailChanges",
      reason: "throttled",
      retryAfter: 3,
    });
    const answer = yield* Effect.result(source.changes?.(null) ?? Effect.die("changes"));
    assert.strictEqual(answer._tag === "Failure" ? answer.failure.retryAfter : undefined, 3);
  }),
);

it.effect(
  "two connections to one directory have one identity; without any there is nothing to write to",
  () =>
    Effect.gen(function* () {
      const directory = fresh();
      const [a, b] = yield* Effect.all([openDirectory(directory), openDirectory(directory)]);
      assert.strictEqual(
        yield* a.source.identity ?? Effect.succeed(""),
        yield* b.target?.identity ?? Effect.die("b"),
      );
      const { identity: _, ...nameless } = fresh();
      assert.isUndefined((yield* openDirectory(nameless)).target);
    }),
);

it.effect("a fault after the effect has the effect", () =>
  Effect.gen(function* () {
    const directory = { ...fresh(), writing: () => ({ when: "after", reason: "conflict" }) as const };
    const create: Change = { _tag: "Create", person: somebody() };
    const came = yield* withTarget(openDirectory(directory), (target) => outcome(target.apply(create)));
    assert.strictEqual(came, "conflict");
    assert.lengthOf(directory.users, 1);
  }),
);
