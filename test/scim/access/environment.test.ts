/** Tokens of environments: where they open, what they write to, and that they end everywhere at once. */
import { describe, expect, it } from "vitest";
import { codesOf, operator } from "../../graphql/support.ts";
import { hasPostgres, newDatabase } from "../../support/engines.ts";
import { startServer } from "../../support/server.ts";
import { expectSame, person, worldOf } from "./support.ts";

// On PostgreSQL where there is one: transactions really overlap there.
const location = hasPostgres ? (await newDatabase()).location : undefined;
const server = await startServer({ ROLEBRIDGE_TENANT_ADDRESSES: "on" }, location);
const { run, organization, environmentToken, mark, ask, events, systemEvents } = worldOf(server);
await organization("globex");
await organization("unmarked");
await organization("initech", "other", "test");
await mark("acme");
await mark("globex");
await mark("initech");
const { id, token } = await environmentToken();
const foreign = await environmentToken("other", "test");
const stranger = `${token.slice(0, -4)}AAAA`;
const base = "/scim/v2/default/production";

describe("a token of an environment", () => {
  it.each([`${base}/v2/acme`, `${base}/v2/globex`, `${base}/v2`, base])("opens %s", async (address) => {
    const made = await ask(token, "POST", `${address}/Users`, person());
    expect(made.status).toBe(201);
    expect(made.headers["location"]).toBe(`${server.url}${address}/Users/${made.body.id}`);
  });

  it("writes to the connection marked, as that, and is named in the events", async () => {
    const made = await ask(token, "POST", `${base}/v2/globex/Users`, person());
    const { organization: found } = await run(
      `{ organization(slug: "globex") { events(subject: "${made.body.id}") { type actorKind actorId connection } } }`,
    );
    expect(found.events).toContainEqual({
      type: "user.created",
      actorKind: "environment-token",
      actorId: id,
      connection: "scim",
    });
    const elsewhere = await ask(token, "GET", `${base}/v2/acme/Users/${made.body.id}`);
    expect(elsewhere.status).toBe(404);
  });

  it("follows the mark at once", async () => {
    await run('mutation { addConnection(organization: "globex", kind: SCIM, slug: "second") { id } }');
    const made = await ask(token, "POST", `${base}/v2/globex/Users`, person());
    await mark("globex", "second");
    expect((await ask(token, "GET", `${base}/v2/globex/Users/${made.body.id}`)).status).toBe(404);
    const { organization: found } = await run(
      '{ organization(slug: "globex") { connections { slug forEnvironment } } }',
    );
    expect(found.connections).toEqual([
      { slug: "scim", forEnvironment: false },
      { slug: "second", forEnvironment: true },
    ]);
    expect(await events("globex", "connection.marked")).toHaveLength(2);
    expect(await events("globex", "connection.unmarked")).toHaveLength(1);
    await mark("globex");
  });

  it("is a stranger's where none is marked, with one event there that names it", async () => {
    for (const path of ["/Users", "/Schemas"]) {
      const answer = await ask(token, "GET", `${base}/v2/unmarked${path}`);
      expect(answer.status).toBe(401);
      expectSame(answer, await ask(stranger, "GET", `${base}/v2/unmarked${path}`));
    }
    expect(await events("unmarked", "environment-token.refused")).toEqual([
      {
        type: "environment-token.refused",
        actorKind: "environment-token",
        actorId: id,
        subjectId: id,
        connection: null,
        data: { address: `${base}/v2/unmarked`, why: "no connection is marked" },
      },
    ]);
    await mark("unmarked");
    expect((await ask(token, "GET", `${base}/v2/unmarked/Users`)).status).toBe(200);
    await mark("unmarked", null);
    expect((await ask(token, "GET", `${base}/v2/unmarked/Users`)).status).toBe(401);
  });

  it.each([
    "/scim/v2",
    "/scim/v2/other/test",
    "/scim/v2/other/test/v2/initech",
    `${base}/v2/initech`,
    `${base}/v2/nowhere`,
    "/scim/v2/no/where",
  ])("is a stranger's at %s", async (address) => {
    const answer = await ask(token, "GET", `${address}/Users`);
    expect(answer.status).toBe(401);
    expectSame(answer, await ask(stranger, "GET", `${address}/Users`));
    expect(await events("initech", "environment-token.refused")).toEqual([]);
    expect(
      (await systemEvents("environment-token.refused")).map(({ actorId }: { actorId: string }) => actorId),
    ).toEqual([id]);
  });

  it("of another environment opens nothing here", async () => {
    for (const address of [base, `${base}/v2/acme`]) {
      const answer = await ask(foreign.token, "GET", `${address}/Users`);
      expectSame(answer, await ask(stranger, "GET", `${address}/Users`));
    }
    expect((await ask(foreign.token, "GET", "/scim/v2/other/test/v2/initech/Users")).status).toBe(200);
    expect(await events("acme", "environment-token.refused")).toEqual([]);
  });

  it("whose environment is changed in its text is nobody's", async () => {
    const swapped = `${foreign.token.slice(0, 25)}${token.slice(25)}`;
    for (const address of [base, "/scim/v2/other/test"]) {
      expect((await ask(swapped, "GET", `${address}/Users`)).status).toBe(401);
    }
  });

  it("is refused by a marked connection that is disabled, and where SCIM is off", async () => {
    const enable = (enabled: boolean) =>
      run(
        `mutation { setConnectionEnabled(organization: "globex", connection: "scim", enabled: ${enabled}) { id } }`,
      );
    await enable(false);
    expect((await ask(token, "GET", `${base}/v2/globex/Users`)).status).toBe(401);
    await enable(true);
    await run('mutation { setScim(organization: "globex", enabled: false) { id } }');
    expect((await ask(token, "GET", `${base}/v2/globex/Users`)).status).toBe(401);
    await run('mutation { setScim(organization: "globex", enabled: true) { id } }');
    expect((await ask(token, "GET", `${base}/v2/globex/Users`)).status).toBe(200);
  });

  it("ends with the next request, in every organization", async () => {
    const short = await environmentToken();
    const at = (address: string) => ask(short.token, "GET", `${address}/Users`);
    expect((await at(`${base}/v2/globex`)).status).toBe(200);
    await run(`mutation { revokeEnvironmentToken(id: "${short.id}") { revokedAt } }`);
    expectSame(await at(`${base}/v2/globex`), await ask(stranger, "GET", `${base}/v2/globex/Users`));
    expectSame(await at(base), await ask(stranger, "GET", `${base}/Users`));
    const [revoked] = await systemEvents("environment-token.revoked");
    expect(revoked).toMatchObject({ actorKind: "operator", subjectId: short.id });
  });
});

