/** What others undo, what is handed back, what cannot be written, what is deleted. */
import { Effect } from "effect";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import type { PushSettings } from "../../../src/domain/index.ts";
import { systemOrigin } from "../../../src/domain/index.ts";
import { findPush, listPushTroubles } from "../../../src/store/index.ts";
import { releaseIntent } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { publishRules } from "../../support/world.ts";
import { exceptionsOf, fromGroup, marksOf, newAcme, retry, withAda } from "./acme.ts";
import {
  addRealm,
  converge,
  enforce,
  inTenant,
  intentsOf,
  type member,
  membersOf,
  peopleOf,
  push,
  pushed,
  type Realm,
  read,
  rolesOf,
  settle,
  state,
  testConnector,
  user,
} from "./support.ts";

describe.each(engines)("what does not stay as written, on the $name engine", (engine) => {
  const test = suiteOn(engine, [testConnector]);

  const acme = Effect.fnUntraced(function* (more: Partial<PushSettings> = {}) {
    const rules = [fromGroup("okta", "eng", "developer"), fromGroup("kc", "devs", "operator")];
    const made = yield* newAcme(["devs", "ops"], ["developer", "operator"], rules);
    const roles = [pushed("developer", "devs")];
    return yield* withAda(made, { creates: "with-roles", leaving: "disable", roles, ...more });
  });
  const undo = ({ outside: { directory } }: Realm) => {
    directory.memberships = [];
  };

  test("is only listed, and whoever does it again owns it", () =>
    Effect.gen(function* () {
      const { organization, realm } = yield* acme();
      const [first] = realm.outside.directory.memberships;
      undo(realm);
      yield* converge([realm], 2);
      expect(membersOf(realm)).toEqual([]);
      expect(yield* marksOf(realm)).toEqual(["user held", "membership drifted"]);
      realm.outside.directory.memberships = first === undefined ? [] : [first];
      yield* converge([realm], 2);
      expect(yield* marksOf(realm)).toEqual(["user held", "membership released"]);
      expect(yield* rolesOf(organization)).toEqual(["ada developer", "ada operator"]);
    }));

  test("is written again where the settings say so, under the same mark", () =>
    Effect.gen(function* () {
      const { organization, realm } = yield* acme({ drift: "correct" });
      undo(realm);
      yield* converge([realm], 2);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      expect(yield* marksOf(realm)).toEqual(["user held", "membership held"]);
      expect(yield* rolesOf(organization)).toEqual(["ada developer"]);
    }));

  test("somebody whom we made and others deleted stays active here, and is made again where the settings say so", () =>
    Effect.gen(function* () {
      for (const drift of ["list", "correct"] as const) {
        const { organization, realm } = yield* acme({ drift });
        const { directory } = realm.outside;
        undo(realm);
        directory.users = directory.users.filter(({ id }) => id === "canary");
        yield* converge([realm], 3);
        expect(yield* rolesOf(organization)).toEqual(["ada developer"]);
        expect(peopleOf(realm)).toEqual(drift === "list" ? [] : ["ada"]);
        expect(membersOf(realm)).toEqual(drift === "list" ? [] : ["ada devs"]);
      }
    }));

  test("what is handed back counts as a fact, and is never taken away again", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const mark = (yield* intentsOf(realm)).find(({ fact }) => fact === "membership");
      yield* inTenant(organization, (tx) => releaseIntent(tx, mark?.id ?? "", systemOrigin));
      expect(yield* rolesOf(organization)).toEqual(["ada developer", "ada operator"]);
      yield* state(organization, okta, "ada");
      yield* converge([realm], 2);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      expect(yield* rolesOf(organization)).toEqual(["ada operator"]);
    }));

  test("fields that are handed to us on others are put back as they were", () =>
    Effect.gen(function* () {
      const { organization, okta, realm, settings } = yield* acme({ owns: ["name", "active"] });
      const { directory } = realm.outside;
      const bob = {
        ...user("k1", "bob"),
        resource: { userName: "bob", active: true, name: { givenName: "B" } },
      };
      directory.users = [...directory.users, bob];
      yield* inTenant(organization, (tx) =>
        Effect.promise(() =>
          tx.db.updateTable("connection").set({ directory_id: realm.connection }).execute(),
        ),
      );
      yield* state(organization, okta, "bob", { more: { name: { givenName: "Bob", familyName: "Lee" } } });
      yield* converge([realm], 2);
      const there = () => directory.users.find(({ id }) => id === "k1")?.resource;
      expect(there()).toMatchObject({ name: { givenName: "Bob", familyName: "Lee" }, active: true });
      yield* state(organization, okta, "bob", { active: false });
      yield* converge([realm], 2);
      expect(there()).toMatchObject({ active: false });
      yield* state(organization, okta, "bob");
      yield* converge([realm], 2);
      expect(there()).toMatchObject({ active: true });
      yield* enforce(realm, { ...settings, owns: [] });
      yield* converge([realm], 2);
      expect(there()).toMatchObject({ userName: "bob", name: { givenName: "B" }, active: true });
      const living = (yield* intentsOf(realm)).filter(
        ({ subject, state: is }) => subject === "k1" && is !== "ended",
      );
      expect(living).toEqual([]);
    }));

  test("what is refused is put before a person, and tried again when they ask", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const { directory } = realm.outside;
      directory.writing = ({ _tag }) => (_tag === "Join" ? { when: "before", reason: "refused" } : undefined);
      yield* state(organization, okta, "eve", { groups: ["eng"] });
      yield* push(realm);
      expect(yield* exceptionsOf(realm)).toEqual(["push-refused"]);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      delete directory.writing;
      yield* push(realm);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      yield* retry(realm);
      yield* push(realm);
      expect(membersOf(realm)).toEqual(["ada devs", "eve devs"]);
      expect(yield* exceptionsOf(realm)).toEqual([]);
    }));

  test("a conflict is over once the other one is renamed", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const { directory } = realm.outside;
      directory.users = [...directory.users, user("k9", "eve")];
      yield* state(organization, okta, "eve", { groups: ["eng"] });
      yield* push(realm);
      expect(yield* exceptionsOf(realm)).toEqual(["push-conflict"]);
      directory.users = directory.users.map((one) => (one.id === "k9" ? user("k9", "eve2") : one));
      yield* retry(realm);
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["ada", "eve", "eve2"]);
      expect(yield* exceptionsOf(realm)).toEqual([]);
    }));

  test("a system that asks to be left alone is, and one that refuses us is said to", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const { directory } = realm.outside;
      for (const reason of ["throttled", "forbidden"] as const) {
        directory.writing = () => ({ when: "before", reason, retryAfter: 100 });
        yield* state(organization, okta, `eve-${reason}`, { groups: ["eng"] });
        yield* push(realm);
        const row = yield* inTenant(organization, (tx) => findPush(tx, realm.connection));
        expect(row).toMatchObject({ reason, failures: 1 });
        const asked = realm.outside.asked;
        yield* push(realm);
        expect(realm.outside.asked).toBe(asked);
        delete directory.writing;
        yield* retry(realm);
        yield* push(realm);
        expect(peopleOf(realm)).toContain(`eve-${reason}`);
      }
    }));

  test("deletion takes away whom we made and nobody else; of many at once, a person decides", () =>
    Effect.gen(function* () {
      const { organization, okta, realm, settings } = yield* acme({ leaving: "delete" });
      const names = Array.from({ length: 25 }, (_, index) => `p${index}`);
      for (const name of names) yield* state(organization, okta, name, { groups: ["eng"] });
      yield* push(realm);
      expect(peopleOf(realm)).toHaveLength(26);
      const { directory } = realm.outside;
      directory.users = [...directory.users, user("native")];
      for (const name of names) yield* state(organization, okta, name);
      yield* push(realm);
      expect(yield* exceptionsOf(realm)).toEqual(["push-held"]);
      const left = peopleOf(realm);
      expect(left.length).toBeGreaterThan(2);
      expect(left).toContain("native");
      expect(left.filter((name) => name.startsWith("p") && !name.endsWith("disabled"))).toEqual([]);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      yield* retry(realm);
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["ada", "native"]);
      yield* converge([realm], 1);
      expect(yield* rolesOf(organization)).toEqual(["ada developer"]);
      expect(yield* inTenant(organization, (tx) => listPushTroubles(tx, realm.connection, 10, null))).toEqual(
        [],
      );
      expect(settings.leaving).toBe("delete");
    }));

  test("a second connection to the same directory shares its marks, from its first reading on", () =>
    Effect.gen(function* () {
      const { organization, realm } = yield* acme();
      const again = yield* addRealm(organization, "kc2", realm);
      yield* publishMore(organization);
      yield* converge([realm, again], 2);
      const rows = yield* inTenant(organization, (tx) =>
        Effect.promise(
          async () => (await sql<{ role: string }>`select role from assignment`.execute(tx.db)).rows,
        ),
      );
      expect(rows.map(({ role }) => role)).toEqual(["developer"]);
    }));

  const publishMore = (organization: Parameters<typeof publishRules>[0]) =>
    publishRules(
      organization,
      ["second"],
      [
        { id: "eng", when: { externalGroup: { connection: "okta", id: "eng" } }, grant: ["developer"] },
        { id: "back", when: { externalGroup: { connection: "kc2", id: "devs" } }, grant: ["second"] },
        { id: "all", when: { emailDomain: "acme.test" }, grant: ["second"] },
      ],
    );

  test("nobody is put into a group by the news of a moment ago: what was taken back is not read as theirs", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const { directory } = realm.outside;
      yield* read(realm);
      const stale = directory.memberships;
      yield* state(organization, okta, "ada");
      // A reading began before we took it back, and tells afterwards what it saw.
      yield* readStale(realm, stale, push(realm));
      yield* settle(organization);
      expect(yield* rolesOf(organization)).toEqual([]);
      expect(membersOf(realm)).toEqual([]);
    }));

  const readStale = Effect.fnUntraced(function* <E, R>(
    realm: Realm,
    stale: ReadonlyArray<ReturnType<typeof member>>,
    meanwhile: Effect.Effect<void, E, R>,
  ) {
    realm.outside.stale = { memberships: stale, meanwhile: meanwhile as Effect.Effect<void> };
    const context = yield* Effect.context<R>();
    realm.outside.stale.meanwhile = Effect.orDie(Effect.provideContext(meanwhile, context));
    yield* read(realm);
    realm.outside.stale = undefined;
  });
});
