/** The four forms of the address: the same behaviour behind each, and every link under the form that was used. */
import { describe, expect, it } from "vitest";
import { startServer } from "../../support/server.ts";
import { bulkUrn, expectSame, groupUrn, person, worldOf } from "./support.ts";

const server = await startServer({
  ROLEBRIDGE_TENANT_ADDRESSES: "on",
  ROLEBRIDGE_PUBLIC_URL: "https://roles.acme.test/base",
});
const { run, organization, ask, events } = worldOf(server);
const acme = server.quickStart.scimToken;
const globex = (await organization("globex")).token;
const initech = (await organization("initech", "other", "test")).token;
const stranger = `${acme.slice(0, -4)}AAAA`;

const forms = [
  "/scim/v2",
  "/scim/v2/default/production",
  "/scim/v2/default/production/v2",
  "/scim/v2/default/production/v2/acme",
];

const linksIn = (value: unknown): ReadonlyArray<string> =>
  [...JSON.stringify(value).matchAll(/"(?:\$ref|location)":"([^"]+)"/g)].map(([, link]) => link ?? "");

describe.each(forms)("%s", (form) => {
  const expectLinks = (body: unknown, least = 1) => {
    const links = linksIn(body);
    expect(links.length).toBeGreaterThanOrEqual(least);
    for (const link of links)
      expect(link).toMatch(new RegExp(`^https://roles\\.acme\\.test/base${form}/[A-Z]`));
  };

  it("creates, reads, lists, changes and deletes, with links of its own", async () => {
    const made = await ask(acme, "POST", `${form}/Users`, person());
    expect(made.status).toBe(201);
    const { id } = made.body;
    expect(made.headers["location"]).toBe(`https://roles.acme.test/base${form}/Users/${id}`);
    expectLinks(made.body);
    const group = { schemas: [groupUrn], displayName: "g", members: [{ value: id }] };
    const grouped = await ask(acme, "POST", `${form}/Groups`, group);
    expectLinks(grouped.body, 2);
    expectLinks((await ask(acme, "GET", `${form}/Users/${id}`)).body, 2);
    expectLinks((await ask(acme, "GET", `${form}/Users?count=5`)).body, 2);
    const search = { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], count: 5 };
    expectLinks((await ask(acme, "POST", `${form}/.search`, search)).body, 2);
    const patched = await ask(acme, "PATCH", `${form}/Users/${id}`, {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "title", value: "x" }],
    });
    expect(patched.status).toBe(200);
    expectLinks(patched.body);
    expect((await ask(acme, "DELETE", `${form}/Users/${id}`)).status).toBe(204);
    expect((await ask(acme, "DELETE", `${form}/Groups/${grouped.body.id}`)).status).toBe(204);
  });

  it("describes itself with links of its own", async () => {
    for (const name of ["ServiceProviderConfig", "Schemas", "ResourceTypes"]) {
      expectLinks((await ask(acme, "GET", `${form}/${name}`)).body);
    }
  });

  it("performs bulk requests with locations of its own", async () => {
    const operations = [{ method: "POST", path: "/Users", bulkId: "a", data: person() }];
    const done = await ask(acme, "POST", `${form}/Bulk`, { schemas: [bulkUrn], Operations: operations });
    expect(done.body.Operations[0].status).toBe("201");
    expectLinks(done.body);
    const { location } = done.body.Operations[0];
    expect((await ask(acme, "DELETE", new URL(location).pathname.slice("/base".length))).status).toBe(204);
  });

  it.each([
    { host: "evil.test" },
    { host: "evil.test:99999" },
    { host: "evil.test/scim/v2/Groups?x=" },
    { host: "evil.test#" },
    { "x-forwarded-host": "evil.test", "x-forwarded-proto": "ftp", "x-forwarded-port": "1" },
    { "x-forwarded-prefix": "/evil", "x-original-url": "/scim/v2/Groups", "x-rewrite-url": "/evil" },
    { forwarded: "host=evil.test;proto=http;for=127.0.0.1" },
  ])("believes no header about where it is: %j", async (headers) => {
    const answer = await ask(acme, "GET", `${form}/ResourceTypes`, undefined, headers);
    expect(answer.status).toBe(200);
    expectLinks(answer.body);
    expect(JSON.stringify([answer.body, answer.headers])).not.toContain("evil");
  });

  it("answers a credential of another organization as a stranger's", async () => {
    for (const token of [globex, initech]) {
      if (form === "/scim/v2") continue;
      for (const [method, path] of [
        ["GET", "/Users"],
        ["GET", "/ServiceProviderConfig"],
        ["GET", "/Users/01a20405-aa61-74ff-a018-000000000000"],
        ["DELETE", "/Groups/01a20405-aa61-74ff-a018-000000000000"],
      ] as const) {
        const answer = await ask(token, method, `${form}${path}`);
        expect(answer.status).toBe(401);
        expectSame(answer, await ask(stranger, method, `${form}${path}`));
      }
      const write = await ask(token, "POST", `${form}/Users`, person());
      expectSame(write, await ask(stranger, "POST", `${form}/Users`, person()));
      const bulk = {
        schemas: [bulkUrn],
        Operations: [{ method: "POST", path: "/Users", bulkId: "a", data: person() }],
      };
      expectSame(
        await ask(token, "POST", `${form}/Bulk`, bulk),
        await ask(stranger, "POST", `${form}/Bulk`, bulk),
      );
    }
  });
});

