/** Writing outward: what is wanted appears there, what is ours goes again, what is not ours stays. */
import { Effect } from "effect";
import { describe, expect } from "vitest";
import { type ConnectionId, systemOrigin } from "../../../src/domain/index.ts";
import { recordEvent, updateConnection } from "../../../src/store/index.ts";
import { previewPush, settleConnection } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { exceptionsOf, fromGroup, newAcme } from "./acme.ts";
import {
  converge,
  enforce,
  inTenant,
  intentsOf,
  member,
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

describe.each(engines)("writing outward, on the $name engine", (engine) => {
  const test = suiteOn(engine, [testConnector]);

  /** Okta's engineers are developers; developers are in `devs` of the realm. */
  const acme = newAcme(
    ["devs", "other"],
    ["developer", "insider", "admin"],
    [
      fromGroup("okta", "eng", "developer"),
      fromGroup("kc", "devs", "developer"),
      fromGroup("kc", "other", "admin"),
      { id: "kc", when: { connection: "kc" }, grant: ["insider"] },
    ],
  );
  const settings = {
    creates: "with-roles",
    leaving: "disable",
    roles: [pushed("developer", "devs")],
  } as const;
  const setEnabled = ({ organization }: Realm, connection: ConnectionId, enabled: boolean) =>
    inTenant(
      organization,
      Effect.fnUntraced(function* (tx) {
        yield* updateConnection(tx, connection, { enabled });
        const subject = { kind: "connection", id: connection };
        const event = yield* recordEvent(tx, { type: "connection.switched", origin: systemOrigin, subject });
        yield* settleConnection(tx, connection, { event, origin: systemOrigin, named: true }, !enabled);
      }),
    );

  test("whom a source that is disabled brought stays there, without the groups of its roles", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      yield* enforce(realm, { ...settings, leaving: "delete" });
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* push(realm);
      yield* setEnabled(realm, okta, false);
      yield* converge([realm], 2);
      expect(peopleOf(realm)).toEqual(["ada"]);
      expect(membersOf(realm)).toEqual([]);
      yield* setEnabled(realm, okta, true);
      yield* converge([realm], 2);
      expect(membersOf(realm)).toEqual(["ada devs"]);
    }));

  test("somebody with a role is created and put into its group, and nothing of it is a reason", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      yield* enforce(realm, settings);
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* state(organization, okta, "bob");
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["ada"]);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      yield* converge([realm], 2);
      expect(yield* rolesOf(organization)).toEqual(["ada developer"]);
      yield* state(organization, okta, "ada");
      yield* converge([realm], 2);
      expect(yield* rolesOf(organization)).toEqual([]);
      expect(membersOf(realm)).toEqual([]);
      expect(peopleOf(realm)).toEqual(["ada disabled"]);
      expect((yield* intentsOf(realm)).map(({ fact, state: is }) => `${fact} ${is}`)).toEqual([
        "user held",
        "membership ended",
      ]);
    }));

  test("what is written is read back as no change, and is asked about no more", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      yield* enforce(realm, settings);
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* push(realm);
      const before = realm.outside.asked;
      yield* converge([realm], 2);
      expect(realm.outside.asked).toBe(before);
    }));

  test("somebody who is in the group already stays in it after the role ends", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      const { directory } = realm.outside;
      directory.users = [...directory.users, user("k1", "ada")];
      directory.memberships = [member("devs", "k1")];
      yield* enforce(realm, { ...settings, roles: [pushed("admin", "devs")] });
      yield* read(realm);
      directory.memberships = [...directory.memberships, member("other", "k1")];
      yield* converge([realm], 2);
      expect(yield* rolesOf(organization)).toEqual(["ada admin", "ada developer", "ada insider"]);
      expect(yield* intentsOf(realm)).toEqual([]);
      directory.memberships = [member("devs", "k1")];
      yield* converge([realm], 2);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      expect(yield* state(organization, okta, "unrelated")).toBeDefined();
    }));

  test("an unknown person of the same name is not adopted, but put before a person", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      const { directory } = realm.outside;
      directory.users = [...directory.users, user("k1", "Ada")];
      yield* enforce(realm, settings);
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["Ada"]);
      expect(membersOf(realm)).toEqual([]);
      expect(yield* exceptionsOf(realm)).toEqual(["push-conflict"]);
      expect(yield* intentsOf(realm)).toEqual([]);
    }));

  test("deactivated and activated again: active everywhere, though the target is read with authority", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      yield* inTenant(organization, (tx) =>
        Effect.promise(() =>
          tx.db
            .updateTable("connection")
            .set({ lifecycle_authority: true })
            .where("id", "in", [realm.connection, okta])
            .execute(),
        ),
      );
      yield* enforce(realm, settings);
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* converge([realm], 1);
      yield* state(organization, okta, "ada", { groups: ["eng"], active: false });
      yield* converge([realm], 2);
      expect(peopleOf(realm)).toEqual(["ada disabled"]);
      expect(membersOf(realm)).toEqual([]);
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* converge([realm], 2);
      expect(peopleOf(realm)).toEqual(["ada"]);
      expect(membersOf(realm)).toEqual(["ada devs"]);
      expect(yield* rolesOf(organization)).toEqual(["ada developer"]);
    }));

  test("observed, nothing is written and all of it is listed", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      yield* enforce(realm, settings, "observe");
      yield* state(organization, okta, "ada", { groups: ["eng"] });
      yield* push(realm);
      expect(peopleOf(realm)).toEqual([]);
      const preview = yield* inTenant(organization, (tx) =>
        previewPush(tx, realm.connection, { limit: 10, after: null }),
      );
      expect(preview.changes.map(({ change }) => change._tag)).toEqual(["Create"]);
      yield* settle(organization);
    }));

  test("where the email is the userName, people are created, found and left so, and it is nobody's undoing", () =>
    Effect.gen(function* () {
      const { organization, okta, realm } = yield* acme;
      const { directory } = realm.outside;
      directory.isNamedByEmail = true;
      const mailed = (name: string) => ({
        groups: ["eng"],
        more: { emails: [{ value: `${name}@acme.test`, primary: true }] },
      });
      const bob = { ...user("k1", "bob@acme.test") };
      directory.users = [...directory.users, bob];
      yield* read(realm);
      yield* enforce(realm, { ...settings, owns: ["userName"] });
      yield* state(organization, okta, "ada", mailed("ada.lee"));
      yield* push(realm);
      yield* converge([realm], 1);
      expect(peopleOf(realm)).toEqual(["ada.lee@acme.test", "bob@acme.test"]);
      expect(membersOf(realm)).toEqual(["ada.lee@acme.test devs"]);
      const { asked } = realm.outside;
      yield* state(organization, okta, "ada", { ...mailed("ada.lee"), active: true });
      yield* converge([realm], 1);
      expect(realm.outside.asked).toBe(asked);
      const preview = yield* inTenant(organization, (tx) =>
        previewPush(tx, realm.connection, { limit: 10, after: null }),
      );
      expect(preview).toMatchObject({ changes: [], troubles: [] });
      yield* state(organization, okta, "ada", mailed("ada.king"));
      yield* push(realm);
      expect(peopleOf(realm)).toEqual(["ada.king@acme.test", "bob@acme.test"]);
      expect((yield* intentsOf(realm)).map(({ state: is }) => is)).toEqual(["held", "held"]);
      yield* state(organization, okta, "eve", { groups: ["eng"] });
      yield* push(realm);
      expect(yield* exceptionsOf(realm)).toEqual(["push-refused"]);
    }));
});
