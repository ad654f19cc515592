/** What logins said is believed for a time, and whoever's time is over loses it together with all others. */
import { Effect } from "effect";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import type { Verified } from "../../../connectors/connector.ts";
import { systemOrigin, usualLogin } from "../../../src/domain/index.ts";
import { Store } from "../../../src/store/index.ts";
import { sweep, takeLogin } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { newOrganization, publishRules } from "../../support/world.ts";

/** More than lapse in one transaction. */
const people = 101;

const replyOf = (subject: number): Verified => ({
  user: { _tag: "User", id: `subject-${subject}`, resource: { userName: `${subject}`, active: true } },
  groups: {
    groups: [{ _tag: "Group", id: "/a", name: "/a", kind: "group", parent: null }],
    complete: ["group"],
    missing: null,
  },
  at: Date.now(),
  once: { issuer: "https://login.acme.test", id: `${subject}`, until: 0 },
  session: { id: null, until: null },
  checks: [],
});

const signedIn = Effect.gen(function* () {
  const store = yield* Store;
  const { id, connections } = yield* newOrganization("sso");
  const [connection] = connections;
  if (connection === undefined) return yield* Effect.die("no connection");
  yield* publishRules(
    id,
    ["member"],
    [{ id: "a", when: { externalGroup: { connection: "sso", id: "/a" } }, grant: ["member"] }],
  );
  const origin = { ...systemOrigin, connection };
  for (let subject = 0; subject < people; subject += 1) {
    const arrival = { connection, settings: usualLogin, origin, verified: replyOf(subject) };
    yield* store.tenant(id, (tx) => takeLogin(tx, arrival));
  }
  const query = (statement: ReturnType<typeof sql<{ n: number }>>) =>
    store.tenant(id, (tx) => Effect.promise(async () => (await statement.execute(tx.db)).rows[0]?.n));
  return { id, query, roles: query(sql<{ n: number }>`select count(*)::int as n from assignment`) };
});

for (const engine of engines) {
  describe(`the time of logins on the ${engine.name} engine`, () => {
    const it = suiteOn(engine, []);

    it("ends in one sweep for all whose it is, also where another organization cannot be swept", () =>
      Effect.gen(function* () {
        const store = yield* Store;
        const broken = yield* newOrganization();
        const { query, roles } = yield* signedIn;
        expect(yield* roles).toBe(people);
        yield* query(sql<{ n: number }>`update login_facts set until = now() - interval '1 minute'`);
        const tenant: typeof store.tenant = (id, work) =>
          id === broken.id ? Effect.die(new Error("This one cannot be swept.")) : store.tenant(id, work);
        yield* Effect.provideService(sweep(), Store, { ...store, tenant });
        expect(yield* roles).toBe(0);
      }));
  });
}
