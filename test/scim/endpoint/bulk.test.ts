/** Bulk requests (RFC 7644 §3.7). */
import { describe, expect, it } from "vitest";
import { clientOf, enterpriseUrn, groupUrn, onEachEngine, patch, userUrn } from "./support.ts";

const bulkUrn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

let run = 0;
const userData = (more: object = {}) => {
  run += 1;
  return { schemas: [userUrn], userName: `bulk${run}@acme.test`, ...more };
};
const addUser = (bulkId: string, more: object = {}) => ({
  method: "POST",
  path: "/Users",
  bulkId,
  data: userData(more),
});
const addGroup = (bulkId: string, members: ReadonlyArray<string>) => ({
  method: "POST",
  path: "/Groups",
  bulkId,
  data: {
    schemas: [groupUrn],
    displayName: `bulk group ${bulkId}`,
    members: members.map((value) => ({ value })),
  },
});
const managedBy = (value: string) => ({ [enterpriseUrn]: { manager: { value } } });

await onEachEngine((client) => {
  const { send, user, group, server } = client;
  const bulk = (Operations: unknown, more: object = {}) =>
    send("POST", "/Bulk", { schemas: [bulkUrn], Operations, ...more });
  const statuses = (body: { Operations: ReadonlyArray<{ status: string }> }) =>
    body.Operations.map(({ status }) => status);
  const at = (location: string) => send("GET", location.slice(location.indexOf("/scim/v2") + 8));

  describe("a bulk request", () => {
    it("does each operation and says of each its status, location and version, in the order sent", async () => {
      const [kept, gone] = [await user(), await user()];
      const { status, body } = await bulk([
        addUser("new"),
        { method: "put", path: `/Users/${kept.id}`, data: userData({ title: "put" }) },
        {
          method: "PATCH",
          path: `/Users/${kept.id}`,
          data: patch({ op: "replace", path: "nickName", value: "patched" }),
        },
        { method: "DELETE", path: `/Users/${gone.id}` },
      ]);
      expect(status).toBe(200);
      expect(body.schemas).toEqual(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]);
      expect(statuses(body)).toEqual(["201", "200", "200", "204"]);
      const [created, put, patched, deleted] = body.Operations;
      expect(created).toMatchObject({ method: "POST", bulkId: "new", version: 'W/"1"' });
      expect((await at(created.location)).body.meta.location).toBe(created.location);
      expect([put.location, patched.location]).toEqual([kept.meta.location, kept.meta.location]);
      expect([put.version, patched.version]).toEqual(['W/"2"', 'W/"3"']);
      expect(deleted.location).toBe(gone.meta.location);
      for (const entry of body.Operations) expect(entry).not.toHaveProperty("response");
      expect((await send("GET", `/Users/${kept.id}`)).body).toMatchObject({
        title: "put",
        nickName: "patched",
      });
      expect((await send("GET", `/Users/${gone.id}`)).status).toBe(404);
    });

    it("resolves references backward and forward, in data, in addresses and in filters", async () => {
      const { body } = await bulk([
        addGroup("g", ["bulkId:one", "bulkId:two"]),
        addUser("two", managedBy("bulkId:one")),
        addUser("one"),
        { method: "PATCH", path: "/Users/bulkId:one", data: patch({ op: "add", path: "title", value: "T" }) },
        {
          method: "PATCH",
          path: "/Groups/bulkId:g",
          data: patch({ op: "remove", path: 'members[value eq "bulkId:two"]' }),
        },
      ]);
      expect(statuses(body)).toEqual(["201", "201", "201", "200", "200"]);
      const [made, two, one] = await Promise.all(
        body.Operations.slice(0, 3).map((entry: { location: string }) => at(entry.location)),
      );
      expect(made.body.members.map((member: { value: string }) => member.value)).toEqual([one.body.id]);
      expect(two.body[enterpriseUrn].manager.value).toBe(one.body.id);
      expect(one.body.title).toBe("T");
    });

    it("answers 409 for references in a circle and does the rest", async () => {
      const { body } = await bulk([
        addUser("a", managedBy("bulkId:b")),
        addUser("b", managedBy("bulkId:a")),
        addUser("self", managedBy("bulkId:self")),
        addGroup("g", ["bulkId:a"]),
        addUser("free"),
      ]);
      expect(statuses(body)).toEqual(["409", "409", "409", "409", "201"]);
      expect(body.Operations[0].response).toMatchObject({ status: "409" });
    });

    it("answers 400 for a reference to nobody, and 409 for one to what could not be created", async () => {
      const { body } = await bulk([
        addGroup("g", ["bulkId:nobody"]),
        { method: "POST", path: "/Users", bulkId: "bad", data: { schemas: [userUrn] } },
        addGroup("h", ["bulkId:bad"]),
        { method: "DELETE", path: "/Users/bulkId:bad" },
      ]);
      expect(statuses(body)).toEqual(["400", "400", "409", "409"]);
      expect(body.Operations[0].response.scimType).toBe("invalidValue");
      expect(body.Operations[1]).not.toHaveProperty("location");
    });

    it("leaves nothing of an operation that fails, and all of the others", async () => {
      const { id } = await user();
      const { body } = await bulk([
        addUser("before"),
        addGroup("half", [id, "01a20405-aa61-74ff-a018-000000000000"]),
        addUser("after"),
      ]);
      expect(statuses(body)).toEqual(["201", "400", "201"]);
      expect(body.Operations[1].response).toMatchObject({ scimType: "invalidValue", status: "400" });
      const filter = encodeURIComponent('displayName eq "bulk group half"');
      expect((await send("GET", `/Groups?filter=${filter}`)).body.totalResults).toBe(0);
      expect((await send("GET", `/Users/${id}`)).body.groups).toBeUndefined();
      expect((await at(body.Operations[2].location)).status).toBe(200);
    });

    it("stops after failOnErrors errors, and what was not begun is not in the answer", async () => {
      const broken = { method: "POST", path: "/Users", bulkId: "x", data: {} };
      const operations = [broken, addUser("a"), { ...broken, bulkId: "y" }, addUser("b")];
      const two = await bulk(operations, { failOnErrors: 2 });
      expect([two.status, statuses(two.body)]).toEqual([200, ["400", "201", "400"]]);
      const one = await bulk(operations, { failOnErrors: 1 });
      expect(statuses(one.body)).toEqual(["400"]);
      expect(statuses((await bulk(operations.slice(2))).body)).toEqual(["400", "201"]);
    });

    it("refuses an operation whose version or bulkId is no text, instead of disregarding it", async () => {
      const one = await user();
      const remove = { method: "DELETE", path: `/Users/${one.id}` };
      const { body } = await bulk([
        { ...remove, version: 5 },
        { ...remove, bulkId: 7 },
      ]);
      expect(statuses(body)).toEqual(["400", "400"]);
      expect((await at(one.meta.location)).status).toBe(200);
    });

    it("takes bulkId: for a reference only where there can be one", async () => {
      const { body } = await bulk([addUser("plain", { displayName: "bulkId:nobody" })]);
      expect(statuses(body)).toEqual(["201"]);
      expect((await at(body.Operations[0].location)).body.displayName).toBe("bulkId:nobody");
    });

    it("holds an operation back whose version is another", async () => {
      const { id, meta } = await group();
      const rename = (name: string) => ({
        method: "PATCH",
        path: `/Groups/${id}`,
        version: meta.version,
        data: patch({ op: "replace", path: "displayName", value: name }),
      });
      const { body } = await bulk([rename("first"), rename("second")]);
      expect(statuses(body)).toEqual(["200", "412"]);
      expect((await send("GET", `/Groups/${id}`)).body.displayName).toBe("first");
    });

    it.each([
      ["no method", { path: "/Users", bulkId: "a", data: {} }],
      ["GET", { method: "GET", path: "/Users/x" }],
      ["POST without a bulkId", { method: "POST", path: "/Users", data: {} }],
      ["POST to one resource", { method: "POST", path: "/Users/x", bulkId: "a", data: {} }],
      ["POST without data", { method: "POST", path: "/Users", bulkId: "a" }],
      ["POST to .search", { method: "POST", path: "/Users/.search", bulkId: "a", data: {} }],
      ["a bulk in a bulk", { method: "POST", path: "/Bulk", bulkId: "a", data: {} }],
      ["DELETE of all", { method: "DELETE", path: "/Users" }],
      ["no path", { method: "DELETE" }],
      ["another address", { method: "DELETE", path: "/Schemas/x" }],
      ["a whole address", { method: "DELETE", path: "https://other.test/Users/x" }],
      ["a path upward", { method: "DELETE", path: "/Users/../Groups/x" }],
    ])("answers %s with 400 for that operation alone", async (_, operation) => {
      const { status, body } = await bulk([operation, addUser("good")]);
      expect([status, statuses(body)]).toEqual([200, ["400", "201"]]);
      expect(body.Operations[0].response.scimType).toBe("invalidSyntax");
    });

    it.each([
      ["no schemas", { Operations: [addUser("a")] }, "invalidSyntax"],
      ["no operations", { schemas: [bulkUrn] }, "invalidSyntax"],
      ["an operation that is no object", { schemas: [bulkUrn], Operations: ["x"] }, "invalidSyntax"],
      [
        "a bulkId used twice",
        { schemas: [bulkUrn], Operations: [addUser("a"), addUser("a")] },
        "invalidSyntax",
      ],
      ["failOnErrors 0", { schemas: [bulkUrn], failOnErrors: 0, Operations: [addUser("a")] }, "invalidValue"],
    ])("with %s is refused as a whole", async (_, body, scimType) => {
      const before = (await send("GET", "/Users?count=0")).body.totalResults;
      const answer = await send("POST", "/Bulk", body);
      expect([answer.status, answer.body.scimType]).toEqual([400, scimType]);
      expect((await send("GET", "/Users?count=0")).body.totalResults).toBe(before);
    });

    it("of more operations or bytes than announced is 413, names the limit and does nothing", async () => {
      const { bulk: limits } = (await send("GET", "/ServiceProviderConfig")).body;
      const before = (await send("GET", "/Users?count=0")).body.totalResults;
      const many = await bulk(
        Array.from({ length: limits.maxOperations + 1 }, (_, id) => addUser(String(id))),
      );
      expect(many.status).toBe(413);
      expect(many.body.detail).toContain(String(limits.maxOperations));
      const large = await bulk([addUser("a", { title: "x".repeat(limits.maxPayloadSize) })]);
      expect(large.status).toBe(413);
      expect(large.body.detail).toContain(String(limits.maxPayloadSize));
      expect((await send("GET", "/Users?count=0")).body.totalResults).toBe(before);
    });

    it("without a good token is 401 as a whole", async () => {
      const answer = await clientOf(server, "rbs_x").send("POST", "/Bulk", { schemas: [bulkUrn] });
      expect(answer.status).toBe(401);
      expect(answer.body.Operations).toBeUndefined();
    });

    it("stops where its token is revoked on the way", async () => {
      const make =
        'mutation { createScimToken(organization: "acme", connection: "quickstart", label: "x") { id token } }';
      const list = '{ organization(slug: "acme") { connections { slug } } }';
      const [{ slug }] = (await server.graphql(list)).body.data.organization.connections;
      const { id, token } = (await server.graphql(make.replace("quickstart", slug))).body.data
        .createScimToken;
      const before = (await send("GET", "/Users?count=0")).body.totalResults;
      const total = 400;
      const operations = Array.from({ length: total }, (_, at) => addUser(String(at)));
      const running = clientOf(server, token).send("POST", "/Bulk", {
        schemas: [bulkUrn],
        Operations: operations,
      });
      while ((await send("GET", "/Users?count=0")).body.totalResults === before) await Promise.resolve();
      const revoke = `mutation { revokeScimToken(organization: "acme", id: "${id}") { id } }`;
      expect((await server.graphql(revoke)).body.errors).toBeUndefined();
      const all = statuses((await running).body);
      expect(all.length).toBeLessThan(total);
      expect(all.at(-1)).toBe("401");
      expect(new Set(all.slice(0, -1))).toEqual(new Set(["201"]));
      expect((await send("GET", "/Users?count=0")).body.totalResults).toBe(before + all.length - 1);
    });
  });
});
