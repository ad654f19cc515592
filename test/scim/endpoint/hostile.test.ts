/** What strangers send: a SCIM error each, nothing stored, the server alive. */
import { Effect, Redacted } from "effect";
import { afterEach, describe, expect, it } from "vitest";
import { systemOrigin, type TokenId } from "../../../src/domain/index.ts";
import { revokeScimToken, Store, updateConnection } from "../../../src/store/index.ts";
import { createScimToken } from "../../../src/tenancy/index.ts";
import { raw } from "../../support/raw.ts";
import { startServer } from "../../support/server.ts";
import { newOrganization } from "../../support/world.ts";

const server = await startServer();
const errorUrn = "urn:ietf:params:scim:api:messages:2.0:Error";
const user = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] };
const group = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"] };
const patch = (...operations: ReadonlyArray<unknown>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});

const send = (
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers: Record<string, string> = {},
) =>
  raw(
    `${server.url}/scim/v2${path}`,
    method,
    {
      authorization: `Bearer ${server.quickStart.scimToken}`,
      "content-type": "application/scim+json",
      ...headers,
    },
    body,
  );

const json = (value: unknown) => JSON.stringify(value);

const expectError = (answer: Awaited<ReturnType<typeof send>>, status: number, scimType?: string) => {
  expect(answer.status, json(answer.body)).toBe(status);
  expect(answer.body).toMatchObject({ schemas: [errorUrn], status: String(status) });
  expect(answer.body.detail).toMatch(/\.$/);
  expect(json(answer.body)).not.toMatch(/select |insert |node_modules|\.ts:\d|at \w+ \(/i);
  if (scimType !== undefined) expect(answer.body.scimType).toBe(scimType);
};

const count = async (): Promise<number> => {
  const users = await send("GET", "/Users?count=0");
  const groups = await send("GET", "/Groups?count=0");
  return users.body.totalResults + groups.body.totalResults;
};

const tokenOf = (lifetime: { readonly expiresAt: Date | null } = { expiresAt: null }) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const { id, connections } = yield* newOrganization("scim");
      const [connection] = connections;
      if (connection === undefined) return yield* Effect.die("no connection");
      const wanted = { connection, label: "test", ...lifetime };
      const made = yield* store.tenant(id, (tx) => createScimToken(tx, wanted, systemOrigin));
      return { id, connection, tokenId: made.id as TokenId, token: Redacted.value(made.token) };
    }),
  );

let before = 0;
afterEach(async () => {
  expect((await send("GET", "/ServiceProviderConfig")).status).toBe(200);
});

describe("bodies", () => {
  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["an array", "[]"],
    ["a text", '"x"'],
    ["null", "null"],
    ["a number", "1e999"],
    ["no schemas", "{}"],
    ["schemas of a wrong type", json({ schemas: 7, userName: "x" })],
    [
      "equal keys",
      '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","userName":"b"}',
    ],
    ["equal keys by escape", '{"userName":"a","userN\\u0061me":"b"}'],
    ["a NUL", json({ ...user, userName: "a\u0000b" })],
    ["half a surrogate pair", '{"userName":"\\ud800"}'],
    ["deep nesting", `${"[".repeat(5000)}${"]".repeat(5000)}`],
    ["bad UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ["no userName", json({ ...user })],
    ["an empty userName", json({ ...user, userName: "" })],
    ["userName of a wrong type", json({ ...user, userName: { toString: "x" } })],
    ["control characters in userName", json({ ...user, userName: "a\u202eb" })],
    ["active of a wrong type", json({ ...user, userName: "a", active: "maybe" })],
    ["emails of a wrong type", json({ ...user, userName: "a", emails: "a@b" })],
    [
      "two primary emails",
      json({
        ...user,
        userName: "a",
        emails: [
          { value: "1", primary: true },
          { value: "2", primary: true },
        ],
      }),
    ],
  ])("with %s are refused with 400", async (_, body) => {
    before = await count();
    expectError(await send("POST", "/Users", body), 400);
    expect(await count()).toBe(before);
  });

  it("over the route's limit are refused with 413, announced or not", async () => {
    const large = json({ ...user, userName: "x".repeat(1024 * 1024) });
    expectError(await send("POST", "/Users", large), 413);
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024).fill(32)),
    });
    const answer = await fetch(`${server.url}/scim/v2/Users`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.quickStart.scimToken}`,
        "content-type": "application/scim+json",
      },
      body,
      duplex: "half",
    } as RequestInit).then(
      (response) => response.status,
      () => "closed",
    );
    expect([413, "closed"]).toContain(answer);
  });

  it("of another media type are refused", async () => {
    expectError(await send("POST", "/Users", "<user/>", { "content-type": "text/xml" }), 400);
  });

  it("with prototype keys leave no trace", async () => {
    const body = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"proto-${Date.now()}","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":{"__proto__":{"polluted":1}}}`;
    const answer = await send("POST", "/Users", body);
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).not.toContain("constructor");
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    const path = `/Users/${answer.body.id}`;
    for (const name of ["__proto__.polluted", "constructor.prototype.polluted", "__proto__"]) {
      const operations = json(patch({ op: "replace", path: name, value: 1 }));
      expectError(await send("PATCH", path, operations), 400, "invalidPath");
    }
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    await send("DELETE", path);
  });
});

