/** Sessions end: by the provider's word, by deactivation, with the connection, with time. With a real Keycloak. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { Effect } from "effect";
import type { JWTPayload } from "jose";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { findOrganization, Store } from "../../src/store/index.ts";
import { addApplication, asker, reader } from "../rest/support.ts";
import { type Answer, startServer } from "../support/server.ts";
import { openSso, type Signing, type Sso } from "./sso.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
/** More than the rows of bad tokens below are. */
const badCredentials = 40;
const server = await startServer(
  missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url },
  { _tag: "Memory" },
  { badCredentials },
);
const ask = asker(server);
const event = "http://schemas.openid.net/event/backchannel-logout";
let sso: Sso;

beforeAll(async () => {
  if ("missing" in keycloak) return;
  sso = await openSso(server, keycloak, ["sso", "second"]);
}, 300_000);
afterAll(() => sso?.realm.remove());

const session = (login: string, secret = sso.secret): Promise<Answer> =>
  reader(server, secret)(`/logins/${login}`);

/** Signs in and fetches the answer. */
const begin = async (username: string, slug = "sso") =>
  (await sso.exchange(await sso.signIn(username, slug))).body;

const now = () => Math.floor(Date.now() / 1_000);

const claims = (sub: string): JWTPayload => ({
  iss: sso.issuer,
  aud: "client-sso",
  iat: now(),
  exp: now() + 120,
  jti: randomUUID(),
  sub,
  events: { [event]: {} },
});

const send = (body: string, slug = "sso", type = "application/x-www-form-urlencoded") =>
  server.request(`/login/acme/${slug}/backchannel-logout`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });

const logout = async (payload: JWTPayload, signing: Signing = {}, slug = "sso") =>
  send(`logout_token=${await sso.sign(payload, signing)}`, slug);

const sqlHere = (statement: ReturnType<typeof sql>) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const found = yield* findOrganization("acme");
      if (found === undefined) throw new Error("There is no acme.");
      yield* store.tenant(found.id, (tx) => Effect.promise(() => statement.execute(tx.db)));
    }),
  );

