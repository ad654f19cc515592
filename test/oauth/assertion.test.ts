/** Clients that sign in with assertions (RFC 7523), against everything that is wrong with one. */

import type { JWTPayload } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import type { Answer } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import { newSigner, now, startKeys } from "./issuer.ts";
import { form, oauthOf } from "./support.ts";

const signer = await newSigner();
const keys = await startKeys([signer.jwk]);
const others = await Promise.all([1, 2, 3, 4, 5].map(() => startKeys([signer.jwk])));
afterAll(() => {
  for (const each of [keys, ...others]) each.close();
});
const allowed = [keys, ...others].map(({ origin }) => origin).join(",");
const server = await startServer({ ROLEBRIDGE_ALLOWED_ORIGINS: allowed });
const { post, connection, use, revoke, client: secretClient } = oauthOf(server);

const create = `mutation ($connection: String!, $assertion: AssertionInput!) {
  createScimClient(organization: "acme", connection: $connection, label: "test", assertion: $assertion) {
    id clientId clientSecret } }`;

const made = async (assertion: object) => {
  const { body } = await server.graphql(create, { connection: await connection(), assertion });
  expect(body.errors).toBeUndefined();
  return body.data.createScimClient as { id: string; clientId: string; clientSecret: null };
};

/** Other claims; undefined: left out. */
type Change = Readonly<Record<string, unknown>>;

let ids = 0;
/** What a client's own assertion holds. */
const own = (clientId: string, change: Change = {}): JWTPayload => {
  ids += 1;
  const times = { iat: now(), exp: now() + 300, jti: `j${ids}` };
  return { iss: clientId, sub: clientId, aud: `${server.url}/oauth/token`, ...times, ...change };
};

