/** ID tokens that a product may be made to bring, most of them signed with the realm's own key. */
import { generateKeyPairSync } from "node:crypto";
import type { JWTPayload } from "jose";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../support/server.ts";
import type { Signing } from "../sso.ts";
import {
  badCredentials,
  claims,
  encoded,
  latest,
  missing,
  nonce,
  now,
  parts,
  product,
  server,
  sso,
  verify,
} from "./product.ts";

describe.skipIf(missing)("a forged ID token", () => {
  const sub = "33333333-3333-4333-8333-333333333333";
  const other = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
  const without = (name: string) => {
    const { [name]: _, ...rest } = claims(sub);
    return rest;
  };
  const send = async (payload: JWTPayload, signing: Signing = {}, given = nonce, slug = "sso") =>
    verify({ idToken: await sso.sign(payload, signing), nonce: given }, slug);
  const publicKey = async () => {
    const { keys } = (await (await fetch(`${sso.issuer}/protocol/openid-connect/certs`)).json()) as {
      keys: ReadonlyArray<{ readonly use: string; readonly x5c: ReadonlyArray<string> }>;
    };
    return Buffer.from(keys.find(({ use }) => use === "sig")?.x5c[0] ?? "");
  };

  const rows: ReadonlyArray<readonly [string, string, () => Promise<Answer>]> = [
    ["signature", "signed by another key", () => send(claims(sub), { key: other })],
    ["alg", "by another algorithm of the same key", () => send(claims(sub), { alg: "RS512" })],
    [
      "alg",
      "by HS256 with the provider's public key",
      async () => send(claims(sub), { alg: "HS256", key: await publicKey() }),
    ],
    [
      "alg",
      "signed by none",
      () => verify({ idToken: `${encoded({ alg: "none" })}.${encoded(claims(sub))}.`, nonce }),
    ],
    [
      "signature",
      "without its signature",
      async () =>
        verify({
          idToken: `${parts(await sso.sign(claims(sub)))
            .slice(0, 2)
            .join(".")}.`,
          nonce,
        }),
    ],
    [
      "signature",
      "with claims changed since",
      async () => {
        const [head, , end] = parts(await sso.sign(claims(sub)));
        return verify({ idToken: `${head}.${encoded(claims("somebody-else"))}.${end}`, nonce });
      },
    ],
    ["token", "that is none", () => verify({ idToken: "x.y.z", nonce })],
    ["token", "of more parts", async () => verify({ idToken: `${await sso.sign(claims(sub))}.x.y`, nonce })],
    ["iss", "of another issuer", () => send(claims(sub, { iss: `${sso.issuer}/` }))],
    ["iss", "of no issuer", () => send(without("iss"))],
    [
      "aud",
      "for another client of the provider",
      () => send(claims(sub, { aud: "client-second", azp: "client-second" })),
    ],
    [
      "aud",
      "for us and for somebody whom nobody accepted",
      () => send(claims(sub, { aud: [product, "foreign"] })),
    ],
    ["aud", "for nobody", () => send(claims(sub, { aud: [] }))],
    [
      "azp",
      "for several, without whom it was issued to",
      () => send({ ...without("azp"), aud: [product, "other-product"] }),
    ],
    ["azp", "issued to a client that nobody accepted", () => send(claims(sub, { azp: "foreign" }))],
    [
      "aud",
      "of another connection",
      () => send(claims(sub, { aud: "client-sso", azp: "client-sso" }), {}, nonce, "second"),
    ],
    ["nonce", "of another login", () => send(claims(sub), {}, "of-another-login")],
    ["nonce", "without a nonce", () => send(without("nonce"))],
    ["nonce", "with a nonce that is no text", () => send(claims(sub, { nonce: [nonce] }))],
    ["times", "that is over", () => send(claims(sub, { iat: now() - 600, exp: now() - 60 }))],
    [
      "times",
      "of yesterday that is good for ever",
      () => send(claims(sub, { iat: now() - 86_400, exp: now() + 86_400 })),
    ],
    ["times", "of tomorrow", () => send(claims(sub, { iat: now() + 86_400, exp: now() + 90_000 }))],
    ["times", "that is not good yet", () => send(claims(sub, { nbf: now() + 600 }))],
    ["exp", "without an end", () => send(without("exp"))],
    ["iat", "without a beginning", () => send(without("iat"))],
    ["sub", "about nobody", () => send(without("sub"))],
    ["sub", "about an empty name", () => send(claims(""))],
    ["sub", "about a name of 256 letters", () => send(claims("x".repeat(256)))],
    ["sub", "about a list", () => send(claims(["a"] as never))],
    ["typ", "that is an access token by its type", () => send(claims(sub), { typ: "at+jwt" })],
    ["typ", "that is a logout token by its type", () => send(claims(sub), { typ: "logout+jwt" })],
    ["typ", "that is an access token of Keycloak's", () => send(claims(sub, { typ: "Bearer" }))],
    [
      "at_hash",
      "with another access token",
      () =>
        sso
          .sign(claims(sub, { at_hash: "x" }))
          .then((idToken) => verify({ idToken, nonce, accessToken: "y" })),
    ],
    [
      "userinfo",
      "with an access token that is none",
      () => sso.sign(claims(sub)).then((idToken) => verify({ idToken, nonce, accessToken: "y" })),
    ],
    [
      "reply",
      "that is a SAML response",
      () => verify({ samlResponse: "PHg+", requestId: "_1", recipient: "https://x.acme.test/acs" }),
    ],
  ];

  it.each(rows)("is refused by its %s: %s", async (check, _name, attempt) => {
    const { status, body, headers } = await attempt();
    expect([status, headers.get("content-type")]).toEqual([422, "application/problem+json"]);
    expect(body).toEqual({
      type: "about:blank",
      title: "Not accepted",
      status: 422,
      detail: `The sign-in was not accepted. Reference: ${body.reference}`,
      reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const trace = await latest();
    expect(trace).toMatchObject({
      id: body.reference,
      outcome: "REFUSED",
      application: "shop",
      account: null,
    });
    expect(trace.checks.at(-1)).toMatchObject({ name: check, passed: false });
    expect(JSON.stringify(trace)).not.toContain(sub);
  });

  it.each([
    ["without a nonce beside it", { idToken: "x.y.z" }],
    ["with an empty nonce beside it", { idToken: "x.y.z", nonce: "" }],
    ["with more than is asked for", { idToken: "x.y.z", nonce, more: 1 }],
    [
      "with a SAML response beside it",
      { idToken: "x.y.z", nonce, samlResponse: "x", requestId: "x", recipient: "x" },
    ],
    ["of more than 128 KB", { idToken: "x".repeat(131_073), nonce }],
    ["of more than a body holds", { idToken: "x".repeat(900_000), nonce }],
  ])("%s is not read", async (_name, body) => {
    expect((await verify(body)).status).toBe(400);
  });

  it("with a key twice is not read", async () => {
    const { status } = await server.request("/v1/connections/sso/logins/verify", {
      method: "POST",
      headers: { authorization: `Bearer ${sso.secret}` },
      body: '{"idToken":"x.y.z","nonce":"a","nonce":"b"}',
    });
    expect(status).toBe(400);
  });

  it("after forged one from one address is told to wait, and a good one is not", async () => {
    let status = 422;
    for (let sent = 0; status === 422 && sent <= badCredentials; sent += 1) {
      status = (await verify({ idToken: "x.y.z", nonce })).status;
    }
    expect(status).toBe(429);
    const { id } = await latest();
    expect((await verify({ idToken: "x.y.z", nonce })).status).toBe(429);
    expect((await latest()).id).toBe(id);
    expect((await send(claims(sub))).status).toBe(200);
  }, 60_000);
});
