/** What operators do by command: each leaves its event, and disabling a connection ends its roles at once. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { codesOf, dataOf, openOwner, pushGroup, pushUser } from "./support.ts";

const server = await startServer();
const { me, run, refusal, inAcme, newest, rolesOf } = await openOwner(server);

describe("organizations", () => {
  it("are made once, with their names by default, and tell so in their events", async () => {
    const create =
      'mutation { createOrganization(slug: "globex") { id slug name project environment isDefault } }';
    const { createOrganization } = await run(create);
    expect(createOrganization).toMatchObject({
      slug: "globex",
      name: "globex",
      project: "default",
      environment: "production",
      isDefault: false,
    });
    expect(await refusal(create)).toMatchObject({ code: "NotUnique" });
    const { organization } = await run('{ organization(slug: "globex") { events { type actorId } } }');
    expect(organization.events).toEqual([{ type: "organization.created", actorId: me }]);
  });

  it("come to a project and an environment of their own, as its default", async () => {
    const { createOrganization } = await run(
      'mutation { createOrganization(slug: "initech", name: "Initech", project: "p2", environment: "test") { name project environment isDefault } }',
    );
    expect(createOrganization).toEqual({
      name: "Initech",
      project: "p2",
      environment: "test",
      isDefault: true,
    });
  });

  it.each([
    "Users",
    "users",
    "GROUPS",
    "schemas",
    "ResourceTypes",
    "serviceproviderconfig",
    "bulk",
    "me",
    ".search",
    "v2",
  ])(
    "are not called %s, nor are projects and environments: it is part of the SCIM addresses",
    async (name) => {
      const create = (args: string) => refusal(`mutation { createOrganization(${args}) { id } }`);
      for (const args of [
        `slug: "${name}"`,
        `slug: "ok", project: "${name}"`,
        `slug: "ok", environment: "${name}"`,
      ]) {
        expect(await create(args)).toMatchObject({ code: "InvalidValue" });
      }
    },
  );

  it.each(["", "A", "-a", "a-", "a b", "a/b", "ä", "x".repeat(64), "../etc"])(
    "are not called %j",
    async (slug) => {
      const document = "mutation ($slug: String!) { createOrganization(slug: $slug) { id } }";
      expect(await refusal(document, { slug })).toMatchObject({ code: "InvalidValue" });
    },
  );
});

describe("connections", () => {
  it("are added, and told by their event with the request that did it", async () => {
    const answer = await server.graphql(
      'mutation { addConnection(organization: "acme", kind: SCIM, slug: "entra", name: "Entra") { id slug name kind enabled lifecycleAuthority sameDirectoryAs scimUrl tokens { id } } }',
    );
    const { addConnection } = dataOf(answer);
    expect(addConnection).toMatchObject({
      slug: "entra",
      name: "Entra",
      kind: "SCIM",
      enabled: true,
      lifecycleAuthority: null,
      sameDirectoryAs: [],
      scimUrl: `${server.url}/scim/v2`,
      tokens: [],
    });
    expect(await newest("connection.created")).toMatchObject({
      actorKind: "operator",
      actorId: me,
      requestId: answer.headers.get("x-request-id"),
      subjectKind: "connection",
      subjectId: addConnection.id,
      data: { kind: "scim", slug: "entra" },
    });
  });

  it("of other kinds are not supported yet, and say so", async () => {
    const found = await refusal(
      'mutation { addConnection(organization: "acme", kind: ZITADEL, slug: "kc") { id } }',
    );
    expect(found).toMatchObject({ code: "NotSupported", message: expect.stringContaining("zitadel") });
  });

  it("are called by one slug each", async () => {
    const add = (slug: string) =>
      refusal(`mutation { addConnection(organization: "acme", kind: SCIM, slug: "${slug}") { id } }`);
    expect(await add("scim")).toMatchObject({ code: "NotUnique" });
    expect(await add("Not A Slug")).toMatchObject({ code: "InvalidValue" });
  });

  it("lose their roles and their callers at once when disabled, and get them back", async () => {
    const ada = await pushUser(server, "ada@example.com");
    await pushGroup(server, "Engineering", [ada.id]);
    expect(await rolesOf("ada@example.com")).toEqual(["developer"]);

    const set = (enabled: boolean) =>
      run(
        `mutation { setConnectionEnabled(organization: "acme", connection: "scim", enabled: ${enabled}) { enabled } }`,
      );
    expect((await set(false)).setConnectionEnabled.enabled).toBe(false);
    expect(await rolesOf("ada@example.com")).toEqual([]);
    expect((await server.scim("GET", "/Users")).status).toBe(401);
    const disabled = await newest("connection.disabled");
    const changed = await newest("account.roles-changed");
    expect(changed.requestId).toBe(disabled.requestId);
    expect(changed.data).toMatchObject({ lost: ["developer"] });

    await set(false);
    expect((await newest("connection.disabled")).id).toBe(disabled.id);
    await set(true);
    expect(await rolesOf("ada@example.com")).toEqual(["developer"]);
    expect(await newest("connection.enabled")).toBeDefined();
  });

  it("say who is inactive only with authority over it", async () => {
    const eve = await pushUser(server, "eve@example.com");
    await server.scim("PATCH", `/Users/${eve.id}`, {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value: false }],
    });
    const isActive = async () =>
      (await inAcme('explain(name: "eve@example.com") { account { active } }')).explain[0].account.active;
    expect(await isActive()).toBe(false);
    const set = (authority: boolean | null) =>
      run(
        'mutation ($a: Boolean) { setLifecycleAuthority(organization: "acme", connection: "scim", authority: $a) { lifecycleAuthority } }',
        { a: authority },
      );
    expect((await set(false)).setLifecycleAuthority.lifecycleAuthority).toBe(false);
    expect(await isActive()).toBe(true);
    expect(await newest("connection.authority-changed")).toMatchObject({
      data: { lifecycleAuthority: false },
    });
    expect((await set(null)).setLifecycleAuthority.lifecycleAuthority).toBeNull();
    expect(await isActive()).toBe(false);
  });

  it("are strict or not when they are pushed to, with one event for each change", async () => {
    const document =
      'mutation ($s: Boolean!) { setConnectionStrict(organization: "acme", connection: "scim", strict: $s) { strict settings } }';
    const isStrict = async () => {
      const { connections } = await inAcme("connections { slug strict }");
      return connections.find(({ slug }: { slug: string }) => slug === "scim").strict;
    };
    expect(await isStrict()).toBe(false);
    expect((await run(document, { s: true })).setConnectionStrict).toEqual({
      strict: true,
      settings: { strict: true },
    });
    const event = await newest("connection.strictness-changed");
    expect(event).toMatchObject({ data: { strict: true }, actorId: me, subjectKind: "connection" });
    await run(document, { s: true });
    expect((await newest("connection.strictness-changed")).id).toBe(event.id);
    expect((await run(document, { s: false })).setConnectionStrict.strict).toBe(false);
    expect(await isStrict()).toBe(false);
    expect(
      await refusal(
        'mutation { setConnectionStrict(organization: "acme", connection: "no", strict: true) { id } }',
      ),
    ).toMatchObject({ code: "NotFound" });
  });

  it("are declared the same directory, exactly those named, until one is named alone", async () => {
    await run('mutation { addConnection(organization: "acme", kind: SCIM, slug: "okta") { id } }');
    const declare = (...connections: ReadonlyArray<string>) =>
      run(
        'mutation ($c: [String!]!) { declareSameDirectory(organization: "acme", connections: $c) { slug sameDirectoryAs } }',
        { c: connections },
      );
    expect((await declare("scim", "entra")).declareSameDirectory).toEqual([
      { slug: "scim", sameDirectoryAs: ["entra"] },
      { slug: "entra", sameDirectoryAs: ["scim"] },
    ]);
    await declare("entra", "okta");
    expect((await inAcme("connections { slug sameDirectoryAs }")).connections).toEqual([
      { slug: "scim", sameDirectoryAs: [] },
      { slug: "entra", sameDirectoryAs: ["okta"] },
      { slug: "okta", sameDirectoryAs: ["entra"] },
    ]);
    await declare("entra");
    const { connections } = await inAcme("connections { sameDirectoryAs }");
    expect(connections.every((one: { sameDirectoryAs: [] }) => one.sameDirectoryAs.length === 0)).toBe(true);
    const unknown =
      'mutation { declareSameDirectory(organization: "acme", connections: ["scim", "no"]) { id } }';
    expect(await refusal(unknown)).toMatchObject({ code: "NotFound" });
  });
});

describe("SCIM tokens", () => {
  const create = (label: string, expiresAt: string | null = null) =>
    server.graphql(
      'mutation ($l: String!, $e: DateTime) { createScimToken(organization: "acme", connection: "entra", label: $l, expiresAt: $e) { id token } }',
      { l: label, e: expiresAt },
    );
  const revoke = (id: string) =>
    run(`mutation { revokeScimToken(organization: "acme", id: "${id}") { id connection revokedAt } }`);

  it("work at once, two at a time, until revoked", async () => {
    const first = dataOf(await create("first", "2100-01-01T00:00:00Z")).createScimToken;
    const second = dataOf(await create("second")).createScimToken;
    expect((await server.scim("GET", "/Users", undefined, first.token)).status).toBe(200);
    expect(codesOf(await create("third"))).toEqual(["TooMany"]);

    const revoked = (await revoke(first.id)).revokeScimToken;
    expect(revoked).toEqual({ id: first.id, connection: "entra", revokedAt: expect.any(String) });
    expect((await server.scim("GET", "/Users", undefined, first.token)).status).toBe(401);
    expect((await server.scim("GET", "/Users", undefined, second.token)).status).toBe(200);
    expect((await revoke(first.id)).revokeScimToken).toEqual(revoked);
    expect(await newest("token.revoked")).toMatchObject({ subjectId: first.id, actorId: me });
    expect(dataOf(await create("third")).createScimToken.token).toMatch(/^rbs_/);
  });

  it("are listed without their secrets, by connection", async () => {
    const { connections } = await inAcme("connections { slug tokens { label connection expiresAt } }");
    const labels = (slug: string) =>
      connections
        .find((connection: { slug: string }) => connection.slug === slug)
        .tokens.map(({ label }: { label: string }) => label);
    expect(labels("scim")).toEqual(["quick start"]);
    expect(labels("entra")).toEqual(["first", "second", "third"]);
  });

  it("are never two too many when asked for at once", async () => {
    await run('mutation { addConnection(organization: "acme", kind: SCIM, slug: "race") { id } }');
    const document =
      'mutation { createScimToken(organization: "acme", connection: "race", label: "x") { id } }';
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.graphql(document)));
    expect(answers.filter(({ body }) => body.errors === undefined)).toHaveLength(2);
  });

  it.each([
    ["", null],
    [" ", null],
    ["x".repeat(101), null],
    ["a\nb", null],
    ["a\u202eb", null],
    ["\u001b[31m", null],
    ["late", "2001-01-01T00:00:00Z"],
  ])("are not made with label %j, expiry %j", async (label, expiry) => {
    expect(codesOf(await create(label, expiry))).toEqual(["InvalidValue"]);
  });

  it.each(["tomorrow", "2030-01-31", "2030-13-31T00:00:00Z", "1e9"])(
    "do not expire at %j",
    async (expiry) => {
      expect(codesOf(await create("x", expiry))).toEqual(["InvalidSyntax"]);
    },
  );

  it("of another organization or of nobody are not there to revoke", async () => {
    const [token] = (await inAcme("connections { tokens { id } }")).connections[0].tokens;
    for (const id of [token.id, "nonsense", "00000000-0000-7000-8000-000000000000"]) {
      const document = `mutation { revokeScimToken(organization: "globex", id: "${id}") { id } }`;
      expect(await refusal(document)).toMatchObject({ code: "NotFound" });
    }
  });
});

describe("exceptions", () => {
  it("are listed until somebody resolves them", async () => {
    const okta = dataOf(
      await server.graphql(
        'mutation { createScimToken(organization: "acme", connection: "okta", label: "okta") { token } }',
      ),
    ).createScimToken.token;
    await pushUser(server, "ada@example.com", okta);
    const { exceptions } = await inAcme("exceptions { id kind subjectKind connection detail }");
    expect(exceptions).toMatchObject([
      { kind: "ambiguous-correlation", subjectKind: "directory-user", connection: "okta" },
    ]);
    expect((await inAcme('explain(name: "ADA@example.com") { account { id } }')).explain).toHaveLength(2);

    const resolve = `mutation { resolveException(organization: "acme", id: "${exceptions[0].id}") }`;
    expect((await run(resolve)).resolveException).toBe(true);
    expect((await run(resolve)).resolveException).toBe(false);
    expect((await inAcme("exceptions { id }")).exceptions).toEqual([]);
    expect(await newest("exception.resolved")).toMatchObject({ subjectId: exceptions[0].id, actorId: me });
  });
});
