import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { Egress } from "../../src/egress/index.ts";
import { guarded, nameServer } from "./support.ts";

const allowedOrigins = ["https://keycloak.acme.test:8443", "http://10.0.0.7:8080"];
const check = (url: string) =>
  Effect.flatMap(Egress, (egress) => egress.check(url)).pipe(guarded({ allowedOrigins }));
const refusal = (url: string, ...addresses: ReadonlyArray<string>) =>
  Effect.flip(check(url)).pipe(nameServer(addresses).provided);

describe("an address that is saved", () => {
  it.live.each<readonly [string, string]>([
    ["https://127.0.0.1", "127.0.0.1"],
    ["https://127.1/realms", "127.0.0.1"],
    ["https://2130706433", "127.0.0.1"],
    ["https://0x7f.0.0.1", "127.0.0.1"],
    ["https://0177.0.0.1", "127.0.0.1"],
    ["https://①②⑦.⓪.⓪.①", "127.0.0.1"],
    ["https://0", "0.0.0.0"],
    ["https://169.254.169.254/latest/meta-data", "169.254.169.254"],
    ["https://[::1]:8443", "::1"],
    ["https://[::]", "::"],
    ["https://[::ffff:127.0.0.1]", "::ffff:7f00:1"],
    ["https://[::ffff:a9fe:a9fe]", "::ffff:a9fe:a9fe"],
    ["https://[64:ff9b::10.0.0.1]", "64:ff9b::a00:1"],
    ["https://[2002:7f00:1::]", "2002:7f00:1::"],
    ["https://[fd00::1]", "fd00::1"],
    ["https://[fe80::1]", "fe80::1"],
  ])("is refused when it leads inside, however it is written: %s", ([url, address]) =>
    Effect.map(refusal(url), ({ reason, detail }) => {
      assert.strictEqual(reason, "refused");
      assert.include(detail, `${address} is not a public address.`);
    }),
  );

  it.live("is refused with the very setting that would allow it", () =>
    Effect.map(refusal("https://KEYCLOAK.acme.test:9443/auth", "10.0.0.5"), ({ detail, retryable }) => {
      assert.strictEqual(
        detail,
        "10.0.0.5 is not a public address. If https://keycloak.acme.test:9443 is meant, the operator of this server can allow it: ROLEBRIDGE_ALLOWED_ORIGINS=https://keycloak.acme.test:9443",
      );
      assert.isFalse(retryable);
    }),
  );

  it.live("is refused when only one of its addresses leads inside, in any place", () =>
    Effect.gen(function* () {
      const last = yield* refusal("https://k.acme.test", "1.1.1.1", "2606:4700::1111", "10.0.0.5");
      const first = yield* refusal("https://k.acme.test", "10.0.0.5", "1.1.1.1");
      for (const { detail } of [last, first]) assert.include(detail, "10.0.0.5 is not a public address.");
    }),
  );

  it.live.each<readonly [string, RegExp]>([
    ["http://k.acme.test", /^http:\/\/k\.acme\.test is not https\..*ALLOWED_ORIGINS=http:\/\/k\.acme\.test$/],
    ["http://keycloak.acme.test:8443", /is not https/],
    ["ftp://k.acme.test", /not an https address/],
    ["file:///etc/passwd", /not an https address/],
    ["keycloak", /not an https address/],
    ["https://me@k.acme.test", /user name or password/],
    ["https://:word@k.acme.test", /user name or password/],
    ["https://keycloak.acme.test:8443@k.acme.test", /user name or password/],
  ])("is refused for its form: %s", ([url, sentence]) =>
    Effect.map(refusal(url, "1.1.1.1"), ({ reason, detail }) => {
      assert.strictEqual(reason, "refused");
      assert.match(detail, sentence);
      assert.notInclude(detail, "word@");
    }),
  );

  it.live("whose name does not resolve may resolve later", () =>
    Effect.map(refusal("https://k.acme.test"), ({ reason, detail, retryable }) => {
      assert.strictEqual(reason, "unavailable");
      assert.match(detail, /^The name k\.acme\.test does not resolve/);
      assert.isTrue(retryable);
    }),
  );

  it.live("whose name the machine's own resolver does not know is unavailable, and localhost is inside", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(check("https://nobody.invalid"))).reason, "unavailable");
      assert.include((yield* Effect.flip(check("https://localhost"))).detail, "is not a public address");
    }),
  );

  it.live("is accepted when it is public, and when the operator allowed its origin", () =>
    Effect.gen(function* () {
      yield* check("https://k.acme.test/auth").pipe(nameServer(["1.1.1.1", "2606:4700::1111"]).provided);
      yield* check("https://8.8.8.8");
      yield* check("https://keycloak.acme.test:8443/auth").pipe(nameServer(["10.0.0.5"]).provided);
      yield* check("http://10.0.0.7:8080");
    }),
  );

  it.live.each<readonly [string]>([
    ["https://keycloak.acme.test"],
    ["https://10.0.0.7:8080"],
    ["http://10.0.0.7"],
    ["http://10.0.0.7:8081"],
  ])("is refused beside the allowed origin: %s", ([url]) =>
    Effect.map(refusal(url, "10.0.0.5"), ({ reason }) => assert.strictEqual(reason, "refused")),
  );
});
