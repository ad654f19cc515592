/** What broke off in the middle: what was not written stays to be written, and nobody else's doing becomes ours by it. */
import { Effect, Schedule } from "effect";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { type AccountId, type PushSettings, systemOrigin } from "../../../src/domain/index.ts";
import { listPushTroubles, mergeAccounts, recordEvent } from "../../../src/store/index.ts";
import { settleAccounts } from "../../../src/sync/index.ts";
import { sweepPushes } from "../../../src/sync/push/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { publishRules } from "../../support/world.ts";
import {
  exceptionsOf,
  fromGroup,
  inSql,
  marksOf,
  newAcme,
  pauseOver,
  retry,
  settingsOf,
  withAda,
} from "./acme.ts";
import {
  accountOf,
  addRealm,
  converge,
  enforce,
  group,
  inTenant,
  intentsOf,
  member,
  membersOf,
  newOrganization,
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

describe.each(engines)("writing that breaks off, on the $name engine", (engine) => {
  const test = suiteOn(engine, [testConnector]);

  /** Whoever is in "eng" is in devs there, whoever is in "ops" in ops; ada is in devs already. */
  const acme = Effect.fnUntraced(function* (more: Partial<PushSettings> = {}) {
    const rules = [fromGroup("okta", "eng", "developer"), fromGroup("okta", "ops", "operator")];
    const made = yield* newAcme(["devs", "ops"], ["developer", "operator"], rules);
    const roles = [pushed("developer", "devs"), pushed("operator", "ops")];
    return yield* withAda(made, { creates: "with-roles", leaving: "disable", roles, ...more });
  });

  for (const reason of ["throttled", "unauthorized", "forbidden"] as const)
    test(`the system says ${reason} in the middle of an account: it is written when that is over`, () =>
      Effect.gen(function* () {
        const { organization, okta, realm } = yield* acme();
        const { directory } = realm.outside;
        directory.writing = ({ _tag }) =>
          _tag === "Join" || _tag === "Leave" ? { when: "before", reason } : undefined;
        yield* state(organization, okta, "ada", { groups: ["eng", "ops"] });
        yield* push(realm);
        expect(membersOf(realm)).toEqual(["ada devs"]);
        delete directory.writing;
        yield* pauseOver(realm);
        yield* push(realm);
        expect(membersOf(realm)).toEqual(["ada devs", "ada ops"]);
        directory.writing = ({ _tag }) => (_tag === "Leave" ? { when: "before", reason } : undefined);
        yield* state(organization, okta, "ada", { groups: ["ops"] });
        yield* push(realm);
        delete directory.writing;
        yield* pauseOver(realm);
        yield* push(realm);
        expect(membersOf(realm)).toEqual(["ada ops"]);
      }));

  for (const [name, ask] of [
    ["when asked to retry all", retry],
    ["by the sweep", ({ organization }: Realm) => inTenant(organization, sweepPushes)],
  ] as const)
    test(`of whom something was begun and nobody waits is looked at ${name}`, () =>
      Effect.gen(function* () {
        const { realm } = yield* acme();
        yield* inSql(realm, sql`update intent set state = 'open' where fact = 'membership'`);
        yield* push(realm);
        expect(yield* marksOf(realm)).toContain("membership open");
        yield* ask(realm);
        yield* push(realm);
        expect(yield* marksOf(realm)).toEqual(["user held", "membership held"]);
      }));
  for (const reason of ["forbidden", "refused", "conflict", "unavailable"] as const)
    test(`what was not written since the system said ${reason} is not ours when somebody else does it`, () =>
      Effect.gen(function* () {
        const { organization, okta, realm } = yield* acme();
        const { directory } = realm.outside;
        // Of "devs" no answer comes where the system is out of reach; of "ops" it is never asked then.
        directory.memberships = [];
        directory.writing = () => ({ when: "before", reason });
        yield* state(organization, okta, "eve", { groups: ["eng"] });
        yield* state(organization, okta, "ada", { groups: ["eng", "ops"] });
        yield* enforce(realm, { ...(yield* settingsOf(realm)), drift: "correct" });
        yield* push(realm);
        yield* pauseOver(realm);
        yield* push(realm);
        const open = (yield* intentsOf(realm)).filter((one) => one.state === "open");
        expect(open.map(({ fact, object }) => `${fact} ${object}`).toSorted()).toEqual(
          reason === "unavailable" ? ["membership devs", "user eve"] : [],
        );
        delete directory.writing;
        const [ada] = directory.users.filter(({ resource }) => resource["userName"] === "ada");
        directory.memberships = [member("ops", ada?.id ?? "")];
        yield* retry(realm);
        yield* pauseOver(realm);
        yield* push(realm);
        yield* state(organization, okta, "ada");
        yield* push(realm);
        expect(membersOf(realm)).toEqual(["ada ops", "eve devs"]);
      }));
  test("who is under way when the system refuses another is finished, and none of their marks stays open", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const { outside } = realm;
      outside.directory.memberships = [];
      outside.directory.writing = () => ({ when: "before", reason: "forbidden" });
      yield* state(organization, okta, "eve", { groups: ["eng"] });
      yield* state(organization, okta, "ada", { groups: ["eng", "ops"] });
      yield* enforce(realm, { ...(yield* settingsOf(realm)), drift: "correct" });
      const troubles = inTenant(organization, (tx) => listPushTroubles(tx, realm.connection, 9, null));
      const otherEnded = troubles.pipe(
        Effect.repeat({ until: (all) => all.length > 0, schedule: Schedule.spaced("5 millis") }),
        Effect.asVoid,
        Effect.provide(yield* Effect.context<Effect.Services<typeof troubles>>()),
        Effect.orDie,
      );
      let calls = 0;
      outside.around = Effect.suspend(() => (calls++ === 0 ? otherEnded : Effect.void));
      yield* push(realm);
      outside.around = Effect.void;
      expect(calls).toBe(2);
      expect((yield* intentsOf(realm)).filter((one) => one.state === "open")).toEqual([]);
    }));

  test("whom we deleted is made again when they are wanted again", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme({ leaving: "delete" });
      yield* state(organization, okta, "ada");
      yield* push(realm);
      expect(peopleOf(realm)).toEqual([]);
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* push(realm);
      expect(membersOf(realm)).toEqual(["ada devs"]);
    }));

  for (const when of ["before", "after"] as const)
    test(`a value whose answer was lost ${when} it was written is nobody's undoing`, () =>
      Effect.gen(function* () {
        const { organization, okta, realm } = yield* acme();
        const { directory } = realm.outside;
        directory.writing = ({ _tag }) => (_tag === "Update" ? { when, reason: "unavailable" } : undefined);
        yield* state(organization, okta, "ada", { active: false, groups: ["eng"] });
        yield* push(realm);
        delete directory.writing;
        if (when === "before") {
          yield* retry(realm);
          yield* push(realm);
          expect(peopleOf(realm)).toEqual(["ada disabled"]);
        }
        yield* state(organization, okta, "ada", { groups: ["eng"] });
        yield* retry(realm);
        yield* push(realm);
        expect(peopleOf(realm)).toEqual(["ada"]);
        expect(yield* marksOf(realm)).toContain("user held");
      }));

  /** ada comes from a directory that is read, and whose word ends accounts. */
  const fromDirectory = Effect.gen(function* () {
    const organization = yield* newOrganization;
    const src = yield* addRealm(organization, "src");
    const realm = yield* addRealm(organization, "kc");
    const again = yield* addRealm(organization, "kc2", realm);
    realm.outside.directory.groups = [group("devs")];
    src.outside.directory.groups = [group("eng")];
    src.outside.directory.users = [...src.outside.directory.users, user("s1", "ada")];
    src.outside.directory.memberships = [member("eng", "s1")];
    yield* publishRules(
      organization,
      ["developer"],
      [{ id: "eng", when: { externalGroup: { connection: "src", id: "eng" } }, grant: ["developer"] }],
    );
    for (const one of [src, realm, again]) yield* read(one);
    yield* settle(organization);
    const roles = [pushed("developer", "devs")];
    yield* enforce(realm, { creates: "with-roles", leaving: "delete", roles });
    yield* converge([src, realm], 2);
    yield* read(again);
    yield* settle(organization);
    src.outside.directory.memberships = [];
    yield* read(src);
    yield* settle(organization);
    return { organization, realm, again };
  });
  const activeOf = (realm: Realm) =>
    Effect.map(
      inSql(
        realm,
        sql`select a.active from intent i join account a on a.id = i.account_id where i.fact = 'user'`,
      ),
      ({ rows }) => rows,
    );

  for (const reason of [null, "unavailable"] as const)
    test(`our own deletion suspends nobody, ${reason === null ? "whoever reads it" : "also when its answer was lost"}`, () =>
      Effect.gen(function* () {
        const { organization, realm, again } = yield* fromDirectory;
        const { directory } = realm.outside;
        directory.writing = ({ _tag }) =>
          _tag === "Remove" && reason !== null ? { when: "after", reason } : undefined;
        yield* push(realm);
        delete directory.writing;
        yield* retry(realm);
        yield* push(realm);
        expect(peopleOf(realm)).toEqual([]);
        for (const one of [realm, again]) yield* read(one);
        yield* settle(organization);
        expect(yield* activeOf(realm)).toEqual([{ active: true }]);
      }));

  test("a deletion that is held stays so until it is approved, and an approval outlives an outage", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme({ leaving: "delete" });
      const { directory } = realm.outside;
      const names = Array.from({ length: 25 }, (_, index) => `p${index}`);
      for (const name of names) yield* state(organization, okta, name, { groups: ["eng"] });
      yield* push(realm);
      for (const name of names) yield* state(organization, okta, name);
      yield* push(realm);
      const held = peopleOf(realm);
      expect(held.length).toBeGreaterThan(1);
      yield* inSql(realm, sql`update intent set ended_at = ended_at - interval '2 hours'`);
      yield* enforce(realm, { ...(yield* settingsOf(realm)), drift: "correct" });
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(held);
      expect(yield* exceptionsOf(realm)).toEqual(["push-held"]);
      yield* retry(realm);
      directory.writing = () => ({ when: "before", reason: "throttled" });
      yield* push(realm);
      delete directory.writing;
      yield* inSql(realm, sql`update intent set ended_at = now() where state = 'ended'`);
      yield* pauseOver(realm);
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["ada"]);
    }));
  for (const [who, more, groups] of [
    ["has an email that we did not send", { emails: [{ value: "eve@acme.test", primary: true }] }, []],
    ["is disabled", { active: false }, []],
    ["is in a group", {}, ["ops"]],
  ] as const)
    test(`somebody who came after a creation that failed, and ${who}, is not ours`, () =>
      Effect.gen(function* () {
        const { organization, okta, realm } = yield* acme({ leaving: "delete" });
        const { directory } = realm.outside;
        directory.writing = () => ({ when: "before", reason: "unavailable" });
        yield* state(organization, okta, "eve", { groups: ["eng"] });
        yield* push(realm);
        delete directory.writing;
        const eve = user("native", "eve");
        directory.users = [...directory.users, { ...eve, resource: { ...eve.resource, ...more } }];
        directory.memberships = [...directory.memberships, ...groups.map((of) => member(of, "native"))];
        yield* retry(realm);
        yield* push(realm);
        expect(yield* exceptionsOf(realm)).toEqual(["push-conflict"]);
        expect(yield* marksOf(realm)).toEqual(["user held", "membership held", "user ended"]);
        yield* state(organization, okta, "eve");
        yield* push(realm);
        expect(directory.users.map(({ id }) => id)).toContain("native");
      }));

  test("what was taken back is no reason through another connection to the same directory", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const again = yield* addRealm(organization, "kc2", realm);
      yield* publishRules(
        organization,
        ["second"],
        [
          { id: "eng", when: { externalGroup: { connection: "okta", id: "eng" } }, grant: ["developer"] },
          { id: "back", when: { externalGroup: { connection: "kc2", id: "devs" } }, grant: ["second"] },
        ],
      );
      yield* converge([realm, again], 1);
      yield* state(organization, okta, "ada");
      yield* push(realm);
      expect(membersOf(realm)).toEqual([]);
      yield* state(organization, okta, "ada", { more: { title: "x" } });
      expect(yield* rolesOf(organization)).toEqual([]);
    }));

  for (const isThere of [true, false])
    test(`a mark of which no answer is known is open no more once taking it back was refused, ${isThere ? "where it was written" : "where it was not"}`, () =>
      Effect.gen(function* () {
        const { organization, okta, realm } = yield* acme();
        const { directory } = realm.outside;
        directory.writing = ({ _tag }) =>
          _tag === "Join" ? { when: isThere ? "after" : "before", reason: "unavailable" } : undefined;
        yield* state(organization, okta, "ada", { groups: ["eng", "ops"] });
        yield* push(realm);
        directory.writing = ({ _tag }) =>
          _tag === "Leave" ? { when: "before", reason: "refused" } : undefined;
        yield* state(organization, okta, "ada", { groups: ["eng"] });
        yield* retry(realm);
        yield* push(realm);
        expect((yield* marksOf(realm)).at(-1)).toBe(isThere ? "membership held" : "membership ended");
      }));

  test("an approved deletion that is refused stays approved", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme({ leaving: "delete" });
      const { directory } = realm.outside;
      const names = Array.from({ length: 22 }, (_, index) => `p${index}`);
      for (const name of names) yield* state(organization, okta, name, { groups: ["eng"] });
      yield* push(realm);
      for (const name of names) yield* state(organization, okta, name);
      yield* push(realm);
      expect(peopleOf(realm).length).toBeGreaterThan(1);
      directory.writing = ({ _tag }) =>
        _tag === "Remove" ? { when: "before", reason: "refused" } : undefined;
      yield* retry(realm);
      yield* push(realm);
      delete directory.writing;
      yield* retry(realm);
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["ada"]);
    }));

  test("who waits for deletion is disabled, also where that fails at first", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme({ leaving: "delete" });
      const { directory } = realm.outside;
      const names = Array.from({ length: 21 }, (_, index) => `p${index}`);
      for (const name of names) yield* state(organization, okta, name, { groups: ["eng"] });
      yield* push(realm);
      directory.writing = ({ _tag }) =>
        _tag === "Update" ? { when: "before", reason: "unavailable" } : undefined;
      for (const name of names) yield* state(organization, okta, name);
      yield* push(realm);
      delete directory.writing;
      yield* inSql(realm, sql`update pushed set retry_at = null`);
      yield* push(realm);
      expect(peopleOf(realm).filter((name) => !name.endsWith("disabled"))).toEqual(["ada"]);
    }));

  test("an account that could not be written is in trouble no more once it is merged into another", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme();
      const { directory } = realm.outside;
      directory.users = [...directory.users, user("k9", "eve")];
      yield* read(realm);
      const eve = yield* state(organization, okta, "eve", { groups: ["eng"] });
      yield* push(realm);
      expect(yield* exceptionsOf(realm)).toContain("push-conflict");
      const from = yield* accountOf(organization, eve);
      const theirs = sql<{ id: AccountId }>`select l.account_id as id from account_link l
        join directory_user u on u.id = l.user_id where u.source_id = 'k9'`;
      yield* inTenant(
        organization,
        Effect.fnUntraced(function* (tx) {
          const [to] = yield* Effect.promise(async () => (await theirs.execute(tx.db)).rows);
          if (to === undefined) return expect.unreachable();
          const cause = yield* mergeAccounts(tx, from, to.id).pipe(
            Effect.andThen(
              recordEvent(tx, {
                type: "account.merged",
                origin: systemOrigin,
                subject: { kind: "account", id: to.id },
              }),
            ),
          );
          yield* settleAccounts(
            tx,
            [to.id, from],
            { event: cause, origin: systemOrigin, named: true },
            false,
          );
        }),
      );
      yield* push(realm);
      expect(membersOf(realm)).toEqual(["ada devs", "eve devs"]);
      expect(yield* exceptionsOf(realm)).not.toContain("push-conflict");
      expect(yield* inTenant(organization, (tx) => listPushTroubles(tx, realm.connection, 10, null))).toEqual(
        [],
      );
    }));

  test("whom something was begun of is found by an index", () =>
    Effect.gen(function* () {
      const { realm } = yield* acme();
      const { rows } = yield* inSql(
        realm,
        sql`select indexdef from pg_indexes where tablename = 'intent' and indexdef like '%''open''::text)%'`,
      );
      expect(rows).toHaveLength(1);
    }));
});
