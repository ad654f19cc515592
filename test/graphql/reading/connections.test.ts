/** Connections that are read: added, tried and changed. */
import { describe, expect, it } from "vitest";
import type { ConnectorFailure } from "../../../connectors/connector.ts";
import { codesOf, dataOf, expectNoLeak } from "../support.ts";
import {
  acme,
  add,
  added,
  addition,
  address,
  around,
  change,
  connectionOf,
  given,
  messages,
  newSlug,
  outside,
  required,
  runsOf,
  secret,
  server,
  settled,
  test,
} from "./support.ts";

around();

describe("the kinds that can be read", () => {
  it("are listed with their settings, of which the secret ones say so", async () => {
    const query = "{ connectors { kind title fields { name type secret default help } } }";
    const [keycloak, ...others] = dataOf(await server.graphql(query)).connectors;
    expect(others).toEqual([]);
    expect(keycloak).toMatchObject({ kind: "KEYCLOAK", title: "Keycloak" });
    const byName = Object.fromEntries(keycloak.fields.map((field: { name: string }) => [field.name, field]));
    expect(byName["clientSecret"]).toMatchObject({ secret: true, type: "TEXT", default: null });
    expect(byName["pageSize"]).toMatchObject({ secret: false, type: "NUMBER", default: "500" });
    expect(byName["clientRoles"]).toMatchObject({ type: "BOOLEAN", default: "true" });
  });
});

describe("a connection that is added", () => {
  it("is tried, stored without its secret, and read at once, though it has no schedule", async () => {
    const connection = await added({ every: null });
    expect(connection.settings).toEqual({ baseUrl: address, realm: "acme", clientId: "rolebridge" });
    const read = await settled(connection.slug);
    expect(read.sync).toMatchObject({
      state: "HEALTHY",
      everySeconds: null,
      users: 2,
      groups: 1,
      failures: 0,
    });
    expect(read.sync.lastSuccessAt).toEqual(expect.any(String));
    expect(read.sync.lastRun.state).toBe("DONE");
    const { explain } = await acme('explain(name: "ada@acme.test") { account { people { connection } } }');
    expect(explain[0].account.people).toContainEqual({ connection: connection.slug });
  });

  it("keeps numbers and switches as such, and has a quarter of an hour between runs where nothing is said", async () => {
    const values = { ...required, pageSize: "100", clientRoles: "false" };
    const { settings } = await added({ settings: given(values) });
    expect(settings).toMatchObject({ pageSize: 100, clientRoles: false });
    const plain = `mutation ($s: [SettingInput!]!) { addConnection(organization: "acme", kind: KEYCLOAK, slug: "usual", settings: $s) { sync { everySeconds dueAt } } }`;
    const { sync } = dataOf(await server.graphql(plain, { s: given(required) })).addConnection;
    expect(sync).toEqual({ everySeconds: 900, dueAt: expect.any(String) });
  });

  it.each([
    ["an unknown setting", { ...required, realmName: "x" }, {}, /^realmName: .*They have baseUrl, realm/],
    ["a setting of the prototype", { ...required, constructor: "x" }, {}, /^constructor: /],
    ["a missing address", { realm: "acme", clientId: "c", clientSecret: secret }, {}, /^baseUrl: give it\./],
    ["a missing secret", { baseUrl: address, realm: "r", clientId: "c" }, {}, /^clientSecret: give it\./],
    ["an empty secret", { ...required, clientSecret: "" }, {}, /^clientSecret: use 1 to/],
    ["no number", { ...required, pageSize: "many" }, {}, /^pageSize: use a whole number\./],
    ["a number that does not fit", { ...required, pageSize: "5000" }, {}, /^pageSize: Expected .* 1000\.$/],
    ["no switch", { ...required, clientRoles: "yes" }, {}, /^clientRoles: use true or false\./],
    ["no address", { ...required, baseUrl: "keycloak.acme.test" }, {}, /^baseUrl: write an address/],
    ["an escape in a setting", { ...required, realm: "a\u001b[2Jb" }, {}, /^realm: use at most/],
    ["a short interval", required, { every: 59 }, /^every: use 60 to 86400 seconds\.$/],
    ["a long interval", required, { every: 86_401 }, /^every: /],
    ["no certificate", required, { ca: "PEM" }, /^certificateAuthority must hold nothing but certificates/],
    [
      "a private key",
      required,
      { ca: "-----BEGIN PRIVATE KEY-----" },
      /^certificateAuthority must hold nothing but certificates/,
    ],
  ])("is refused with %s, and the system is not asked", async (_, settings, more, sentence) => {
    for (const unchecked of [false, true]) {
      const slug = newSlug();
      const answer = await add({ ...more, slug, unchecked }, settings);
      expect(codesOf(answer)).toEqual(["InvalidValue"]);
      expect(messages(answer)).toMatch(sentence);
      expect(JSON.stringify(answer.body)).not.toContain(secret);
      expect(await connectionOf(slug)).toBeUndefined();
    }
    expect(outside.asked).toEqual([]);
  });

  it("is refused with a setting given twice", async () => {
    const answer = await add({ settings: [...given(required), { name: "realm", value: "other" }] });
    expect(messages(answer)).toBe("realm: give it once.");
  });

  it("is refused with a wrong secret, and nothing is stored", async () => {
    const before = await acme("connections { id } events { id }");
    const answer = await add({}, { ...required, clientSecret: "a wrong one" });
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(messages(answer)).toContain("does not accept the client ID and secret");
    expect(JSON.stringify(answer.body)).not.toContain("a wrong one");
    expect(await acme("connections { id } events { id }")).toEqual(before);
  });

  it("is refused with one sentence for each thing its credential cannot see", async () => {
    outside.lacks = [
      { what: "users", remedy: "Add view-users." },
      { what: "realm roles", remedy: "Add view-realm." },
    ];
    const slug = newSlug();
    expect(messages(await add({ slug })).split("\n")).toEqual([
      "The credential does not let us see users. Add view-users.",
      "The credential does not let us see realm roles. Add view-realm.",
    ]);
    expect(await connectionOf(slug)).toBeUndefined();
  });

  it("is stored without being asked where it is left unchecked, and not read", async () => {
    outside.secret = "another one";
    const { slug } = await added({ unchecked: true });
    expect(outside.asked).toEqual([]);
    expect(await runsOf(slug)).toEqual([]);
    expect((await connectionOf(slug)).sync).toMatchObject({ state: "NEVER_SYNCED", lastRun: null, users: 0 });
  });

  it("needs a name of its own, of which it hears before the system is asked", async () => {
    const answer = await add({ slug: "scim" });
    expect(codesOf(answer)).toEqual(["NotUnique"]);
    expect(outside.asked).toEqual([]);
  });

  it("of a kind whose system pushes has no settings and no sync", async () => {
    const scim = (more: string) =>
      server.graphql(
        `mutation { addConnection(organization: "acme", kind: SCIM, slug: "okta"${more}) { settings sync { state } } }`,
      );
    expect(codesOf(await scim(', settings: [{ name: "baseUrl", value: "x" }]'))).toEqual(["NotSupported"]);
    expect(dataOf(await scim("")).addConnection).toEqual({ settings: {}, sync: null });
  });

  it("leaves an event with kind and slug, and no setting in it", async () => {
    const { id, slug } = await added({ unchecked: true });
    const { events } = await acme(`events(subject: "${id}") { type data actorKind }`);
    expect(events).toEqual([
      { type: "connection.created", actorKind: "operator", data: { kind: "keycloak", slug } },
    ]);
  });
});