describe("patches", () => {
  it.each([
    ["no operations", patch()],
    ["operations of a wrong type", { ...patch(), Operations: {} }],
    ["an unknown op", patch({ op: "move", path: "title" })],
    ["no schemas", { Operations: [{ op: "add", path: "title", value: "x" }] }],
    ["a broken path", patch({ op: "add", path: "emails[type eq", value: "x" })],
    ["an unknown path", patch({ op: "add", path: "nothing", value: "x" })],
    ["a readOnly path", patch({ op: "replace", path: "id", value: "x" })],
    ["remove without a path", patch({ op: "remove" })],
    ["removing what is required", patch({ op: "remove", path: "userName" })],
  ])("with %s change nothing, also when a good operation stands before", async (_, body) => {
    const created = await send("POST", "/Users", json({ ...user, userName: `patched-${Math.random()}` }));
    const path = `/Users/${created.body.id}`;
    expectError(await send("PATCH", path, json(body)), 400);
    const { Operations } = body as { Operations: unknown };
    if (Array.isArray(Operations) && "schemas" in body && Operations.length > 0) {
      const both = patch({ op: "replace", path: "title", value: "changed" }, ...Operations);
      expectError(await send("PATCH", path, json(both)), 400);
    }
    expect((await send("GET", path)).body).toEqual(created.body);
    await send("DELETE", path);
  });

  it("naming members that are nobody are refused whole, not answered 2xx", async () => {
    const created = await send("POST", "/Groups", json({ ...group, displayName: "hostile" }));
    const path = `/Groups/${created.body.id}`;
    const someone = await send("POST", "/Users", json({ ...user, userName: `member-${Math.random()}` }));
    const bad = ["01a20405-aa61-74ff-a018-000000000000", "'; drop table membership; --", created.body.id, ""];
    for (const value of bad) {
      const operations = patch({
        op: "add",
        path: "members",
        value: [{ value: someone.body.id }, { value }],
      });
      expectError(await send("PATCH", path, json(operations)), 400, "invalidValue");
    }
    expect((await send("GET", path)).body.members).toBeUndefined();
    await send("DELETE", path);
    await send("DELETE", `/Users/${someone.body.id}`);
  });
});

describe("ids and addresses", () => {
  it.each([
    "01a20405-aa61-74ff-a018-000000000000",
    "1",
    "'; drop table directory_user; --",
    "..%2f..%2fetc",
    "%00",
    "__proto__",
    "x".repeat(2000),
  ])("unknown id %j is 404 for every method", async (id) => {
    for (const resource of ["Users", "Groups"]) {
      const path = `/${resource}/${id.includes("%") ? id : encodeURIComponent(id)}`;
      expectError(await send("GET", path), 404);
      expectError(await send("DELETE", path), 404);
      expectError(
        await send("PATCH", path, json(patch({ op: "add", path: "displayName", value: "x" }))),
        404,
      );
    }
  });

  it.each([
    "/",
    "/Nothing",
    "/users",
    "/__proto__",
    "/constructor",
    "/Users/a/b",

    "/Schemas/none",
  ])("%s is 404 in SCIM's form", async (path) => expectError(await send("GET", path), 404));

  it("a method that does not exist there is 405 and names those that do", async () => {
    const answer = await send("DELETE", "/Users");
    expectError(answer, 405);
    expect(answer.headers["allow"]).toBe("GET, HEAD, POST");
  });

  it("another organization's ids look exactly like unknown ones", async () => {
    const other = await tokenOf();
    const created = await server.scim("POST", "/Users", { ...user, userName: "theirs" }, other.token);
    expect(created.status).toBe(201);
    const foreign = await send("GET", `/Users/${created.body.id}`);
    const unknown = await send("GET", "/Users/01a20405-aa61-74ff-a018-000000000000");
    expectError(foreign, 404);
    const masked = (answer: typeof foreign) => answer.body.detail.replace(/[0-9a-f-]{36}/, "ID");
    expect(masked(foreign)).toBe(masked(unknown));
    expectError(await send("DELETE", `/Users/${created.body.id}`), 404);
    expect((await server.scim("GET", `/Users/${created.body.id}`, undefined, other.token)).status).toBe(200);
    expect((await send("GET", "/Users?filter=userName%20eq%20%22theirs%22")).body.totalResults).toBe(0);
    const mine = await send("POST", "/Groups", json({ ...group, displayName: "mine" }));
    const add = patch({ op: "add", path: "members", value: [{ value: created.body.id }] });
    expectError(await send("PATCH", `/Groups/${mine.body.id}`, json(add)), 400, "invalidValue");
    await send("DELETE", `/Groups/${mine.body.id}`);
  });
});