const present = (assertion: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  post(
    form({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      ...more,
    }),
  );

const inline = { jwks: { keys: [signer.jwk] } };

describe("a client's own assertion", () => {
  it("gives an access token that works, and ends with the client", async () => {
    const { id, clientId, clientSecret } = await made(inline);
    expect(clientSecret).toBeNull();
    const answer = await present(await signer.sign(own(clientId)));
    expect([answer.status, answer.body.expires_in]).toEqual([200, 3600]);
    expect(await use(answer.body.access_token)).toBe(200);
    await revoke(id);
    expect(await use(answer.body.access_token)).toBe(401);
    expect((await present(await signer.sign(own(clientId)))).status).toBe(401);
  });

  it.each(["RS256", "RS512", "PS256", "ES384"])("may be signed with %s", async (alg) => {
    const other = await newSigner(alg);
    const { clientId } = await made({ jwks: { keys: [other.jwk] } });
    expect((await present(await other.sign(own(clientId)))).status).toBe(200);
  });

  it("may be for the issuer, and name the client beside it", async () => {
    const { clientId } = await made(inline);
    const assertion = await signer.sign(own(clientId, { aud: server.url }));
    expect((await present(assertion, { client_id: clientId })).status).toBe(200);
  });

  it("is taken once, also of many at once", async () => {
    const { clientId } = await made(inline);
    const assertion = await signer.sign(own(clientId));
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => present(assertion)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401]);
    expect((await present(assertion)).status).toBe(401);
  });

  const bad: ReadonlyArray<readonly [string, Change]> = [
    ["another audience", { aud: "https://other.acme.test" }],
    ["another issuer", { iss: "someone" }],
    ["another subject", { sub: `rbc_${"A".repeat(43)}` }],
    ["an end in the past", { exp: now() - 120 }],
    ["an end in two hours", { exp: now() + 7200 }],
    ["no end", { exp: undefined }],
    ["a future iat", { iat: now() + 300 }],
    ["a future nbf", { nbf: now() + 300 }],
    ["no id", { jti: undefined }],
    ["an empty id", { jti: "" }],
  ];
  it.each(bad)("with %s is refused", async (_, change) => {
    const { clientId } = await made(inline);
    const assertion = await signer.sign(own(clientId, change));
    const answer = await present(assertion, { client_id: clientId });
    expect([answer.status, answer.body.error]).toEqual([401, "invalid_client"]);
    // The same without the fault: it is the fault that was refused.
    expect((await present(await signer.sign(own(clientId)))).status).toBe(200);
  });

  it("within the skew of a minute is taken", async () => {
    const { clientId } = await made(inline);
    const change = { iat: now() + 40, nbf: now() + 40 };
    expect((await present(await signer.sign(own(clientId, change)))).status).toBe(200);
    expect((await present(await signer.sign(own(clientId, { exp: now() - 20 })))).status).toBe(200);
  });

  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("without a signature, or with one by what is public, is refused", async () => {
    const { createHmac } = await import("node:crypto");
    const { clientId } = await made(inline);
    const payload = encoded(own(clientId));
    for (const alg of ["none", "None", "NONE"]) {
      expect((await present(`${encoded({ alg })}.${payload}.`)).status).toBe(401);
    }
    const head = `${encoded({ alg: "HS256", kid: signer.jwk.kid })}.${payload}`;
    const mac = createHmac("sha256", JSON.stringify(signer.jwk)).update(head).digest("base64url");
    expect((await present(`${head}.${mac}`)).status).toBe(401);
  });

  it("by a key that it brings along is refused", async () => {
    const { clientId } = await made({ jwksUrl: keys.url });
    const stranger = await newSigner();
    const headers = [
      { jwk: stranger.jwk },
      { jku: others[4]?.url },
      { kid: signer.jwk.kid },
      { kid: "../../keys" },
      { kid: "' or '1'='1" },
      { crit: ["b64"], b64: true },
    ];
    for (const header of headers) {
      const assertion = await stranger.sign(own(clientId), header).catch(() => "x.y.z");
      expect((await present(assertion, { client_id: clientId })).status).toBe(401);
    }
    expect(others[4]?.asked).toBe(0);
  });

  it("that is huge, or none at all, is refused before anything is fetched", async () => {
    const { clientId } = await made({ jwksUrl: others[4]?.url });
    const huge = await signer.sign(own(clientId, { x: "x".repeat(14_000) }));
    expect((await present(huge, { client_id: clientId })).status).toBe(401);
    const larger = await signer.sign(own(clientId, { x: "x".repeat(40_000) }));
    expect((await present(larger)).status).toBe(400);
    for (const none of ["x", "..", "a.b.c", "e30.e30.", "null"]) {
      expect((await present(none, { client_id: clientId })).status).toBe(401);
    }
    expect(others[4]?.asked).toBe(0);
  });

  it("beside a secret is one too many, and needs its type", async () => {
    const { clientId } = await made(inline);
    const assertion = await signer.sign(own(clientId));
    expect((await present(assertion, { client_secret: "x" })).body.error).toBe("invalid_request");
    expect((await present(assertion, { client_assertion_type: "x" })).body.error).toBe("invalid_request");
  });

  it("is nothing to a client with a secret", async () => {
    const { clientId } = await secretClient(await connection());
    expect((await present(await signer.sign(own(clientId)))).status).toBe(401);
  });

  it("opens no client but its own", async () => {
    const stranger = await newSigner();
    const [mine, theirs] = [await made(inline), await made({ jwks: { keys: [stranger.jwk] } })];
    const assertion = await signer.sign(own(mine.clientId));
    expect((await present(assertion, { client_id: theirs.clientId })).status).toBe(401);
    expect((await present(await signer.sign(own(theirs.clientId)))).status).toBe(401);
  });
});