describe("a test", () => {
  it("tells what the stored credential sees, and lacks", async () => {
    const { slug } = await added({ unchecked: true });
    outside.lacks = [{ what: "users", remedy: "Add view-users." }];
    expect(dataOf(await test(slug)).testConnection).toEqual({
      latencyMillis: 0,
      version: "1.2.3",
      sees: ["users", "groups", "memberships"],
      lacks: outside.lacks,
      reason: null,
      detail: null,
    });
    expect(outside.asked).toEqual([{ address, secret }]);
  });

  it("that fails is an answer", async () => {
    const { slug } = await added({ unchecked: true });
    outside.secret = "another one";
    expect(dataOf(await test(slug)).testConnection).toMatchObject({
      latencyMillis: null,
      sees: [],
      reason: "unauthorized" satisfies ConnectorFailure["reason"],
      detail: expect.stringContaining("does not accept the client ID and secret"),
    });
  });

  it("is nothing for a system that pushes, nor for a connection that is not there", async () => {
    const answer = await test("scim");
    expect(codesOf(answer)).toEqual(["NotSupported"]);
    expect(messages(answer)).toContain("nothing to read or to test");
    expect(codesOf(await test("nowhere"))).toEqual(["NotFound"]);
  });
});

describe("other settings", () => {
  it("are tried with the stored secret, stored beside the others, and the connection is read", async () => {
    const { slug } = await added({ unchecked: true });
    const answer = await change(slug, { pageSize: "50" });
    expect(dataOf(answer).updateConnectionSettings.settings).toMatchObject({ realm: "acme", pageSize: 50 });
    expect(outside.asked[0]).toEqual({ address, secret });
    expect((await settled(slug)).sync).toMatchObject({ state: "HEALTHY", users: 2 });
  });

  it("may be a new secret, which is what runs use from then on", async () => {
    const { slug } = await added({ unchecked: true });
    outside.secret = "the next one";
    expect(messages(await change(slug, { clientSecret: "a wrong one" }))).toContain("does not accept");
    expect(dataOf(await test(slug)).testConnection.reason).toBe("unauthorized");
    dataOf(await change(slug, { clientSecret: "the next one" }));
    expect(dataOf(await test(slug)).testConnection.reason).toBeNull();
  });

  it("with another address need the secret again: the stored one never goes there", async () => {
    const { slug } = await added({ unchecked: true });
    for (const unchecked of [false, true]) {
      const answer = await change(slug, { baseUrl: "https://elsewhere.test" }, { unchecked });
      expect(codesOf(answer)).toEqual(["InvalidValue"]);
      expect(messages(answer)).toMatch(/^clientSecret: give it again, because baseUrl changes/);
    }
    expect((await connectionOf(slug)).settings.baseUrl).toBe(address);
    expect(outside.asked).toEqual([]);
    const both = { baseUrl: "https://elsewhere.test", clientSecret: "theirs" };
    outside.secret = "theirs";
    dataOf(await change(slug, both));
    await settled(slug);
    expect(new Set(outside.asked.map((one) => one.secret))).toEqual(new Set(["theirs"]));
    // The same address again is no other address.
    dataOf(await change(slug, { baseUrl: "https://elsewhere.test", pageSize: "70" }));
  });

  it("are not stored where somebody else changed the connection in the meantime", async () => {
    const { slug } = await added({ unchecked: true });
    const theirs = { baseUrl: "https://elsewhere.test", clientSecret: "theirs" };
    outside.meanwhile = () => change(slug, theirs, { unchecked: true });
    const answer = await change(slug, { clientSecret: secret });
    expect(messages(answer)).toContain("Somebody else changed the connection");
    outside.secret = "theirs";
    outside.asked.length = 0;
    expect(dataOf(await test(slug)).testConnection.reason).toBeNull();
    // Ours was given for the address of before, and is not sent to theirs.
    expect(outside.asked).toEqual([{ address: "https://elsewhere.test", secret: "theirs" }]);
  });

  it("leave an event with their names only", async () => {
    const { id, slug } = await added({ unchecked: true });
    dataOf(await change(slug, { realm: "other", clientSecret: secret }, { unchecked: true }));
    const { events } = await acme(`events(subject: "${id}") { type data }`);
    expect(events[0]).toEqual({
      type: "connection.settings-changed",
      data: { settings: ["realm", "clientSecret"] },
    });
  });

  it("must be some, and of a connection that is read", async () => {
    const { slug } = await added({ unchecked: true });
    expect(codesOf(await change(slug, {}))).toEqual(["InvalidValue"]);
    expect(codesOf(await change("scim", { realm: "x" }))).toEqual(["NotSupported"]);
    expect(codesOf(await change("nowhere", { realm: "x" }))).toEqual(["NotFound"]);
  });

  it("take a certificate authority, and take it away again", async () => {
    const { slug } = await added({ unchecked: true });
    const ca = (await import("node:tls")).rootCertificates[0];
    const after = await change(slug, {}, { ca, unchecked: true });
    expect(dataOf(after).updateConnectionSettings.settings.certificateAuthority).toBe(ca);
    const without = await change(slug, {}, { ca: "", unchecked: true });
    expect(dataOf(without).updateConnectionSettings.settings).not.toHaveProperty("certificateAuthority");
  });
});