describe("filters", () => {
  it.each([
    "userName eq",
    'userName xx "a"',
    'nothing eq "a"',
    'userName eq "a" or',
    '(userName eq "a"',
    'password eq "x"',
    "active gt true",
    "userName eq 'x'; drop table directory_user; --",
    '__proto__ eq "a"',
    "constructor.prototype pr",
    `${"(".repeat(100)}userName pr${")".repeat(100)}`,
    `userName eq "${"x".repeat(3000)}"`,
  ])("%s is refused with invalidFilter", async (filter) => {
    expectError(await send("GET", `/Users?filter=${encodeURIComponent(filter)}`), 400, "invalidFilter");
  });

  it.each([
    "'",
    '\\" or \\"1\\"=\\"1',
    "%",
    "_",
    "\\\\",
    "$1",
    "{{}}",
    "\\u0000",
    "'; drop table directory_user; --",
  ])("the value %s is only a value", async (value) => {
    for (const operator of ["eq", "co", "sw", "ew", "ge"]) {
      const filter = encodeURIComponent(`userName ${operator} "${value}-nobody"`);
      const answer = await send("GET", `/Users?filter=${filter}`);
      expect([200, 400], json(answer.body)).toContain(answer.status);
      if (answer.status === 200 && operator === "eq") expect(answer.body.totalResults).toBe(0);
    }
  });

  it.each(["startIndex=x", "count=1.5", "startIndex=1e3"])("%s is refused with invalidValue", async (query) =>
    expectError(await send("GET", `/Users?${query}`), 400, "invalidValue"),
  );

  it("an index below one means one, a negative count none", async () => {
    expect((await send("GET", "/Users?startIndex=-5&count=-1")).body).toMatchObject({
      startIndex: 1,
      itemsPerPage: 0,
    });
  });
});

describe("credentials", () => {
  const ask = (authorization: string | undefined) =>
    raw(`${server.url}/scim/v2/Users`, "GET", authorization === undefined ? {} : { authorization });

  it.each([
    ["none", undefined],
    ["an empty one", "Bearer "],
    ["another scheme", "Basic eDp5"],
    ["some text", "Bearer abc"],
    ["an operator's token", `Bearer ${server.quickStart.operatorToken}`],
    ["a changed secret", `Bearer ${server.quickStart.scimToken.slice(0, -4)}AAAA`],
    ["an unknown organization", `Bearer rbs_${"A".repeat(43)}_${"A".repeat(43)}`],
  ])("%s is 401 with a body and a challenge", async (_, authorization) => {
    const answer = await ask(authorization);
    expectError(answer, 401);
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
  });

  it("an expired, a revoked and a disabled connection's token end at once", async () => {
    const expired = await tokenOf({ expiresAt: new Date(Date.now() - 1000) });
    expectError(await ask(`Bearer ${expired.token}`), 401);
    const revoked = await tokenOf();
    expect((await ask(`Bearer ${revoked.token}`)).status).toBe(200);
    await server.run(
      Effect.flatMap(Store, (store) =>
        store.tenant(revoked.id, (tx) => revokeScimToken(tx, revoked.tokenId)),
      ),
    );
    expectError(await ask(`Bearer ${revoked.token}`), 401);
    const disabled = await tokenOf();
    await server.run(
      Effect.flatMap(Store, (store) =>
        store.tenant(disabled.id, (tx) => updateConnection(tx, disabled.connection, { enabled: false })),
      ),
    );
    expectError(await ask(`Bearer ${disabled.token}`), 401);
  });

  it("a large body is only read from a client whose token is good", async () => {
    const large = json({
      ...group,
      displayName: "x",
      members: Array.from({ length: 40_000 }, () => ({ value: "x".repeat(36) })),
    });
    const answer = await send("POST", "/Groups", large, {
      authorization: `Bearer rbs_${"A".repeat(43)}_${"A".repeat(43)}`,
    });
    expectError(answer, 401);
  });
});
