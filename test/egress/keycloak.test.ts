import { assert, describe, it } from "@effect/vitest";
import { Effect, Stream } from "effect";
import { Outbound } from "../../connectors/connector.ts";
import { keycloak } from "../../connectors/keycloak/index.ts";
import { Egress, type EgressOptions } from "../../src/egress/index.ts";
import { missing, onRealm } from "../connectors/keycloak/support.ts";
import { makeAuthority } from "./certificates.ts";
import { guarded, nameServer, peer, tlsPeer, withTimeout } from "./support.ts";

const acme = makeAuthority("Acme authority");
const name = "keycloak.acme.test";
const secret = "the-secret";

/** Why a Keycloak connection to this address does not answer its probe. */
const failure = (baseUrl: string, options: EgressOptions = { allowedOrigins: [] }) =>
  Effect.gen(function* () {
    const rules = yield* Effect.flatMap(Egress, ({ outbound }) => outbound({}));
    const settings = { baseUrl, realm: "acme", clientId: "reader", clientSecret: secret };
    const { probe } = yield* keycloak
      .open(settings)
      .pipe(Effect.provideService(Outbound, { ...rules, retries: 0 }));
    return yield* Effect.flip(probe);
  }).pipe(Effect.scoped, guarded(options));

const { ready } = onRealm(5);
const allowingProxy = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => guarded({ allowedOrigins: [ready().proxy.url] })(effect));

describe.skipIf(missing)("a real Keycloak behind the guard", () => {
  it.live("is read in full where its origin is allowed", () =>
    Effect.gen(function* () {
      const { realm, proxy } = ready();
      const rules = yield* Effect.flatMap(Egress, ({ outbound }) => outbound({}));
      const { source } = yield* keycloak
        .open(realm.settings("reader", proxy.url))
        .pipe(Effect.provideService(Outbound, rules));
      const facts = yield* Stream.runCollect(source?.everyone ?? Stream.empty);
      assert.strictEqual(facts.at(-1)?._tag, "Proof");
      assert.lengthOf(
        facts.filter(({ _tag }) => _tag === "User"),
        5,
      );
    }).pipe(Effect.scoped, allowingProxy),
  );
});

describe("the Keycloak connector behind the guard", () => {
  it.live("says what the operator can do about an address inside, and does not reach it", () =>
    Effect.gen(function* () {
      const asked: Array<string> = [];
      const port = yield* tlsPeer(acme.issue(name), (request) => asked.push(String(request.url)));
      const { reason, detail, retryable } = yield* failure(`https://${name}:${port}`);
      assert.strictEqual(reason, "refused");
      assert.strictEqual(
        detail,
        `127.0.0.1 is not a public address. If https://${name}:${port} is meant, the operator of this server can allow it: ROLEBRIDGE_ALLOWED_ORIGINS=https://${name}:${port}`,
      );
      assert.isFalse(retryable);
      assert.isEmpty(asked);
    }).pipe(Effect.scoped, nameServer(["127.0.0.1"]).provided),
  );

  it.live("says that a certificate is not trusted", () =>
    Effect.gen(function* () {
      const port = yield* tlsPeer(acme.issue(name), (_request, response) => response.end());
      const origin = `https://${name}:${port}`;
      const { reason, detail } = yield* failure(origin, { allowedOrigins: [origin] });
      assert.strictEqual(reason, "refused");
      assert.match(detail, /is not trusted.*certificateAuthority/);
    }).pipe(Effect.scoped, nameServer(["127.0.0.1"]).provided),
  );

  it.live("says that a name does not resolve", () =>
    Effect.map(failure(`https://${name}`), ({ reason, detail }) => {
      assert.strictEqual(reason, "unavailable");
      assert.include(detail, `The name ${name} does not resolve`);
    }).pipe(nameServer([]).provided),
  );

  it.live("takes a redirect for a failure, and nothing of any body into its words", () =>
    Effect.gen(function* () {
      const asked: Array<string> = [];
      const port = yield* peer((request, response) => {
        asked.push(String(request.url));
        response.writeHead(307, { location: "/inside" }).end('{"error":"body of a stranger"}');
      });
      const origin = `http://127.0.0.1:${port}`;
      const { reason, detail } = yield* failure(origin, { allowedOrigins: [origin] });
      assert.strictEqual(reason, "refused");
      assert.strictEqual(detail, "Keycloak answered 307 when asked for a token.");
      assert.deepStrictEqual([...new Set(asked)], ["/realms/acme/protocol/openid-connect/token"]);
    }).pipe(Effect.scoped),
  );

  it.live.each<readonly [string, number, EgressOptions, RegExp]>([
    ["larger than the limit", 200, { allowedOrigins: [], answerBytes: 10 }, /more than 10 bytes/],
    ["a failure larger than the limit", 500, { allowedOrigins: [], answerBytes: 10 }, /more than 10 bytes/],
  ])("says why it stopped reading an answer: %s", ([, status, options, sentence]) =>
    Effect.gen(function* () {
      const port = yield* peer((_request, response) => response.writeHead(status).end("body of a stranger"));
      const origin = `http://127.0.0.1:${port}`;
      const { reason, detail } = yield* failure(origin, { ...options, allowedOrigins: [origin] });
      assert.strictEqual(reason, "refused");
      assert.match(detail, sentence);
    }).pipe(Effect.scoped),
  );

  it.live("waits no longer than the rules say for a token", () =>
    Effect.gen(function* () {
      const port = yield* peer(() => undefined);
      const origin = `http://127.0.0.1:${port}`;
      const { reason, detail } = yield* failure(origin, { allowedOrigins: [origin] }).pipe(withTimeout(300));
      assert.strictEqual(reason, "unavailable");
      assert.match(detail, /did not answer in time/);
    }).pipe(Effect.scoped),
  );
});