describe("a credential at an address that it does not cover", () => {
  it("leaves one event a minute in its own organization, none in the other", async () => {
    const [first, ...more] = await events("globex", "token.refused");
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      actorKind: "scim-token",
      connection: "scim",
      data: { why: "not its address" },
    });
    expect(first.data.address).toMatch(/^\/scim\/v2\/default\/production/);
    expect(first.subjectId).toBe(first.actorId);
    expect(await events("acme", "token.refused")).toEqual([]);
  });

  it("learns nothing from whether the organization exists", async () => {
    const base = "/scim/v2/default/production/v2";
    const there = await ask(globex, "GET", `${base}/acme/Users`);
    expectSame(there, await ask(globex, "GET", `${base}/nowhere/Users`));
    expectSame(there, await ask(globex, "GET", "/scim/v2/no/where/Users"));
    expectSame(there, await ask(globex, "GET", "/scim/v2/other/test/v2/acme/Users"));
  });

  it("is an OAuth client's all the same", async () => {
    const { createScimClient: client } = await run(
      'mutation { createScimClient(organization: "globex", connection: "scim", label: "x") { id clientId clientSecret } }',
    );
    const { body } = await server.request("/oauth/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: client.clientId,
        client_secret: client.clientSecret,
      }).toString(),
    });
    const base = "/scim/v2/default/production/v2";
    const refused = await ask(body.access_token, "GET", `${base}/acme/Users`);
    expectSame(refused, await ask(stranger, "GET", `${base}/acme/Users`));
    expect((await ask(body.access_token, "GET", `${base}/globex/Users`)).status).toBe(200);
    expect(await events("globex", "client.refused")).toMatchObject([
      { actorKind: "scim-client", actorId: client.id, data: { address: `${base}/acme` } },
    ]);
  });

  it("works where it does", async () => {
    expect((await ask(globex, "GET", "/scim/v2/default/production/v2/globex/Users")).status).toBe(200);
    expect((await ask(initech, "GET", "/scim/v2/other/test/Users")).status).toBe(200);
    expect((await ask(initech, "GET", "/scim/v2/other/test/v2/Users")).status).toBe(200);
  });
});

describe("addresses that are none", () => {
  const unknown = { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "404" };
  it.each([
    "/scim/v2/default",
    "/scim/v2/default/production",
    "/scim/v2/default/production/users",
    "/scim/v2/Default/production/Users",
    "/scim/v2/default/PRODUCTION/Users",
    "/scim/v2/default/production/V2/Users",
    "/scim/v2/default/production/v2/Acme/Users",
    "/scim/v2/default/production/v2/acme/users",
    "/scim/v2/default/production/v2/v2/Users",
    "/scim/v2/default/production/v2/acme/v2/Users",
    "/scim/v2/default/production/v2/acme/acme/Users",
    "/scim/v2/default/production/acme/Users",
    "/scim/v2/v2/production/Users",
    "/scim/v2/users/production/Users",
    "/scim/v2/default/bulk/Users",
    "/scim/v2/default%2fproduction/Users",
    "/scim/v2/default%2Fproduction%2FUsers",
    "/scim/v2/default/production%2fv2%2facme/Users",
    "/scim/v2/default/production/v2/acme%2f..%2fglobex/Users",
    "/scim/v2/default/production/v2/globex/../acme/Users",
    "/scim/v2/default/production/v2/globex/%2e%2e/acme/Users",
    "/scim/v2/default/%2e/production/Users",
    "/scim/v2/./default/production/Users",
    "/scim/v2/default/production/v2/acme%00/Users",
    "/scim/v2/default/production/v2/acme%20/Users",
    "/scim/v2/default/production/v2/аcme/Users".replace("а", "%D0%B0"),
    "/scim/v2/default/production;x=1/Users",
    `/scim/v2/${"a".repeat(64)}/production/Users`,
    "/scim/v2/__proto__/constructor/Users",
    "/scim/v2/../v2/Users",
  ])("%s", async (path) => {
    const answer = await ask(acme, "GET", path);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject(unknown);
    expectSame(answer, await ask(stranger, "GET", path));
  });
});

describe("an escape that is none", () => {
  it("is 404 for everybody", async () => {
    const answer = await ask(acme, "GET", "/scim/v2/default/production/v2/%ff/Users");
    expect(answer.status).toBe(404);
    expectSame(answer, await ask(stranger, "GET", "/scim/v2/default/production/v2/%ff/Users"));
  });
});

describe("without ROLEBRIDGE_TENANT_ADDRESSES", async () => {
  const plain = await startServer();
  const { ask: askPlain } = worldOf(plain);
  const token = plain.quickStart.scimToken;

  it.each(["/scim/v2/default/production/v2/Users", "/scim/v2/default/production/v2/acme/Users"])(
    "%s is an unknown address as any",
    async (path) => {
      const answer = await askPlain(token, "GET", path);
      expectSame(answer, await askPlain(token, "GET", "/scim/v2/Nothing"));
      expect(answer.status).toBe(404);
    },
  );

  it("the environment's own address works all the same", async () => {
    const base = "/scim/v2/default/production";
    const made = await askPlain(token, "POST", `${base}/Users`, person());
    expect(made.headers["location"]).toBe(`${plain.url}${base}/Users/${made.body.id}`);
  });
});
