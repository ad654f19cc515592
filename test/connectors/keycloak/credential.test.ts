import { assert, describe, it } from "@effect/vitest";
import { Effect, Stream } from "effect";
import { read } from "../../contracts/connector.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(120);
const probed = (clientId: string) =>
  Effect.scoped(Effect.flatMap(open(undefined, clientId), ({ probe }) => probe));

/** Answers once with this status, then lets everything through. */
const onceAt = (path: RegExp, status: number, headers: Record<string, string> = {}): Rule => {
  let answered = false;
  return (asked) => {
    if (answered || !path.test(asked.path)) return undefined;
    answered = true;
    return { status, headers };
  };
};

describe.skipIf(missing)("the credential of a Keycloak connection", () => {
  it.live("is probed: everything is seen", () =>
    Effect.map(probed("reader"), ({ sees, lacks, latencyMillis }) => {
      assert.deepStrictEqual(sees, [
        "users",
        "groups and their members",
        "realm roles",
        "client roles",
        "events",
      ]);
      assert.isEmpty(lacks);
      assert.isAbove(latencyMillis, 0);
    }),
  );

  it.live("lost view-events: the probe names the role", () =>
    Effect.map(probed("deaf"), ({ lacks }) => {
      assert.deepStrictEqual(
        lacks.map(({ what }) => what),
        ["events"],
      );
      assert.match(lacks[0]?.remedy ?? "", /realm-management view-events/);
    }),
  );

  it.live("lost view-users: the probe names the role and where to add it", () =>
    Effect.map(probed("blind"), ({ lacks }) => {
      assert.deepStrictEqual(
        lacks.map(({ what }) => what),
        ["users", "groups and their members"],
      );
      for (const { remedy } of lacks) assert.match(remedy, /Service account roles.*view-users/);
    }),
  );

  it.live("lacks view-realm and view-clients: both are named", () =>
    Effect.map(probed("roleless"), ({ lacks }) => {
      assert.match(lacks.map(({ remedy }) => remedy).join(" "), /view-realm.*view-clients/);
      assert.lengthOf(lacks, 2);
    }),
  );

  it.live("lost view-users: the empty list with 200 is refused and the role named", () =>
    Effect.map(read(open(undefined, "blind")), ({ all, failure }) => {
      assert.isEmpty(all);
      assert.strictEqual(failure?.reason, "forbidden");
      assert.match(failure?.detail ?? "", /counts 120 users and lists none.*view-users/);
    }),
  );

  it.live("has a wrong secret: unauthorized, and no secret in the words", () =>
    Effect.map(read(open(undefined, "reader", { clientSecret: "not-the-secret" })), ({ failure }) => {
      assert.strictEqual(failure?.reason, "unauthorized");
      assert.notInclude(JSON.stringify(failure), "not-the-secret");
    }),
  );

  it.live("has settings that do not fit: refused, the setting named and its value not shown", () =>
    Effect.map(Effect.flip(Effect.scoped(open(undefined, "reader", { clientSecret: 4711 }))), (failure) => {
      assert.strictEqual(failure.reason, "refused");
      assert.include(failure.detail, "clientSecret");
      assert.notInclude(failure.detail, "4711");
    }),
  );

  it.live("has a token revoked midway: a new one is fetched and the run goes on", () =>
    Effect.map(read(open(onceAt(/\/members$/, 401))), ({ proofs, failure }) => {
      assert.isUndefined(failure);
      assert.lengthOf(proofs, 1);
      assert.lengthOf(
        ready().proxy.asked.filter((path) => path.endsWith("/token")),
        2,
      );
    }),
  );

  it.live("has a token that lives shorter than the run", () =>
    Effect.gen(function* () {
      const { realm, proxy } = ready();
      yield* Effect.promise(() =>
        realm.admin.realms.update({ realm: realm.name }, { accessTokenLifespan: 1 }),
      );
      const slow = Effect.scoped(
        Effect.gen(function* () {
          const { source } = yield* open(undefined, "reader", { pageSize: 20 });
          if (source === undefined) return [];
          const paced = Stream.tap(source.everyone, (fact) =>
            fact._tag === "User" ? Effect.sleep(15) : Effect.void,
          );
          return yield* Stream.runCollect(paced);
        }),
      );
      assert.strictEqual((yield* slow).at(-1)?._tag, "Proof");
      assert.isAbove(proxy.asked.filter((path) => path.endsWith("/token")).length, 1);
      yield* Effect.promise(() =>
        realm.admin.realms.update({ realm: realm.name }, { accessTokenLifespan: 300 }),
      );
    }),
  );

  it.live("meets trouble that passes: it waits and goes on", () =>
    Effect.gen(function* () {
      for (const rule of [
        onceAt(/realms\/[^/]+\/users\/?$/, 503),
        onceAt(/\/members$/, 429, { "retry-after": "1" }),
        onceAt(/\/token$/, 502),
      ]) {
        const { proofs, failure } = yield* read(open(rule));
        assert.isUndefined(failure);
        assert.lengthOf(proofs, 1);
      }
    }),
  );
});