describe("a secret", () => {
  it("comes back from nowhere: no field, no event, no log", async () => {
    const { slug } = await added();
    dataOf(await change(slug, { clientSecret: secret }));
    await settled(slug);
    const everything = await server.graphql(`{ organization(slug: "acme") {
      connections { id slug name settings sync { reason detail lastRun { detail failures { detail } } } }
      events(first: 500) { type data } runs(first: 500) { detail reason } } }`);
    dataOf(everything);
    expect(JSON.stringify(everything.body)).not.toContain(secret);
  });

  it("is in no complaint about its form", async () => {
    const wrong = [
      [{ name: "clientSecret", value: secret, oops: true }],
      [{ name: "clientSecret", value: [secret] }],
      [{ name: { secret }, value: secret }],
      [{ clientSecret: secret }],
      secret,
    ];
    const inline = (settings: string) =>
      `mutation { addConnection(organization: "acme", kind: KEYCLOAK, slug: "x", settings: ${settings}) { id } }`;
    const one = `mutation ($v: SettingValue!) { addConnection(organization: "acme", kind: KEYCLOAK, slug: "x", settings: [{ name: "clientSecret", value: $v }]) { id } }`;
    const answers = [
      ...wrong.map((settings) => server.graphql(addition, { slug: newSlug(), settings })),
      server.graphql(one, { v: [secret] }),
      server.graphql(inline(`[{ name: "clientSecret", value: ["${secret}"] }]`)),
      server.graphql(inline(`[{ name: "clientSecret", values: "${secret}" }]`)),
      server.graphql(inline(`"${secret}"`)),
    ];
    for (const answer of await Promise.all(answers)) {
      expect(new Set(codesOf(answer))).toEqual(new Set(["InvalidSyntax"]));
      expect(JSON.stringify(answer.body)).not.toContain(secret);
      expectNoLeak(answer);
    }
  });
});
