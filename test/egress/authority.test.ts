import tls from "node:tls";
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { afterEach, vi } from "vitest";
import { makeAuthority } from "./certificates.ts";
import { get, guarded, initOf, nameServer, stopped, tlsPeer } from "./support.ts";

const acme = makeAuthority("Acme authority");
const other = makeAuthority("Other authority");
const name = "keycloak.acme.test";
const issued = acme.issue(name);

afterEach(() => vi.unstubAllEnvs());

const serving = (certificate: { readonly cert: string; readonly key: string }, host = name) =>
  Effect.map(
    tlsPeer(certificate, (_request, response) => response.end("well")),
    (port) => `https://${host}:${port}`,
  );

/** Rules for a connection to this origin, which the operator allowed and which is on this machine. */
const rules = (origin: string, certificateAuthority?: string) =>
  initOf(certificateAuthority).pipe(
    guarded({ allowedOrigins: [origin] }),
    nameServer(["127.0.0.1"]).provided,
  );

describe("a private certificate authority", () => {
  it.live("is trusted by the connection that names it, alone or among others", () =>
    Effect.gen(function* () {
      const origin = yield* serving(issued);
      for (const pem of [acme.certificate, `# two\n${other.certificate}\n${acme.certificate}`])
        assert.strictEqual((yield* get(yield* rules(origin, pem), origin)).body, "well");
    }).pipe(Effect.scoped),
  );

  it.live("is trusted by no other connection, in whatever order they connect", () =>
    Effect.gen(function* () {
      const origin = yield* serving(issued);
      const trusting = yield* rules(origin, acme.certificate);
      const strangers = [yield* rules(origin), yield* rules(origin, other.certificate)];
      for (let round = 0; round < 2; round += 1) {
        assert.strictEqual((yield* get(trusting, origin)).body, "well");
        for (const stranger of strangers) {
          const { reason, detail, retryable } = yield* stopped(stranger, origin);
          assert.strictEqual(reason, "refused");
          assert.isFalse(retryable);
          assert.match(detail, /is not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\).*certificateAuthority/);
          assert.include(detail, origin);
        }
      }
    }).pipe(Effect.scoped),
  );

  it.live("vouches only for the name in the certificate", () =>
    Effect.gen(function* () {
      const origin = yield* serving(issued, "elsewhere.acme.test");
      const { reason, detail } = yield* stopped(yield* rules(origin, acme.certificate), origin);
      assert.strictEqual(reason, "refused");
      assert.include(detail, `The certificate of ${origin} was made for another name`);
    }).pipe(Effect.scoped),
  );

  it.live("does not help a certificate that has expired", () =>
    Effect.gen(function* () {
      const origin = yield* serving(acme.issue(name, -1));
      const { reason, detail } = yield* stopped(yield* rules(origin, acme.certificate), origin);
      assert.strictEqual(reason, "refused");
      assert.include(detail, "cannot be used (CERT_HAS_EXPIRED)");
    }).pipe(Effect.scoped),
  );

  // Node 24.5 and later can be told of more authorities while it runs.
  it.live.skipIf(!("setDefaultCACertificates" in tls))("stands beside Node's own authorities", () =>
    Effect.gen(function* () {
      const own = tls.getCACertificates("default");
      yield* Effect.addFinalizer(() => Effect.sync(() => tls.setDefaultCACertificates(own)));
      tls.setDefaultCACertificates([...own, other.certificate]);
      const origin = yield* serving(other.issue(name));
      assert.strictEqual((yield* get(yield* rules(origin, acme.certificate), origin)).body, "well");
    }).pipe(Effect.scoped),
  );

  it.live("lets nobody inside who is not allowed there", () =>
    Effect.gen(function* () {
      const origin = yield* serving(issued);
      const init = yield* initOf(acme.certificate).pipe(
        guarded({ allowedOrigins: [] }),
        nameServer(["127.0.0.1"]).provided,
      );
      assert.include((yield* stopped(init, origin)).detail, "127.0.0.1 is not a public address");
    }).pipe(Effect.scoped),
  );

  it.live("is needed even where NODE_TLS_REJECT_UNAUTHORIZED switches the check off for the rest", () =>
    Effect.gen(function* () {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      const origin = yield* serving(issued);
      assert.strictEqual((yield* stopped(yield* rules(origin), origin)).reason, "refused");
    }).pipe(Effect.scoped),
  );

  it.live.each<readonly [string, string]>([
    ["nothing", ""],
    ["words", "acme"],
    ["a certificate of nonsense", "-----BEGIN CERTIFICATE-----\nYWNtZQ==\n-----END CERTIFICATE-----\n"],
    ["one that is cut off", acme.certificate.slice(0, -40)],
    ["a good one and one that is cut off", `${acme.certificate}${other.certificate.slice(0, -40)}`],
    ["a private key", acme.key],
    ["a certificate with its private key", `${acme.certificate}${acme.key}`],
  ])("is refused, and the setting named, when it holds %s", ([, pem]) =>
    Effect.gen(function* () {
      const { reason, detail } = yield* Effect.flip(initOf(pem)).pipe(guarded({ allowedOrigins: [] }));
      assert.strictEqual(reason, "refused");
      assert.match(detail, /^certificateAuthority must hold nothing but certificates/);
    }).pipe(Effect.scoped),
  );
});
