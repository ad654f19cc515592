/** A process that dies at any point of writing: the same end, nothing done twice, nothing of ours taken for evidence. */
import { Effect, Layer } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MasterKey, Store } from "../../../src/store/index.ts";
import type { Connectors, MappingCache } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { openWorld, type World } from "../../support/world.ts";
import { fromGroup, newAcme } from "./acme.ts";
import {
  converge,
  enforce,
  inTenant,
  intentsOf,
  membersOf,
  peopleOf,
  push,
  pushed,
  type Realm,
  read,
  rolesOf,
  state,
  testConnector,
} from "./support.ts";

/** Counts the points a writer passes, and is dead from the `at`th on: nothing it does after that has an effect. */
class Fate {
  passed = 0;
  at = Number.POSITIVE_INFINITY;
  pass = Effect.suspend(() => {
    this.passed += 1;
    return this.passed >= this.at ? Effect.die(new Error("killed")) : Effect.void;
  });
}

/** A store of a process with that fate: it may die before each commit, and after it. */
const mortal = (fate: Fate) =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store;
      return Store.of({
        ...store,
        tenant: (organization, body) =>
          store
            .tenant(organization, (tx) => Effect.tap(body(tx), () => fate.pass))
            .pipe(Effect.tap(() => fate.pass)),
      });
    }),
  );

describe.each(engines.filter(({ skip }) => !skip))(
  "a writer that is killed, on the $name engine",
  ({ location }) => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld(await location(), [testConnector]);
    });
    afterAll(() => world?.dispose());

    const settings = {
      creates: "with-roles",
      leaving: "disable",
      roles: [pushed("developer", "devs"), pushed("developer", "all")],
    } as const;

    const acme = Effect.gen(function* () {
      const made = yield* newAcme(
        ["devs", "all"],
        ["developer", "insider"],
        [
          fromGroup("okta", "eng", "developer"),
          fromGroup("kc", "devs", "developer"),
          { id: "kc", when: { not: { connection: "okta" } }, grant: ["insider"] },
        ],
      );
      yield* enforce(made.realm, settings);
      return made;
    });

    /** A dead holder's lease is over. */
    const restart = ({ organization, connection }: Realm) =>
      inTenant(organization, (tx) =>
        Effect.promise(() =>
          sql`update push set lease_until = now() - interval '1 second', retry_at = null
          where connection_id = ${connection}`.execute(tx.db),
        ),
      );

    /** Writes once as a process that dies at that point. False where it lived to the end. */
    const dying = Effect.fnUntraced(function* (realm: Realm, at: number) {
      const fate = new Fate();
      fate.at = at;
      realm.outside.around = fate.pass;
      const context = yield* Effect.context<Store | Connectors | MappingCache | MasterKey>();
      const exit = yield* Effect.exit(push(realm)).pipe(
        Effect.provide(mortal(fate)),
        Effect.provideContext(context),
      );
      realm.outside.around = Effect.void;
      return exit._tag === "Failure" || fate.passed >= at;
    });

    const story = Effect.fnUntraced(function* (at: number) {
      const { organization, okta, realm } = yield* acme;
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      const first = yield* dying(realm, at);
      // Whoever reads in between finds what was half done: it is no evidence then either.
      yield* read(realm);
      expect(yield* rolesOf(organization)).toEqual(["ada developer"]);
      yield* restart(realm);
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["ada"]);
      expect(membersOf(realm)).toEqual(["ada all", "ada devs"]);
      const marks = (yield* intentsOf(realm)).filter(({ state: is }) => is === "held");
      expect(marks.map(({ fact }) => fact).toSorted()).toEqual(["membership", "membership", "user"]);

      yield* state(organization, okta, "ada", {});
      const second = yield* dying(realm, at);
      yield* read(realm);
      expect(yield* rolesOf(organization)).toEqual([]);
      yield* restart(realm);
      yield* push(realm);
      yield* converge([realm], 1);
      expect(peopleOf(realm)).toEqual(["ada disabled"]);
      expect(membersOf(realm)).toEqual([]);
      expect(yield* rolesOf(organization)).toEqual([]);
      const accounts = yield* inTenant(organization, (tx) =>
        Effect.promise(async () => (await sql`select 1 from account`.execute(tx.db)).rows.length),
      );
      expect(accounts).toBe(2);
      return first || second;
    });

    it("goes on where it died, at whichever point", async () => {
      let at = 1;
      while (await world.runPromise(story(at))) at += 1;
      expect(at).toBeGreaterThan(15);
    }, 300_000);
  },
);