describe.skipIf(missing)("a session", () => {
  it("goes on with the roles of the moment, for the application that fetched it only", async () => {
    await sso.addPerson("ada");
    const code = await sso.signIn("ada");
    const { login, subject, expiresAt } = (await sso.exchange(code)).body;
    const { status, body } = await session(login);
    expect(status).toBe(200);
    expect(body).toEqual({ login, active: true, endedBecause: null, subject, roles: [], expiresAt });
    await ask(
      `mutation($organization: String!, $subject: String!) {
        grantRole(organization: $organization, account: $subject, role: "developer", reason: "x") { changed } }`,
      { subject },
    );
    expect((await session(login)).body.roles).toEqual([{ role: "developer", scope: null }]);
    const other = await addApplication(ask, "other");
    expect((await session(login, other)).status).toBe(404);
    expect((await session(randomUUID())).body).toEqual((await session(login, other)).body);
  }, 60_000);

  it("is none before its code was fetched", async () => {
    await sso.addPerson("abe");
    await sso.signIn("abe");
    const { organization } = await ask(
      "query($organization: String!) { organization(slug: $organization) { logins(first: 1) { id } } }",
    );
    expect((await session(organization.logins[0].id)).status).toBe(404);
  }, 60_000);

  it("ends when Keycloak logs the person out there, and another's goes on", async () => {
    const id = await sso.addPerson("bea");
    await sso.addPerson("ben");
    const [ended, other] = [await begin("bea"), await begin("ben")];
    expect((await session(ended.login)).body.active).toBe(true);
    await sso.realm.admin.users.logout({ id });
    await expect
      .poll(async () => (await session(ended.login)).body)
      .toMatchObject({ active: false, endedBecause: "logout", roles: [], subject: ended.subject });
    expect((await session(other.login)).body.active).toBe(true);
  }, 60_000);

  it("that Keycloak names ends alone, and its code is worth nothing", async () => {
    const id = await sso.addPerson("cyd");
    const first = await begin("cyd");
    const sessions = async () =>
      (await sso.realm.admin.users.listSessions({ id })).map((session) => session.id ?? "");
    // They begin in whole seconds there: which is the newer one, their times do not tell.
    const before = await sessions();
    const code = await sso.signIn("cyd");
    const newer = (await sessions()).find((session) => !before.includes(session)) ?? "";
    await sso.realm.admin.realms.deleteSession({
      realm: sso.realm.name,
      session: newer,
      isOffline: false,
    });
    expect((await sso.exchange(code)).status).toBe(400);
    expect((await session(first.login)).body.active).toBe(true);
  }, 60_000);

  it("ends with the account, and not being suspended any more does not bring it back", async () => {
    await sso.addPerson("dan");
    const { login, subject } = await begin("dan");
    const say = (what: string) =>
      ask(
        `mutation($organization: String!, $subject: String!) {
          ${what}Account(organization: $organization, account: $subject, reason: "x") { changed } }`,
        { subject },
      );
    await say("suspend");
    expect((await session(login)).body).toMatchObject({ active: false, endedBecause: "inactive", roles: [] });
    await say("resume");
    expect((await session(login)).body.endedBecause).toBe("inactive");
    expect((await session((await begin("dan")).login)).body.active).toBe(true);
  }, 60_000);

  it("does not begin by a code of somebody who was suspended since, be it over again or not", async () => {
    await sso.addPerson("jan");
    const { subject } = await begin("jan");
    const code = await sso.signIn("jan");
    for (const what of ["suspend", "resume"]) {
      await ask(
        `mutation($organization: String!, $subject: String!) {
          ${what}Account(organization: $organization, account: $subject, reason: "x") { changed } }`,
        { subject },
      );
    }
    expect((await sso.exchange(code)).status).toBe(400);
  }, 60_000);

  it("does not begin by a code of somebody who was parted from the account since", async () => {
    await sso.addPerson("kim");
    await sso.addPerson("lea");
    const [code, other] = [await sso.signIn("kim"), await begin("lea", "second")];
    await sqlHere(sql`update account_link set account_id = ${other.subject} where user_id = (
      select user_id from login where outcome = 'accepted' and exchanged_at is null order by at desc limit 1)`);
    expect((await sso.exchange(code)).status).toBe(400);
  }, 60_000);

  it("ends when the person is parted from the account", async () => {
    await sso.addPerson("hal");
    await sso.addPerson("ida");
    const [{ login }, other] = [await begin("hal"), await begin("ida", "second")];
    await sqlHere(sql`update account_link set account_id = ${other.subject}
      where user_id = (select user_id from login where id = ${login})`);
    expect((await session(login)).body).toMatchObject({ active: false, endedBecause: "inactive", roles: [] });
    expect((await session(other.login)).body.active).toBe(true);
  }, 60_000);

  it("ends with its connection, for good", async () => {
    await sso.addPerson("eve");
    const [{ login }, here] = [await begin("eve", "second"), await begin("eve")];
    const enable = (enabled: boolean) =>
      ask(
        `mutation($organization: String!, $enabled: Boolean!) {
          setConnectionEnabled(organization: $organization, connection: "second", enabled: $enabled) { slug } }`,
        { enabled },
      );
    await enable(false);
    expect((await session(login)).body).toMatchObject({ active: false, endedBecause: "connection" });
    await enable(true);
    expect((await session(login)).body.endedBecause).toBe("connection");
    expect((await session(here.login)).body.active).toBe(true);
  }, 60_000);

  it("is shown to operators by the same words, with since when", async () => {
    const shown = async () => {
      const { organization } = await ask(
        `query($organization: String!) { organization(slug: $organization) {
          logins(first: 6) { id active endedBecause endedAt } } }`,
      );
      return organization.logins as ReadonlyArray<{ id: string; endedAt: string | null }>;
    };
    for (const name of ["mia", "nia", "oda", "pia"]) await sso.addPerson(name);
    const [lapsed, suspended, left] = [await begin("mia"), await begin("nia"), await begin("oda")];
    const going = await begin("pia");
    await sso.signIn("pia");
    await sqlHere(sql`update login set until = now() where id = ${lapsed.login}`);
    await sqlHere(sql`update login set ended_at = now() where id = ${left.login}`);
    await ask(
      `mutation($organization: String!, $subject: String!) {
        suspendAccount(organization: $organization, account: $subject, reason: "x") { changed } }`,
      { subject: suspended.subject },
    );
    const [notFetched, ...others] = await shown();
    expect(notFetched).toMatchObject({ active: null, endedBecause: null, endedAt: null });
    expect(others.slice(0, 4)).toEqual([
      { id: going.login, active: true, endedBecause: null, endedAt: null },
      { id: left.login, active: false, endedBecause: "LOGOUT", endedAt: expect.any(String) },
      { id: suspended.login, active: false, endedBecause: "INACTIVE", endedAt: expect.any(String) },
      { id: lapsed.login, active: false, endedBecause: "LAPSED", endedAt: expect.any(String) },
    ]);
    for (const { id, endedAt } of others.slice(0, 4)) {
      expect((await session(id)).body.active).toBe(endedAt === null);
    }
  }, 60_000);

  it("ends with its time", async () => {
    await sso.addPerson("fay");
    const { login, expiresAt } = await begin("fay");
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(29 * 86_400_000);
    await sqlHere(sql`update login set until = now() where id = ${login}`);
    expect((await session(login)).body).toMatchObject({ active: false, endedBecause: "lapsed" });
  }, 60_000);
});

