/** Connections that are read: added, tried, changed, scheduled and read now, with a directory in memory behind them. */
import { Logger } from "effect";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectorFailure } from "../../connectors/connector.ts";
import { makeOutside, smallDirectory } from "../support/directory.ts";
import { startServer } from "../support/server.ts";
import { codesOf, dataOf, expectNoLeak } from "./support.ts";

const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);
const logged: Array<string> = [];
const logger = Logger.make<unknown, void>(({ message, cause }) => {
  logged.push(JSON.stringify([message, cause]));
});
const server = await startServer({}, undefined, { connectors, logger });

const address = "https://keycloak.acme.test";
const required = { baseUrl: address, realm: "acme", clientId: "rolebridge", clientSecret: secret };
const given = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const addition = `mutation ($slug: String!, $settings: [SettingInput!]!, $every: Int, $ca: String, $unchecked: Boolean! = false) {
  addConnection(organization: "acme", kind: KEYCLOAK, slug: $slug, settings: $settings, every: $every,
    certificateAuthority: $ca, unchecked: $unchecked) { id slug settings sync { state everySeconds } } }`;

let made = 0;
const newSlug = () => {
  made += 1;
  return `kc-${made}`;
};

const add = (more: object = {}, settings: Readonly<Record<string, string>> = required) =>
  server.graphql(addition, { slug: newSlug(), settings: given(settings), every: null, ...more });

const added = async (more: object = {}) => dataOf(await add(more)).addConnection;

const change = (slug: string, settings: Readonly<Record<string, string>>, more: object = {}) =>
  server.graphql(
    `mutation ($slug: String!, $settings: [SettingInput!]!, $ca: String, $unchecked: Boolean! = false) {
      updateConnectionSettings(organization: "acme", connection: $slug, settings: $settings,
        certificateAuthority: $ca, unchecked: $unchecked) { settings } }`,
    { slug, settings: given(settings), ...more },
  );

const test = (slug: string) =>
  server.graphql(
    `mutation ($slug: String!) { testConnection(organization: "acme", connection: $slug) {
      latencyMillis version sees lacks { what remedy } reason detail } }`,
    { slug },
  );

const start = (slug: string, person?: string) =>
  server.graphql(
    `mutation ($slug: String!, $person: String) {
      startSync(organization: "acme", connection: $slug, person: $person) { id state trigger userId requestedBy connection } }`,
    { slug, person },
  );

const acme = async (fields: string) =>
  dataOf(await server.graphql(`{ organization(slug: "acme") { ${fields} } }`)).organization;

const sync =
  "sync { state everySeconds dueAt lastSuccessAt failures quarantinedAt reason detail users groups lastRun { id state } }";
const connectionOf = async (slug: string) => {
  const { connections } = await acme(`connections { id slug settings enabled ${sync} }`);
  return connections.find((one: { slug: string }) => one.slug === slug);
};

const runsOf = async (slug: string) =>
  (await acme(`runs(connection: "${slug}") { id state userId reason detail trigger }`)).runs;

/** Waits until nothing of the connection waits or runs. */
const settled = async (slug: string) => {
  const busy = async () =>
    (await runsOf(slug)).filter(({ state }: { state: string }) => /WAITING|RUNNING/.test(state)).length;
  await expect.poll(busy, { timeout: 20_000 }).toBe(0);
  return connectionOf(slug);
};

const messages = ({ body }: { body: { errors?: ReadonlyArray<{ message: string }> } }) =>
  (body.errors ?? []).map(({ message }) => message).join("\n");

beforeEach(() => {
  outside.directory = smallDirectory();
  outside.secret = secret;
  outside.lacks = [];
  outside.fault = undefined;
  outside.asked.length = 0;
});

afterEach(async () => {
  const busy = async () =>
    (await acme("runs(first: 50) { state }")).runs.filter(({ state }: { state: string }) =>
      /WAITING|RUNNING/.test(state),
    ).length;
  // Else what one test began would ask the directory of the next.
  await expect.poll(busy, { timeout: 20_000 }).toBe(0);
  for (const line of logged) expect(line).not.toContain(secret);
});

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

