/** HTTP as SCIM uses it: addresses, methods, media types, what a write gives back (RFC 7644 §3). */
import { describe, expect, it } from "vitest";
import { groupUrn, onEachEngine, patch, userUrn } from "./support.ts";

const searchUrn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

await onEachEngine(({ send, user, group, server }) => {
  describe("/Me", () => {
    it.each(["GET", "POST", "PUT", "PATCH", "DELETE"])("is refused with 501 for %s", async (method) => {
      const body = method === "GET" || method === "DELETE" ? undefined : {};
      const answer = await send(method, "/Me", body);
      expect([answer.status, answer.body.status]).toEqual([501, "501"]);
    });
  });

  describe("a method", () => {
    it("HEAD answers as GET does, without the body", async () => {
      const { id, meta } = await user();
      const head = await send("HEAD", `/Users/${id}`);
      expect([head.status, head.body]).toEqual([200, ""]);
      expect(head.headers.get("etag")).toBe(meta.version);
      expect(head.headers.get("content-type")).toContain("application/scim+json");
      expect((await send("HEAD", "/Users/nobody")).status).toBe(404);
    });

    it.each([
      ["DELETE", "/Users", "GET, HEAD, POST"],
      ["POST", "/Users/01a20405-aa61-74ff-a018-000000000000", "GET, HEAD, PUT, PATCH, DELETE"],
      ["GET", "/Users/.search", "POST"],
      ["GET", "/Bulk", "POST"],
      ["POST", "/ServiceProviderConfig", "GET, HEAD"],
      ["DELETE", "/Schemas/x", "GET, HEAD"],
    ])("%s %s does not exist, and the answer names those that do", async (method, path, allow) => {
      const answer = await send(method, path, method === "POST" ? {} : undefined);
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, allow]);
      expect(answer.body.schemas).toEqual(["urn:ietf:params:scim:api:messages:2.0:Error"]);
    });
  });

  describe("an answer", () => {
    it("of one resource says where it is, in the body and in the header", async () => {
      const made = [await user(), await group()];
      for (const { meta } of made) {
        const answer = await send("GET", meta.location.slice(meta.location.indexOf("/scim/v2") + 8));
        expect(answer.headers.get("location")).toBe(meta.location);
      }
      const created = await send("POST", "/Users", { schemas: [userUrn], userName: "located@acme.test" });
      expect([created.status, created.headers.get("location")]).toEqual([201, created.body.meta.location]);
    });

    it("to a creation, PUT or PATCH that would be a duplicate is 409 uniqueness", async () => {
      const [first, second] = [await user({ userName: "Taken@acme.test" }), await user()];
      const taken = { schemas: [userUrn], userName: "tAKEN@ACME.test" };
      const change = patch({ op: "replace", path: "userName", value: "TAKEN@acme.test" });
      for (const answer of [
        await send("POST", "/Users", taken),
        await send("PUT", `/Users/${second.id}`, taken),
        await send("PATCH", `/Users/${second.id}`, change),
      ]) {
        expect([answer.status, answer.body.scimType]).toEqual([409, "uniqueness"]);
      }
      expect((await send("PUT", `/Users/${first.id}`, taken)).status).toBe(200);
    });

    it.each(["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"])(
      "a discovery document with a filter is 403",
      async (path) => {
        expect((await send("GET", `${path}?filter=id%20pr`)).status).toBe(403);
      },
    );

    it("without a credential is 401, names the scheme and has an error body", async () => {
      const answer = await server.request("/scim/v2/Users");
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
      expect(answer.body).toMatchObject({ status: "401", detail: expect.any(String) });
    });

    it.each([
      [undefined, "application/scim+json"],
      ["application/scim+json", "application/scim+json"],
      ["application/json", "application/json"],
      ["application/json, application/scim+json", "application/scim+json"],
      ["*/*", "application/scim+json"],
      ["text/html", "application/scim+json"],
    ])("to Accept %s is %s, also of an error", async (accept, type) => {
      for (const path of ["/Users?count=0", "/Users/nobody"]) {
        const { headers } = await send("GET", path, undefined, accept === undefined ? {} : { accept });
        expect(headers.get("content-type")?.split(";")[0]).toBe(type);
      }
    });

    it.each(["application/scim+json", "application/json", "application/scim+json; charset=utf-8"])(
      "comes to a body of type %s",
      async (type) => {
        const { id } = await user();
        const change = patch({ op: "add", path: "title", value: "x" });
        expect((await send("PATCH", `/Users/${id}`, change, { "content-type": type })).status).toBe(200);
      },
    );

    it("comes to no body of another type", async () => {
      const { id } = await user();
      const change = patch({ op: "add", path: "title", value: "x" });
      const answer = await send("PATCH", `/Users/${id}`, change, { "content-type": "text/plain" });
      expect(answer.status).toBe(400);
    });
  });

  describe("attributes and excludedAttributes", () => {
    const whole = () => ({
      schemas: [userUrn],
      userName: `p${Math.random()}@acme.test`,
      title: "T",
      nickName: "N",
      password: "never shown",
    });
    const group = () => ({ schemas: [groupUrn], displayName: "projected" });
    const keys = (body: object) => Object.keys(body).toSorted();

    it.each(["POST", "PUT", "PATCH"])(
      "choose what a %s gives back; id and schemas always",
      async (method) => {
        const { id } = await user();
        const path = method === "POST" ? "/Users" : `/Users/${id}`;
        const body = () =>
          method === "PATCH" ? patch({ op: "replace", value: { title: "T", nickName: "N" } }) : whole();
        const only = await send(method, `${path}?attributes=title,password`, body());
        expect(keys(only.body)).toEqual(["id", "schemas", "title"]);
        expect(only.headers.get("etag")).toMatch(/^W\//);
        const without = await send(method, `${path}?excludedAttributes=title,meta,id`, body());
        expect(without.body).toMatchObject({ nickName: "N", id: expect.any(String) });
        expect(without.body).not.toHaveProperty("title");
        expect(without.body).not.toHaveProperty("meta");
        expect(without.body).not.toHaveProperty("password");
      },
    );

    it.each(["POST", "PUT", "PATCH"])("choose what a %s of a group gives back", async (method) => {
      const { id: member } = await user({ displayName: "Ada" });
      const made = (await send("POST", "/Groups", group())).body;
      const path = method === "POST" ? "/Groups" : `/Groups/${made.id}`;
      const members = [{ value: member }];
      const body = () =>
        method === "PATCH" ? patch({ op: "replace", value: { members } }) : { ...group(), members };
      const shown = await send(method, `${path}?attributes=members.display`, body());
      expect(shown.body.members).toEqual([{ display: "Ada" }]);
      const usual = await send(method, path, body());
      // A member's name is shown on request only (RFC 7643 §7).
      expect(usual.body.members[0]).not.toHaveProperty("display");
      const without = await send(method, `${path}?excludedAttributes=members`, body());
      expect(without.body).not.toHaveProperty("members");
    });

    it("make a PATCH answer with a body, also for a client that otherwise gets 204", async () => {
      const { id } = (await send("POST", "/Groups", group())).body;
      const rename = patch({ op: "replace", path: "displayName", value: "named" });
      const silent = await send("PATCH", `/Groups/${id}`, rename, { "user-agent": "" });
      expect(silent.status).toBe(204);
      const asked = await send("PATCH", `/Groups/${id}?attributes=displayName`, rename, { "user-agent": "" });
      expect([asked.status, asked.body.displayName]).toEqual([200, "named"]);
    });

    it("are taken by .search, as every parameter of a list is", async () => {
      const marker = `m${Math.random()}`;
      for (const title of ["b", "a", "c"]) await user({ title, nickName: marker });
      const search = {
        schemas: [searchUrn],
        filter: `nickName eq "${marker}"`,
        sortBy: "title",
        sortOrder: "descending",
        startIndex: 2,
        count: 1,
        attributes: ["title", "nickName"],
      };
      const { body } = await send("POST", "/Users/.search", search);
      expect(body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
      expect(keys(body.Resources[0])).toEqual(["id", "nickName", "schemas", "title"]);
      expect(body.Resources[0].title).toBe("b");
      const { attributes: _, ...rest } = search;
      const excluded = await send("POST", "/Users/.search", { ...rest, excludedAttributes: ["title"] });
      expect(excluded.body.Resources[0]).not.toHaveProperty("title");
    });
  });
});
