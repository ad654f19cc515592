/** Order and pages as a client sees them (RFC 7644 §3.4.2.3, §3.4.2.4; RFC 9865). */
import { Effect } from "effect";
import { describe, expect, it } from "vitest";
import { sealCursor } from "../../../src/scim/query/index.ts";
import { listConnections, MasterKey, Store } from "../../../src/store/index.ts";
import { parseToken } from "../../../src/tenancy/index.ts";
import { clientOf, enterpriseUrn, onEachEngine } from "./support.ts";

const searchUrn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

await onEachEngine((client) => {
  const { send, user, group } = client;
  const list = (path: string, parameters: Record<string, string | number>) =>
    send(
      "GET",
      `${path}?${new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]))}`,
    );
  let run = 0;
  /** People of one test only, told apart by their user type. */
  const people = async (all: ReadonlyArray<object>) => {
    run += 1;
    const userType = `run ${run}`;
    const made: Array<{ readonly id: string }> = [];
    for (const each of all) made.push(await user({ ...each, userType }));
    return { filter: `userType eq "${userType}"`, ids: made.map(({ id }) => id) };
  };
  const named = (names: ReadonlyArray<string>) => people(names.map((displayName) => ({ displayName })));

  describe("sorting", () => {
    const sorted = async (all: ReadonlyArray<object>, sortBy: string, sortOrder: string) => {
      const { filter, ids } = await people(all);
      const { status, body } = await list("/Users", { filter, sortBy, sortOrder });
      expect(status).toBe(200);
      return body.Resources.map(({ id }: { id: string }) => ids.indexOf(id));
    };

    it("ignores case where the attribute does, and puts those without a value last", async () => {
      const all = [{ title: "b" }, {}, { title: "A" }, { title: "a" }, { title: "B" }];
      expect(await sorted(all, "title", "ascending")).toEqual([2, 3, 0, 4, 1]);
      expect(await sorted(all, "title", "descending")).toEqual([1, 0, 4, 2, 3]);
    });

    it("regards case where the attribute does", async () => {
      const all = [{ externalId: "b" }, { externalId: "A" }, { externalId: "a" }];
      expect(await sorted(all, "externalId", "ascending")).toEqual([1, 2, 0]);
    });

    it("takes the primary value of several, else the first", async () => {
      const all = [
        { emails: [{ value: "z@acme.test" }, { value: "a@acme.test", primary: true }] },
        { emails: [{ value: "b@acme.test" }, { value: "0@acme.test" }] },
        {},
      ];
      expect(await sorted(all, "emails", "ascending")).toEqual([0, 1, 2]);
      expect(await sorted(all, "emails.value", "descending")).toEqual([2, 1, 0]);
    });

    it("takes sub-attributes and URN-qualified names in any capitalisation", async () => {
      const all = [
        { name: { familyName: "b" }, [enterpriseUrn]: { department: "x" } },
        { name: { familyName: "a" }, [enterpriseUrn]: { department: "y" } },
      ];
      expect(await sorted(all, "NAME.FamilyName", "ascending")).toEqual([1, 0]);
      expect(await sorted(all, `${enterpriseUrn}:department`, "DESCENDING")).toEqual([1, 0]);
      const core = "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName";
      expect(await sorted(all, core, "")).toEqual([1, 0]);
    });

    it("takes moments and truth values as such", async () => {
      expect(await sorted([{}, {}, {}], "meta.created", "descending")).toEqual([2, 1, 0]);
      expect(await sorted([{ active: true }, { active: false }], "active", "ascending")).toEqual([1, 0]);
    });

    it("orders groups by their first member, and users by their first group", async () => {
      const { filter, ids } = await named(["x", "y", "z"]);
      const some = [await group([ids[1] ?? ""]), await group([ids[0] ?? "", ids[2] ?? ""]), await group()];
      const wanted = some.map(({ id }) => `id eq "${id}"`).join(" or ");
      const { body } = await list("/Groups", { filter: wanted, sortBy: "members" });
      const place = (each: { id: string }) => some.findIndex(({ id }) => id === each.id);
      expect(body.Resources.map(place)).toEqual([1, 0, 2]);
      const users = await list("/Users", { filter, sortBy: "groups.display", attributes: "userName" });
      expect(users.body.Resources.map(({ id }: { id: string }) => ids.indexOf(id))).toEqual([1, 0, 2]);
    });

    it.each([
      ["nonsense", ""],
      ["name", ""],
      ["addresses", ""],
      ["password", ""],
      ["meta.version", ""],
      ["members", ""],
      ["userName", "sideways"],
    ])("by %s %s is refused as invalidValue", async (sortBy, sortOrder) => {
      const { status, body } = await list("/Users", { sortBy, sortOrder });
      expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    });

    it("goes over users and groups as one list at the root", async () => {
      const [one, two] = [await user({ displayName: "root c" }), await user({ displayName: "root a" })];
      const other = await group([], { displayName: "ROOT B" });
      const search = {
        schemas: [searchUrn],
        filter: 'displayName sw "root "',
        sortBy: "displayName",
        count: 2,
      };
      const first = (await send("POST", "/.search", { ...search, cursor: "" })).body;
      expect(first.Resources.map(({ id }: { id: string }) => id)).toEqual([two.id, other.id]);
      const rest = (await send("POST", "/.search", { ...search, cursor: first.nextCursor })).body;
      expect(rest.Resources.map(({ id }: { id: string }) => id)).toEqual([one.id]);
      const byName = { ...search, sortBy: "userName", startIndex: 2 };
      const users = (await send("POST", "/.search", byName)).body;
      // A group has no userName: it comes last.
      expect(users.Resources.map(({ id }: { id: string }) => id).at(-1)).toBe(other.id);
      expect(users.totalResults).toBe(3);
    });
  });

  describe("pages by index", () => {
    it.each([
      [{ startIndex: 0 }, 1, 3],
      [{ startIndex: -5 }, 1, 3],
      [{ startIndex: 3 }, 3, 1],
      [{ startIndex: 4 }, 4, 0],
      [{ startIndex: "99999999999999999999999" }, Number.MAX_SAFE_INTEGER, 0],
      [{ count: 0 }, 1, 0],
      [{ count: -1 }, 1, 0],
      [{ count: "99999999999999999999999" }, 1, 3],
    ])("%j begin at %i and show %i of three", async (parameters, startIndex, shown) => {
      const { filter } = await named(["a", "b", "c"]);
      const { status, body } = await list("/Users", { filter, ...parameters });
      expect(status).toBe(200);
      expect(body).toMatchObject({ totalResults: 3, startIndex, itemsPerPage: shown });
      expect(body.Resources).toHaveLength(shown);
    });

    it.each(["startIndex", "count"])("a %s that is no integer is refused", async (name) => {
      const { status, body } = await list("/Users", { [name]: "1.5" });
      expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    });
  });

  describe("pages by cursor", () => {
    const walk = async (parameters: Record<string, string | number>) => {
      const names: Array<string> = [];
      let cursor: string | undefined = "";
      for (let page = 0; cursor !== undefined && page < 20; page += 1) {
        const { status, body } = await list("/Users", { ...parameters, cursor });
        expect(status).toBe(200);
        expect(body).not.toHaveProperty("startIndex");
        expect(body.totalResults).toBe(5);
        if (body.nextCursor !== undefined) expect(body.nextCursor).toMatch(/^[A-Za-z0-9._~-]+$/);
        names.push(...body.Resources.map((each: { displayName: string }) => each.displayName));
        cursor = body.nextCursor;
      }
      return names;
    };

    it("show everyone once, in order, and end without a next cursor", async () => {
      const { filter } = await named(["c", "a", "e", "b", "d"]);
      expect(await walk({ filter, count: 2 })).toEqual(["c", "a", "e", "b", "d"]);
      expect(await walk({ filter, count: 2, sortBy: "displayName" })).toEqual(["a", "b", "c", "d", "e"]);
      const descending = { filter, count: 1, sortBy: "displayName", sortOrder: "descending" };
      expect(await walk(descending)).toEqual(["e", "d", "c", "b", "a"]);
      expect(await walk({ filter, count: 5 })).toHaveLength(5);
    });

    it("also by .search, and over groups", async () => {
      const some = [await group([], { displayName: "paged" }), await group([], { displayName: "paged" })];
      const search = { schemas: [searchUrn], filter: 'displayName eq "paged"', count: 1 };
      const first = (await send("POST", "/Groups/.search", { ...search, cursor: "" })).body;
      const second = (await send("POST", "/Groups/.search", { ...search, cursor: first.nextCursor })).body;
      expect([first, second].map(({ Resources }) => Resources[0].id)).toEqual(some.map(({ id }) => id));
      expect(second.nextCursor).toBeUndefined();
    });

    it("do not tell what they are sorted by: a cursor ends up in logs", async () => {
      const { filter } = await named(["Very Secret", "Zoe"]);
      const { body } = await list("/Users", { filter, count: 1, sortBy: "displayName", cursor: "" });
      expect(Buffer.from(body.nextCursor, "base64url").toString("latin1")).not.toContain("Secret");
    });

    it("a count of 0 shows nothing but the total", async () => {
      const { filter } = await named(["a", "b"]);
      const { body } = await list("/Users", { filter, count: 0, cursor: "" });
      expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 0, Resources: [] });
    });

    it("a count that is no integer is invalidCount", async () => {
      const { status, body } = await list("/Users", { count: "x", cursor: "" });
      expect([status, body.scimType]).toEqual([400, "invalidCount"]);
    });

    it("cursor and startIndex together are refused", async () => {
      expect((await list("/Users", { cursor: "", startIndex: 1 })).status).toBe(400);
    });

    it("a cursor that is altered, invented, or of another question is invalidCursor", async () => {
      const { filter } = await named(["a", "b"]);
      const question = { filter, count: 1, sortBy: "displayName" };
      const { nextCursor } = (await list("/Users", { ...question, cursor: "" })).body;
      const refused = async (path: string, parameters: Record<string, string | number>) => {
        const { status, body } = await list(path, parameters);
        expect([status, body.scimType], JSON.stringify(parameters)).toEqual([400, "invalidCursor"]);
      };
      const middle = Math.floor(nextCursor.length / 2);
      const other = nextCursor[middle] === "A" ? "B" : "A";
      const altered = `${nextCursor.slice(0, middle)}${other}${nextCursor.slice(middle + 1)}`;
      for (const cursor of [altered, "x", "0", `${nextCursor}=`, `${nextCursor} `, "A".repeat(9_000)]) {
        await refused("/Users", { ...question, cursor });
      }
      await refused("/Users", { ...question, cursor: nextCursor, filter: "active eq true" });
      await refused("/Users", { ...question, cursor: nextCursor, sortBy: "title" });
      await refused("/Users", { ...question, cursor: nextCursor, sortOrder: "descending" });
      await refused("/Users", { count: 1, cursor: nextCursor });
      await refused("/Groups", { filter: "", count: 1, sortBy: "displayName", cursor: nextCursor });
      expect((await list("/Users", { ...question, count: 7, cursor: nextCursor })).status).toBe(200);
    });

    it("a cursor kept for more than an hour is expiredCursor", async () => {
      const { server } = client;
      const cursor = await server.run(
        Effect.gen(function* () {
          const store = yield* Store;
          const scope = parseToken("rbs", server.quickStart.scimToken)?.scope;
          if (scope === undefined) return yield* Effect.die("The quick start gave no token.");
          const [connection] = yield* store.tenant(scope, listConnections);
          const question = [scope, connection?.id ?? "", "User", "", "", ""];
          const since = Date.now() - 3_601_000;
          const place = { id: "01a20405-aa61-74ff-a018-000000000000", key: null };
          return sealCursor(yield* MasterKey, question, place, since);
        }),
      );
      const { status, body } = await list("/Users", { cursor });
      expect([status, body.scimType]).toEqual([400, "expiredCursor"]);
    });

    it("a cursor of another connection is invalidCursor", async () => {
      const { nextCursor } = (await list("/Users", { count: 1, cursor: "" })).body;
      const add =
        'mutation { addConnection(organization: "acme", slug: "other", name: "Other", kind: SCIM) { slug } }';
      expect((await client.server.graphql(add)).body.errors).toBeUndefined();
      const create =
        'mutation { createScimToken(organization: "acme", connection: "other", label: "x") { token } }';
      const token = (await client.server.graphql(create)).body.data.createScimToken.token;
      const foreign = clientOf(client.server, token);
      const answer = await foreign.send("GET", `/Users?count=1&cursor=${nextCursor}`);
      expect([answer.status, answer.body.scimType]).toEqual([400, "invalidCursor"]);
    });
  });
});