describe.skipIf(missing)("a logout token", () => {
  let sub = "";
  let login = "";
  const other = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;

  beforeAll(async () => {
    if (missing) return;
    sub = await sso.addPerson("gus");
    login = (await begin("gus")).login;
  }, 60_000);

  const without = (name: string) => {
    const { [name]: _, ...rest } = claims(sub);
    return rest;
  };

  const rows: ReadonlyArray<readonly [string, () => Promise<Answer>]> = [
    ["signed by another key", () => logout(claims(sub), { key: other })],
    ["of another issuer", () => logout({ ...claims(sub), iss: `${sso.issuer}x` })],
    ["for another client", () => logout({ ...claims(sub), aud: "client-second" })],
    ["of another connection", () => logout(claims(sub), {}, "second")],
    ["without an event", () => logout(without("events"))],
    ["with another event", () => logout({ ...claims(sub), events: { "urn:other": {} } })],
    ["with an event that is no object", () => logout({ ...claims(sub), events: { [event]: true } })],
    ["with events as a list", () => logout({ ...claims(sub), events: [event] })],
    ["with a nonce", () => logout({ ...claims(sub), nonce: "n" })],
    ["with an empty nonce", () => logout({ ...claims(sub), nonce: null })],
    ["without an id", () => logout(without("jti"))],
    ["without an end", () => logout(without("exp"))],
    ["without a beginning", () => logout(without("iat"))],
    ["that is over", () => logout({ ...claims(sub), exp: now() - 60 })],
    ["of yesterday", () => logout({ ...claims(sub), iat: now() - 86_400 })],
    ["of tomorrow", () => logout({ ...claims(sub), iat: now() + 86_400, exp: now() + 90_000 })],
    ["about nobody", () => logout(without("sub"))],
    ["about nothing that can be a person", () => logout({ ...claims(sub), sub: ["a"] as never })],
    ["of another type", () => logout(claims(sub), { typ: "at+jwt" })],
    ["by another algorithm", () => logout(claims(sub), { alg: "RS512" })],
    [
      "by a shared secret",
      () => logout(claims(sub), { alg: "HS256", key: Buffer.from("only-for-tests".repeat(4)) }),
    ],
    [
      "signed by none",
      () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        return send(`logout_token=${part({ alg: "none" })}.${part(claims(sub))}.`);
      },
    ],
    ["that is none", () => send("logout_token=x")],
    ["that is missing", () => send("token=x")],
    ["sent as JSON", () => send('{"logout_token":"x"}', "sso", "application/json")],
    ["at no connection", () => logout(claims(sub), {}, "nowhere")],
    ["too large", () => send(`logout_token=${"x".repeat(100_000)}`)],
  ];

  it.each(rows)("%s ends nothing", async (_name, attempt) => {
    const { status, body, headers } = await attempt();
    expect([status, body.error]).toEqual([400, "invalid_request"]);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(JSON.stringify(body)).not.toContain(sub);
    expect((await session(login)).body.active).toBe(true);
  });

  it("sent twice beside a good one is not read", async () => {
    const good = await sso.sign(claims(sub));
    expect((await send(`logout_token=${good}&logout_token=${good}`)).status).toBe(400);
    expect((await session(login)).body.active).toBe(true);
  });

  it("of the form that is described ends the person's sessions, once", async () => {
    const payload = claims(sub);
    const { status, headers, body } = await logout(payload, { typ: "logout+jwt" });
    expect([status, body]).toEqual([200, ""]);
    expect(headers.get("cache-control")).toBe("no-store");
    expect((await session(login)).body).toMatchObject({ active: false, endedBecause: "logout" });
    const again = await begin("gus");
    expect((await logout(payload, { typ: "logout+jwt" })).status).toBe(400);
    expect((await session(again.login)).body.active).toBe(true);
  }, 60_000);

  it("that names a session of somebody else besides ends nothing", async () => {
    const again = await begin("gus");
    expect((await logout({ ...claims(sub), sid: "of-another" })).status).toBe(200);
    expect((await session(again.login)).body.active).toBe(true);
  }, 60_000);

  it("that is refused too often from one address is told to wait", async () => {
    let status = 400;
    for (let sent = 0; status === 400 && sent <= badCredentials; sent += 1) {
      status = (await send("logout_token=x.y.z")).status;
    }
    expect(status).toBe(429);
    // A good one is heard all the same.
    const other = await begin("gus");
    expect((await logout(claims(sub))).status).toBe(200);
    expect((await session(other.login)).body.active).toBe(false);
  }, 60_000);
});
