/** A realm that is written and does not count yet: nobody is disabled there because nobody else has spoken. */
import { Effect } from "effect";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { inSql } from "./acme.ts";
import {
  addRealm,
  enforce,
  intentsOf,
  newOrganization,
  push,
  read,
  settle,
  testConnector,
  user,
} from "./support.ts";

describe.each(engines)("a realm that waits and is written, on the $name engine", (engine) => {
  const test = suiteOn(engine, [testConnector]);

  test("leaves everybody active whom only it knows", () =>
    Effect.gen(function* () {
      const organization = yield* newOrganization;
      const realm = yield* addRealm(organization, "kc");
      yield* inSql(realm, sql`update connection set waits = true where slug = 'kc'`);
      yield* enforce(realm, { owns: ["active"], leaving: "disable" });
      realm.outside.directory.users = [user("u1", "bob"), user("u2", "eve")];
      yield* read(realm);
      yield* settle(organization);
      yield* push(realm);
      const { users } = realm.outside.directory;
      expect(users.map(({ resource }) => resource["active"])).toEqual([true, true]);
      expect(yield* intentsOf(realm)).toEqual([]);
    }));
});
