/** A product brings ID tokens that it got for itself, from a real Keycloak; forged ones are signed with the realm's own key. */
import { createHash, generateKeyPairSync, randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { addApplication, asker, publishMembers, pusher, reader } from "../../rest/support.ts";
import { type Answer, startServer } from "../../support/server.ts";
import { newBrowser } from "../browser.ts";
import { openSso, type Signing, type Sso } from "../sso.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
/** More than the rows of bad replies below are. */
const badCredentials = 60;
const server = await startServer(
  missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url },
  { _tag: "Memory" },
  { badCredentials },
);
const ask = asker(server);
const product = "product-of-its-own";
const productReturn = "https://product.acme.test/signed-in";
const password = "only-for-tests";
let sso: Sso;

const change = (slug: string, name: string, value: string) =>
  ask(
    `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: $organization, connection: $slug, settings: $settings) { slug } }`,
    { slug, settings: [{ name, value }] },
  );

beforeAll(async () => {
  if ("missing" in keycloak) return;
  sso = await openSso(server, keycloak, ["sso", "second"]);
  await sso.realm.admin.clients.create({
    clientId: product,
    secret: password,
    enabled: true,
    publicClient: false,
    standardFlowEnabled: true,
    redirectUris: [productReturn],
    protocolMappers: [
      {
        name: "groups",
        protocol: "openid-connect",
        protocolMapper: "oidc-group-membership-mapper",
        config: { "claim.name": "groups", "full.path": "true", "id.token.claim": "true" },
      },
    ],
  });
  await change("sso", "acceptedAudiences", `${product} other-product client-sso`);
  await publishMembers(ask);
}, 300_000);
afterAll(() => sso?.realm.remove());

const verify = (body: object, slug = "sso", token = sso.secret): Promise<Answer> =>
  sso.post(`/v1/connections/${slug}/logins/verify`, body, token);

interface Tokens {
  readonly id_token: string;
  readonly access_token: string;
}

