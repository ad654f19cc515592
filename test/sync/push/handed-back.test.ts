/** What is handed back is the source's from then on: not written again as long as it is wanted without a break. */
import { Effect } from "effect";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { type PushSettings, systemOrigin } from "../../../src/domain/index.ts";
import { releaseIntent } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { fromGroup, inSql, marksOf, newAcme, withAda } from "./acme.ts";
import {
  converge,
  inTenant,
  intentsOf,
  membersOf,
  peopleOf,
  pushed,
  type Realm,
  read,
  state,
  testConnector,
  user,
} from "./support.ts";

describe.each(engines)("what is handed back, on the $name engine", (engine) => {
  const test = suiteOn(engine, [testConnector]);

  const acme = Effect.fnUntraced(function* (more: Partial<PushSettings> = {}) {
    const made = yield* newAcme(["devs"], ["developer"], [fromGroup("okta", "eng", "developer")]);
    const roles = [pushed("developer", "devs")];
    return yield* withAda(made, { creates: "with-roles", leaving: "disable", roles, ...more });
  });
  const release = Effect.fnUntraced(function* (realm: Realm, fact: string) {
    const mark = (yield* intentsOf(realm)).findLast((one) => one.fact === fact);
    return yield* inTenant(realm.organization, (tx) => releaseIntent(tx, mark?.id ?? "", systemOrigin));
  });

  for (const drift of ["list", "correct"] as const)
    test(`a membership that others undid is not written again until its role begins anew (drift: ${drift})`, () =>
      Effect.gen(function* () {
        const { organization, okta, realm } = yield* acme();
        realm.outside.directory.memberships = [];
        yield* converge([realm], 1);
        yield* inSql(realm, sql`update push set settings = settings || ${JSON.stringify({ drift })}::jsonb`);
        expect(yield* release(realm, "membership")).toBe(true);
        yield* converge([realm], 2);
        yield* state(organization, okta, "ada", { groups: ["eng"], more: { title: "x" } });
        yield* converge([realm], 2);
        expect(membersOf(realm)).toEqual([]);
        expect(yield* marksOf(realm)).toEqual(["user held", "membership released"]);
        yield* state(organization, okta, "ada");
        yield* converge([realm], 1);
        yield* state(organization, okta, "ada", { groups: ["eng"] });
        yield* converge([realm], 1);
        expect(membersOf(realm)).toEqual(["ada devs"]);
        expect(yield* marksOf(realm)).toEqual(["user held", "membership released", "membership held"]);
      }));

  test("somebody whom others deleted is not made again until they are wanted anew", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const { directory } = realm.outside;
      directory.memberships = [];
      directory.users = directory.users.filter(({ id }) => id === "canary");
      yield* converge([realm], 2);
      expect(yield* release(realm, "user")).toBe(true);
      yield* converge([realm], 2);
      expect(peopleOf(realm)).toEqual([]);
      yield* state(organization, okta, "ada");
      yield* converge([realm], 1);
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* converge([realm], 1);
      expect(membersOf(realm)).toEqual(["ada devs"]);
    }));

  test("a field is not written again until another value is wanted", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme({ owns: ["name"] });
      const { directory } = realm.outside;
      const named = (givenName: string) => ({ name: { givenName, familyName: "Lee" } });
      const theirs = () => {
        const resource = { userName: "bob", active: true, ...named("Robert") };
        directory.users = [...directory.users.filter(({ id }) => id !== "k1"), { ...user("k1"), resource }];
      };
      theirs();
      yield* inSql(realm, sql`update connection set directory_id = ${realm.connection}`);
      yield* read(realm);
      yield* state(organization, okta, "bob", { more: named("Bob") });
      yield* converge([realm], 2);
      const there = () => directory.users.find(({ id }) => id === "k1")?.resource;
      expect(there()).toMatchObject(named("Bob"));
      theirs();
      yield* converge([realm], 1);
      expect(yield* release(realm, "name")).toBe(true);
      yield* converge([realm], 2);
      expect(there()).toMatchObject(named("Robert"));
      yield* state(organization, okta, "bob", { more: named("Bobby") });
      yield* converge([realm], 1);
      expect(there()).toMatchObject(named("Bobby"));
    }));
});
