/**
 * Invariant 1 for sources that are followed: hints late, doubled, out of order or lost, whole runs between and during
 * them, followers killed at any step: a look that was told of everything makes our copy equal to the source, and the next
 * whole run does in any case.
 */
import { Effect } from "effect";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hint } from "../../../connectors/connector.ts";
import {
  append,
  clearJournal,
  type Directory,
  groupHint,
  userHint,
} from "../../../connectors/memory/index.ts";
import { Store } from "../../../src/store/index.ts";
import { verifyEveryone } from "../../../src/sync/index.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { group, has, held, member, sync, user } from "../pull/support.ts";
import { caughtUp, type Followed, following, inTenant, liveConnector, newFollowed } from "./support.ts";

const person = fc.constantFrom("u0", "u1", "u2", "u3");
const groupId = fc.constantFrom("g0", "g1", "g2");
const name = fc.constantFrom("ada", "bob", "cyd");

/** A change, and what a source would tell of it. */
interface Changed {
  readonly change: (directory: Directory) => void;
  readonly hints: () => ReadonlyArray<Hint>;
}

const without = <T>(list: ReadonlyArray<T>, goes: (item: T) => boolean) => list.filter((item) => !goes(item));

/** All that is nested in a group goes with it, and only the group is told of. */
const below = ({ groups }: Directory, top: string): ReadonlySet<string> => {
  const found = new Set([top]);
  for (const id of found) for (const one of groups) if (one.parent === id) found.add(one.id);
  return found;
};

const changes: fc.Arbitrary<Changed> = fc.oneof(
  fc.tuple(person, name, fc.boolean()).map(([id, called, active]) => ({
    change: (directory: Directory) => {
      directory.users = [
        ...without(directory.users, (one) => one.id === id),
        user(id, `${called}-${id}`, active),
      ];
    },
    hints: () => [userHint(id)],
  })),
  person.map((id) => ({
    change: (directory: Directory) => {
      directory.users = without(directory.users, (one) => one.id === id);
      directory.memberships = without(directory.memberships, (one) => one.user === id);
    },
    hints: () => [userHint(id)],
  })),
  fc.tuple(groupId, name, fc.option(groupId)).map(([id, called, parent]) => ({
    change: (directory: Directory) => {
      const above = parent !== null && !below(directory, id).has(parent) ? parent : null;
      const known = directory.groups.some((one) => one.id === above);
      directory.groups = [
        ...without(directory.groups, (one) => one.id === id),
        group(id, called, known ? above : null),
      ];
    },
    hints: () => [groupHint(id)],
  })),
  groupId.map((id) => ({
    change: (directory: Directory) => {
      const gone = below(directory, id);
      directory.groups = without(directory.groups, (one) => gone.has(one.id));
      directory.memberships = without(directory.memberships, (one) => gone.has(one.group));
    },
    hints: () => [groupHint(id)],
  })),
  fc.tuple(groupId, person, fc.boolean()).map(([of, who, joins]) => ({
    change: (directory: Directory) => {
      const there =
        directory.groups.some(({ id }) => id === of) && directory.users.some(({ id }) => id === who);
      const rest = without(directory.memberships, (one) => one.group === of && one.user === who);
      directory.memberships = there && joins ? [...rest, member(of, who)] : rest;
    },
    hints: () => [userHint(who)],
  })),
);

type Step =
  | {
      readonly _tag: "Change";
      readonly changed: Changed;
      readonly told: "at once" | "late" | "twice" | "never";
    }
  | { readonly _tag: "Look" }
  | { readonly _tag: "Kill"; readonly millis: number }
  | { readonly _tag: "Run" }
  | { readonly _tag: "Clear" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      _tag: fc.constant("Change" as const),
      changed: changes,
      told: fc.constantFrom("at once", "at once", "late", "twice", "never"),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ _tag: "Look" as const }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Kill" as const), millis: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "Run" as const }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "Clear" as const }) },
);

const rules = [
  { id: "r-g0", when: { externalGroup: { connection: "kc", id: "g0" } }, grant: ["zero"] },
  { id: "r-ada", when: { groupName: { equals: "ada" } }, grant: ["one"] },
];

/** As when its server is killed: nothing that it held is given back, and time passes. */
const kill = (followed: Followed, millis: number) =>
  Effect.andThen(
    following(followed, Effect.sleep(millis)),
    inTenant(followed, (tx) =>
      Effect.promise(async () => {
        await sql`update sync_state set follow_holder = gen_random_uuid(), follow_lease_until = now() - interval '1 s'`.execute(
          tx.db,
        );
        await sql`update run set state = 'running', holder = gen_random_uuid(), ended_at = null,
          lease_until = now() - interval '1 s'
          where id = (select id from run where state = 'cancelled' and follows order by id desc limit 1)
            and not exists (select from run where state = 'running')`.execute(tx.db);
      }),
    ),
  );

const equal = Effect.fnUntraced(function* (followed: Followed) {
  expect(yield* held(followed)).toEqual(has(followed.directory));
  const store = yield* Store;
  expect((yield* store.reading(followed.organization, verifyEveryone)).unexplained).toBe(0);
});

describe("following a source", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ _tag: "Memory" }, [liveConnector]);
  });
  afterAll(() => world?.dispose());

  it("converges", async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) =>
      world.runPromise(
        Effect.gen(function* () {
          const followed = yield* newFollowed;
          const { directory } = followed;
          directory.users = [user("last")];
          yield* publishRules(followed.organization, ["zero", "one"], rules);
          yield* sync(followed);
          const late: Array<Hint> = [];
          let blind = false;
          for (const one of steps) {
            switch (one._tag) {
              case "Change": {
                one.changed.change(directory);
                const hints = one.changed.hints();
                if (one.told === "never") blind = true;
                else if (one.told === "late") late.unshift(...hints);
                else
                  for (const hint of one.told === "twice" ? [...hints, ...hints] : hints)
                    append(directory.journal, hint);
                break;
              }
              case "Look":
                for (const hint of late.splice(0)) append(directory.journal, hint);
                yield* following(followed, caughtUp(followed));
                if (!blind) yield* equal(followed);
                break;
              case "Kill":
                yield* kill(followed, one.millis);
                break;
              case "Run":
                expect(yield* sync(followed)).toMatchObject({ state: "done" });
                yield* equal(followed);
                blind = false;
                break;
              case "Clear":
                clearJournal(directory.journal);
                blind = true;
            }
          }
          expect(yield* sync(followed)).toMatchObject({ state: "done" });
          yield* equal(followed);
        }),
      ),
    );
    await fc.assert(property, { numRuns: 25 });
  }, 300_000);
});