/** The product's own authorization code flow. */
const signInAtProduct = async (username: string, nonce: string): Promise<Tokens> => {
  const browser = newBrowser();
  const query = new URLSearchParams({
    client_id: product,
    redirect_uri: productReturn,
    response_type: "code",
    scope: "openid profile email",
    state: "mine",
    nonce,
  });
  const form = await browser.follow(`${sso.issuer}/protocol/openid-connect/auth?${query}`);
  const sent = await browser.submit(form, { username, password });
  const code = new URL(sent.location ?? "").searchParams.get("code") ?? "";
  const response = await fetch(`${sso.issuer}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: productReturn,
      client_id: product,
      client_secret: password,
    }),
  });
  return (await response.json()) as Tokens;
};

const latest = async () => {
  const { organization } = await ask(
    `query($organization: String!) { organization(slug: $organization) {
      logins(first: 1) { id outcome application account checks { name passed detail } } } }`,
  );
  return organization.logins[0];
};

const now = () => Math.floor(Date.now() / 1_000);
const nonce = "of-this-very-login";

const claims = (sub: string, more: object = {}): JWTPayload => ({
  iss: sso.issuer,
  aud: product,
  azp: product,
  sub,
  iat: now(),
  exp: now() + 300,
  jti: randomUUID(),
  typ: "ID",
  nonce,
  preferred_username: "forged",
  ...more,
});

const parts = (token: string) => token.split(".");
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const halfHash = (text: string) =>
  createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");

/** The same signature, written otherwise: its last letter has bits that mean nothing. */
const respelled = (token: string): string => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1) ?? "") ^ 1];
};

describe.skipIf(missing)("an ID token that a product got for itself", () => {
  it("signs the person in: account, roles and session as of a login in the browser", async () => {
    const [group] = await sso.realm.admin.groups.find({ search: "team1", exact: true });
    const id = await sso.addPerson("ada", { groups: ["/team1"] });
    const { id_token } = await signInAtProduct("ada", nonce);
    const { status, body, headers } = await verify({ idToken: id_token, nonce });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    const byBrowser = await sso.exchange(await sso.signIn("ada"));
    expect(Object.keys(body)).toEqual(Object.keys(byBrowser.body));
    expect({ ...body, login: "", expiresAt: "" }).toEqual({ ...byBrowser.body, login: "", expiresAt: "" });
    expect(body).toMatchObject({ userName: "ada", roles: [{ role: "member", scope: null }] });
    const session = () => reader(server, sso.secret)(`/logins/${body.login}`);
    expect((await session()).body).toMatchObject({ active: true, subject: body.subject });
    await sso.realm.admin.users.delFromGroup({ id, groupId: group?.id ?? "" });
    const again = await signInAtProduct("ada", "another");
    // Keycloak leaves the claim out now; the connection's own client may do so, a product's says nothing by it.
    expect((await verify({ idToken: again.id_token, nonce: "another" })).body.roles).toHaveLength(1);
    expect((await sso.exchange(await sso.signIn("ada"))).body.roles).toEqual([]);
  }, 60_000);

  it("counts once, also where its signature is written otherwise", async () => {
    await sso.addPerson("bea");
    const { id_token: idToken } = await signInAtProduct("bea", nonce);
    expect((await verify({ idToken, nonce })).status).toBe(200);
    for (const again of [idToken, respelled(idToken)]) {
      expect((await verify({ idToken: again, nonce })).status).toBe(422);
      expect((await latest()).checks.at(-1)).toMatchObject({ name: "once", passed: false });
    }
  }, 60_000);

  it("of two that come at the same time lets one in", async () => {
    await sso.addPerson("ben");
    const { id_token: idToken } = await signInAtProduct("ben", nonce);
    const answers = await Promise.all([1, 2, 3].map(() => verify({ idToken, nonce })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422]);
  }, 60_000);

  it("that a login in the browser had does not count again", async () => {
    await sso.addPerson("cyd");
    let seen = "";
    const real = fetch;
    const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const response = await real(input, init);
      if (!String(input).endsWith("/protocol/openid-connect/token")) return response;
      const text = await response.text();
      seen = JSON.parse(text).id_token ?? seen;
      return new Response(text, { status: response.status, headers: response.headers });
    });
    await sso.signIn("cyd");
    spy.mockRestore();
    const said = JSON.parse(Buffer.from(parts(seen)[1] ?? "", "base64url").toString("utf8"));
    expect((await verify({ idToken: seen, nonce: said.nonce })).status).toBe(422);
    expect((await latest()).checks.at(-1)).toMatchObject({ name: "once", passed: false });
  }, 60_000);

  it("brings what userinfo says along with an access token of its own, and no other", async () => {
    await sso.addPerson("dan");
    await sso.addPerson("eve");
    const [dan, eve] = [await signInAtProduct("dan", nonce), await signInAtProduct("eve", nonce)];
    const sub = JSON.parse(Buffer.from(parts(dan.id_token)[1] ?? "", "base64url").toString("utf8")).sub;
    const wrong = await verify({ idToken: dan.id_token, nonce, accessToken: eve.access_token });
    expect([wrong.status, (await latest()).checks.at(-1).name]).toEqual([422, "at_hash"]);
    const unbound = await sso.sign(claims(sub));
    const other = await verify({ idToken: unbound, nonce, accessToken: eve.access_token });
    expect([other.status, (await latest()).checks.at(-1).name]).toEqual([422, "userinfo"]);
    const { at_hash, ...bound } = claims(sub, { at_hash: halfHash(dan.access_token) });
    expect(at_hash).toBeDefined();
    const good = await verify({
      idToken: await sso.sign({ ...bound, at_hash }),
      nonce,
      accessToken: dan.access_token,
    });
    expect([good.status, good.body.displayName]).toEqual([200, "dan Test"]);
  }, 60_000);

  it("of another organization's application is at no connection there", async () => {
    const { data } = (await server.graphql('mutation { createOrganization(slug: "globex") { slug } }')).body;
    expect(data.createOrganization.slug).toBe("globex");
    const foreign = await addApplication(asker(server, "globex"));
    const idToken = await sso.sign(claims("11111111-1111-4111-8111-111111111111"));
    expect((await verify({ idToken, nonce }, "sso", foreign)).status).toBe(404);
    expect((await verify({ idToken, nonce }, "nowhere")).status).toBe(404);
    expect((await verify({ idToken, nonce }, "scim")).status).toBe(404);
    expect((await verify({ idToken, nonce }, "sso", `${sso.secret.slice(0, -3)}xyz`)).status).toBe(401);
    expect((await verify({ idToken, nonce }, "sso", "")).status).toBe(401);
    // None of them used it up.
    expect((await verify({ idToken, nonce })).status).toBe(200);
  }, 60_000);

  it("lets in nobody whom SCIM deactivated, and says no more than for any other reason", async () => {
    await ask(
      `mutation($organization: String!) { declareSameDirectory(organization: $organization, connections: ["scim", "second"]) { slug } }`,
    );
    await change("second", "acceptedAudiences", product);
    const sub = await sso.addPerson("fay");
    const user = await pusher(server).user("fay", { externalId: sub });
    const first = await signInAtProduct("fay", nonce);
    const { body } = await verify({ idToken: first.id_token, nonce }, "second");
    await pusher(server).patch(`/Users/${user}`, { op: "replace", path: "active", value: false });
    expect((await reader(server, sso.secret)(`/logins/${body.login}`)).body.endedBecause).toBe("inactive");
    const next = await signInAtProduct("fay", nonce);
    const refused = await verify({ idToken: next.id_token, nonce }, "second");
    expect(refused.status).toBe(422);
    expect((await latest()).checks.at(-1)).toMatchObject({ name: "active", passed: false });
    const forged = await verify({ idToken: "x.y.z", nonce }, "second");
    expect(forged.body.detail.replace(forged.body.reference, "")).toBe(
      refused.body.detail.replace(refused.body.reference, ""),
    );
  }, 60_000);

  it("at a connection that was disabled counts no more", async () => {
    const enable = (enabled: boolean) =>
      ask(
        `mutation($organization: String!, $enabled: Boolean!) {
          setConnectionEnabled(organization: $organization, connection: "sso", enabled: $enabled) { slug } }`,
        { enabled },
      );
    const idToken = await sso.sign(claims("22222222-2222-4222-8222-222222222222"));
    await enable(false);
    expect((await verify({ idToken, nonce })).status).toBe(404);
    await enable(true);
    expect((await verify({ idToken, nonce })).status).toBe(200);
  }, 60_000);
});

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