describe("a schedule", () => {
  const schedule = (slug: string, every: number | null) =>
    server.graphql(
      `mutation ($slug: String!, $every: Int) { setSchedule(organization: "acme", connection: $slug, every: $every) { id sync { everySeconds dueAt } } }`,
      { slug, every },
    );

  it("is set and taken away, and a run is due at once", async () => {
    const { id, slug } = await added({ unchecked: true });
    expect(dataOf(await schedule(slug, 3600)).setSchedule.sync.everySeconds).toBe(3600);
    await expect.poll(async () => (await runsOf(slug))[0]?.state, { timeout: 20_000 }).toBe("DONE");
    expect((await runsOf(slug))[0].trigger).toBe("SCHEDULE");
    expect(dataOf(await schedule(slug, null)).setSchedule.sync).toEqual({ everySeconds: null, dueAt: null });
    dataOf(await schedule(slug, null));
    const { events } = await acme(`events(subject: "${id}") { type data }`);
    expect(events.map(({ data }: { data: unknown }) => data).slice(0, 2)).toEqual([
      { every: null },
      { every: 3600 },
    ]);
  });

  it("has bounds, and belongs to connections that are read", async () => {
    const { slug } = await added({ unchecked: true });
    expect(codesOf(await schedule(slug, 10))).toEqual(["InvalidValue"]);
    expect(codesOf(await schedule("scim", 900))).toEqual(["NotSupported"]);
    expect(codesOf(await schedule("nowhere", 900))).toEqual(["NotFound"]);
  });
});

describe("a run that is asked for", () => {
  it("is about everyone, is listed, and is found by its id with its steps", async () => {
    const { slug } = await added({ unchecked: true });
    const { me } = dataOf(await server.graphql("{ me { id } }"));
    const asked = dataOf(await start(slug)).startSync;
    expect(asked).toMatchObject({
      connection: slug,
      trigger: "OPERATOR",
      userId: null,
      requestedBy: me.id,
    });
    await settled(slug);
    const { run } = await acme(
      `run(id: "${asked.id}") { state attempts startedAt endedAt failures { id } steps { name read added beganMillis endedMillis } }`,
    );
    expect(run).toMatchObject({ state: "DONE", attempts: 1, failures: [], endedAt: expect.any(String) });
    expect(run.steps[0]).toMatchObject({ name: "users", read: 2, added: 2, endedMillis: expect.any(Number) });
    expect((await acme(`runs(first: 1) { id connection }`)).runs).toEqual([
      { id: asked.id, connection: slug },
    ]);
    expect((await acme(`runs(first: 50, before: "${asked.id}") { id }`)).runs).not.toContainEqual({
      id: asked.id,
    });
  });

  it("may be about one person, by userName or email in any case", async () => {
    const { slug } = await added();
    await settled(slug);
    for (const name of ["ADA", "ada@ACME.test"]) {
      const { userId } = dataOf(await start(slug, name)).startSync;
      expect(userId).toMatch(/^[0-9a-f-]{36}$/);
      expect((await settled(slug)).sync.lastRun.state).toBe("DONE");
    }
  });

  it("about somebody unknown is refused with what to do", async () => {
    const { slug } = await added({ unchecked: true });
    const answer = await start(slug, "linus@acme.test");
    expect(codesOf(answer)).toEqual(["NotFound"]);
    expect(messages(answer)).toBe(
      `There is no person of ${slug} with the userName or email linus@acme.test here. Whom ${slug} has not shown yet is found by reading everyone.`,
    );
  });

  it("is refused for a disabled connection, one that pushes, and one that is not there", async () => {
    const { slug } = await added({ unchecked: true });
    const set = (enabled: boolean) =>
      server.graphql(
        `mutation { setConnectionEnabled(organization: "acme", connection: "${slug}", enabled: ${enabled}) { sync { state } } }`,
      );
    expect(dataOf(await set(false)).setConnectionEnabled.sync.state).toBe("DISABLED");
    const answer = await start(slug);
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(messages(answer)).toContain("Enable it first");
    expect(codesOf(await start("scim"))).toEqual(["NotSupported"]);
    expect(codesOf(await start("nowhere"))).toEqual(["NotFound"]);
    // Enabled again, it is read without being told.
    dataOf(await set(true));
    expect((await settled(slug)).sync).toMatchObject({ state: "HEALTHY", users: 2 });
  });

  it("that fails says why, and so does its connection until one goes well", async () => {
    const { slug } = await added({ unchecked: true });
    outside.secret = "another one";
    dataOf(await start(slug));
    const failed = await settled(slug);
    expect(failed.sync).toMatchObject({ state: "QUARANTINED", reason: "unauthorized", failures: 1 });
    expect(failed.sync.detail).toContain("Check both");
    expect((await runsOf(slug))[0]).toMatchObject({ state: "FAILED", reason: "unauthorized" });
    outside.secret = secret;
    dataOf(await start(slug));
    expect((await settled(slug)).sync).toMatchObject({ state: "HEALTHY", reason: null });
  });

  it("is unknown by an id that is none", async () => {
    for (const id of ["x", "00000000-0000-7000-8000-000000000000", "' or 1=1 --"]) {
      expect((await acme(`run(id: "${id}") { id }`)).run).toBeNull();
    }
    const answer = await server.graphql(
      '{ organization(slug: "acme") { runs(connection: "nowhere") { id } } }',
    );
    expect(codesOf(answer)).toEqual(["NotFound"]);
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