describe("managing them", () => {
  const create = (project: string, more = "") =>
    `mutation { createEnvironmentToken(project: "${project}", environment: "production", label: "x"${more}) { id } }`;

  it("leaves at most two live ones, also when six ask at once", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.graphql(create("default"))));
    expect(answers.flatMap(codesOf)).toEqual(Array.from({ length: 5 }, () => "TooMany"));
    const { environmentTokens } = await run("{ environmentTokens { id environment revokedAt lastUsedAt } }");
    const live = environmentTokens.filter(
      (one: { environment: string; revokedAt: string | null }) =>
        one.environment === "production" && one.revokedAt === null,
    );
    expect(live).toHaveLength(2);
    expect(live[0]).toMatchObject({ id, lastUsedAt: expect.any(String) });
  });

  it("says so of an environment that does not exist, and of a time that is past", async () => {
    expect(codesOf(await server.graphql(create("no")))).toEqual(["NotFound"]);
    const past = create("default", ', expiresAt: "2001-01-01T00:00:00Z"');
    expect(codesOf(await server.graphql(past))).toEqual(["InvalidValue"]);
  });

  it("is for operators of every organization only", async () => {
    const bound = (await operator(server, "owner", "acme")).token;
    expect(codesOf(await server.graphql(create("default"), {}, bound))).toEqual(["Forbidden"]);
    const revoke = `mutation { revokeEnvironmentToken(id: "${id}") { id } }`;
    expect(codesOf(await server.graphql(revoke, {}, bound))).toEqual(["Forbidden"]);
    const listed = await server.graphql("{ environmentTokens { id } }", {}, bound);
    expect(listed.body.data).toEqual({ environmentTokens: [] });
  });

  it("marks SCIM connections only", async () => {
    const unknown = 'mutation { markConnection(organization: "acme", connection: "no") { id } }';
    expect(codesOf(await server.graphql(unknown))).toEqual(["NotFound"]);
  });
});