describe("a token service's assertion, as of Entra", () => {
  const rules = {
    issuer: "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
    subject: "66666666-7777-8888-9999-000000000000",
    audience: "api://rolebridge.acme.test",
  };
  const issued = (change: JWTPayload = {}): JWTPayload => ({
    iss: rules.issuer,
    sub: rules.subject,
    aud: rules.audience,
    iat: now(),
    exp: now() + 5400,
    ...change,
  });

  it("has no id, ends later, and is used again until it ends", async () => {
    const { clientId } = await made({ ...rules, ...inline });
    const assertion = await signer.sign(issued());
    expect((await present(assertion, { client_id: clientId })).status).toBe(200);
    expect((await present(assertion, { client_id: clientId })).status).toBe(200);
  });

  it.each([
    ["of another tenant", { iss: "https://login.microsoftonline.com/other/v2.0" }],
    ["of another service principal", { sub: "someone" }],
    ["for our own address", { aud: "" }],
    ["that lasts longer than a day", { exp: now() + 100_000 }],
  ])("%s is refused", async (_, change: JWTPayload) => {
    const { clientId } = await made({ ...rules, ...inline });
    const aud = change.aud === "" ? { aud: `${server.url}/oauth/token` } : {};
    const assertion = await signer.sign(issued({ ...change, ...aud }));
    expect((await present(assertion, { client_id: clientId })).status).toBe(401);
  });

  it("does not say which client: the request must", async () => {
    await made({ ...rules, ...inline });
    expect((await present(await signer.sign(issued()))).status).toBe(401);
  });
});

describe("keys behind an address", () => {
  it("are fetched once, and again for an unknown id at most once a minute", async () => {
    const [address] = others;
    if (address === undefined) throw new Error("no address");
    const { clientId } = await made({ jwksUrl: address.url });
    const good = async () => (await present(await signer.sign(own(clientId)))).status;
    expect(await Promise.all([good(), good(), good()])).toEqual([200, 200, 200]);
    expect(address.asked).toBe(1);
    const next = await newSigner();
    address.body = JSON.stringify({ keys: [signer.jwk, next.jwk] });
    for (let sent = 0; sent < 5; sent += 1) {
      expect((await present(await next.sign(own(clientId)))).status).toBe(401);
    }
    expect(address.asked).toBe(1);
    expect(await good()).toBe(200);
  });

  const many = Array.from({ length: 1000 }, (_, index) => ({ ...signer.jwk, kid: `k${index}` }));
  it.each([
    ["is not JSON", "<html>", 1],
    ["holds 1000 keys", JSON.stringify({ keys: many }), 2],
    ["is endless", `{"keys":[${" ".repeat(300_000)}]}`, 3],
  ])("whose answer %s let nobody in", async (_, body, which) => {
    const address = others[which];
    if (address === undefined) throw new Error("no address");
    address.body = body;
    const { clientId } = await made({ jwksUrl: address.url });
    expect((await present(await signer.sign(own(clientId)))).status).toBe(401);
    expect(address.asked).toBe(1);
  });

  it("that do not answer are 503 with whole seconds: nobody's credential was found bad", async () => {
    const away = await startKeys([signer.jwk]);
    const local = await startServer({ ROLEBRIDGE_ALLOWED_ORIGINS: away.origin });
    const there = oauthOf(local);
    const { body } = await local.graphql(create, {
      connection: await there.connection(),
      assertion: { jwksUrl: away.url },
    });
    away.status = 502;
    const { clientId } = body.data.createScimClient;
    const assertion = await signer.sign(own(clientId, { aud: local.url }));
    const answer = await there.post(
      form({
        grant_type: "client_credentials",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: assertion,
      }),
    );
    away.close();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "60"]);
  });
});

describe("rules that cannot be kept", () => {
  it.each([
    ["a private address", { jwksUrl: "https://10.0.0.1/keys" }, "jwksUrl: "],
    ["plain http", { jwksUrl: "http://keys.acme.test/" }, "jwksUrl: "],
    ["a login in the address", { jwksUrl: "https://a:b@keys.acme.test/" }, "jwksUrl: "],
    ["no keys", {}, "jwks: "],
    ["keys and an address", { ...inline, jwksUrl: keys.url }, "jwks: "],
    ["a private key", { jwks: { keys: [{ ...signer.jwk, d: "secret" }] } }, "jwks: a private key"],
    ["a shared secret", { jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } }, "jwks: none"],
    ["an issuer alone", { ...inline, issuer: "https://idp.acme.test" }, "issuer: "],
    ["an audience alone", { ...inline, audience: "api://x" }, "audience: "],
  ])("%s", async (_, assertion, sentence) => {
    const { body } = await server.graphql(create, { connection: await connection(), assertion });
    expect(body.errors?.[0]?.extensions.code).toBe("InvalidValue");
    expect(body.errors[0].message).toContain(sentence);
  });
});
