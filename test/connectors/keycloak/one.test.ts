import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import type { Reason } from "../../../connectors/connector.ts";
import { one } from "../../contracts/connector.ts";
import type { Answer, Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(30);
const unknown = "00000000-0000-4000-8000-000000000000";
const byId = /\/users\/[^/]+$/;

const when =
  (path: RegExp, answer: Answer): Rule =>
  (asked) =>
    path.test(asked.path) ? answer : undefined;

const notFound = { status: 404, body: '{"error":"User not found"}' };
const html = { "content-type": "text/html" };

const cases: ReadonlyArray<readonly [name: string, rule: Rule, reason: Reason]> = [
  ["every id is answered 404", when(byId, notFound), "missing"],
  ["the realm is answered 404", when(/\/admin\//, notFound), "missing"],
  ["404 is HTML", when(byId, { status: 404, headers: html, body: "<html>" }), "unavailable"],
  ["404 is HTML that names an error", when(byId, { ...notFound, headers: html }), "unavailable"],
  [
    "404 is JSON that is not Keycloak's",
    when(byId, { status: 404, body: '{"message":"no route"}' }),
    "unavailable",
  ],
  ["the answer is null", when(byId, { status: 200, body: "null" }), "malformed"],
  ["nobody is listed", when(/\/users\/?$/, { status: 200, body: "[]" }), "forbidden"],
  ["403", when(byId, { status: 403 }), "forbidden"],
  ["503", when(byId, { status: 503 }), "unavailable"],
  ["HTML with 200", when(byId, { status: 200, body: "<html>" }), "malformed"],
  ["silence", when(byId, "silence"), "unavailable"],
];

describe.skipIf(missing)("one person of a real Keycloak", () => {
  for (const [name, rule, reason] of cases)
    it.live(`is not gone when ${name}`, () =>
      Effect.map(Effect.flip(one(open(rule), unknown)), (failure) =>
        assert.strictEqual(failure.reason, reason),
      ),
    );

  it.live("is gone once deleted, after three requests", () =>
    Effect.gen(function* () {
      const { admin } = ready().realm;
      const [person] = yield* Effect.promise(() =>
        admin.users.find({ username: "person00003", exact: true }),
      );
      const id = person?.id ?? "";
      assert.strictEqual((yield* one(open(), id))._tag, "Found");
      yield* Effect.promise(() => admin.users.del({ id }));
      assert.strictEqual((yield* one(open(), id))._tag, "Gone");
      assert.lengthOf(
        ready().proxy.asked.filter((path) => !path.endsWith("/token")),
        3,
      );
    }),
  );

  it.live("is not shown by a credential that lost view-users, and the role is named", () =>
    Effect.gen(function* () {
      const { admin } = ready().realm;
      const [person] = yield* Effect.promise(() =>
        admin.users.find({ username: "person00004", exact: true }),
      );
      const failure = yield* Effect.flip(one(open(undefined, "blind"), person?.id ?? ""));
      assert.strictEqual(failure.reason, "forbidden");
      assert.include(failure.detail, "view-users");
    }),
  );
});
