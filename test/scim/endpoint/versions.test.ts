/** Versions of resources (RFC 7644 §3.14): what carries one, what changes it, and what a condition holds back. */
import { describe, expect, it } from "vitest";
import { groupUrn, onEachEngine, patch, userUrn } from "./support.ts";

const rename = (displayName: string) => patch({ op: "replace", path: "displayName", value: displayName });

await onEachEngine(({ send, user, group }) => {
  const versionOf = async (path: string) => (await send("GET", path)).headers.get("etag");

  describe("a version", () => {
    it("is in the body and in the ETag of every answer of one user", async () => {
      const whole = { schemas: [userUrn], userName: "every@acme.test" };
      const created = await send("POST", "/Users", whole);
      const path = `/Users/${created.body.id}`;
      const put = await send("PUT", path, { ...whole, title: "put" });
      const patched = await send("PATCH", path, rename("patched"));
      for (const { headers, body } of [created, put, patched, await send("GET", path)]) {
        expect(headers.get("etag")).toBe(body.meta.version);
        expect(body.meta.version).toMatch(/^W\/"[^"]+"$/);
      }
      expect(new Set([created, put, patched].map(({ body }) => body.meta.version)).size).toBe(3);
      expect(await versionOf(path)).toBe(patched.body.meta.version);
    });

    it("is in the ETag of every answer of one group, also where the answer has no body", async () => {
      const { id, meta } = await group();
      const path = `/Groups/${id}`;
      const put = await send("PUT", path, { schemas: [groupUrn], displayName: "put" });
      expect(put.headers.get("etag")).toBe(put.body.meta.version);
      expect(put.body.meta.version).not.toBe(meta.version);
      const silent = await send("PATCH", path, rename("silent"), { "user-agent": "" });
      expect(silent.status).toBe(204);
      expect(silent.headers.get("etag")).toBe(await versionOf(path));
      expect(silent.headers.get("etag")).not.toBe(put.body.meta.version);
    });

    it("of a group changes with its members, and when a member is deleted", async () => {
      const [one, two] = [await user(), await user()];
      const { id } = await group([one.id]);
      const first = await versionOf(`/Groups/${id}`);
      const add = { op: "add", path: "members", value: [{ value: two.id }] };
      await send("PATCH", `/Groups/${id}`, patch(add));
      const second = await versionOf(`/Groups/${id}`);
      await send("DELETE", `/Users/${two.id}`);
      const third = await versionOf(`/Groups/${id}`);
      expect(new Set([first, second, third]).size).toBe(3);
    });

    it("of a user changes with its groups and their names, so that no 304 hides a lost membership", async () => {
      const { id, meta } = await user();
      const { id: groupId } = await group([id]);
      const member = await versionOf(`/Users/${id}`);
      await send("PATCH", `/Groups/${groupId}`, rename("renamed"));
      const renamed = await versionOf(`/Users/${id}`);
      expect(new Set([meta.version, member, renamed]).size).toBe(3);
      await send("DELETE", `/Groups/${groupId}`);
      const stale = await send("GET", `/Users/${id}`, undefined, { "if-none-match": renamed ?? "" });
      expect(stale.status).toBe(200);
      expect(stale.body.meta.version).toBe(meta.version);
    });
  });

  describe.each(["Users", "Groups"])("a condition on %s", (kind) => {
    const create = () => (kind === "Users" ? user() : group());
    const whole =
      kind === "Users"
        ? { schemas: [userUrn], userName: "taken-over@acme.test" }
        : { schemas: [groupUrn], displayName: "taken over" };

    it.each(["PUT", "PATCH", "DELETE"])("If-Match holds back a %s of another version", async (method) => {
      const { id, meta } = await create();
      const path = `/${kind}/${id}`;
      await send("PATCH", path, rename("in between"));
      const body = method === "PUT" ? whole : method === "PATCH" ? rename("lost") : undefined;
      const refused = await send(method, path, body, { "if-match": meta.version });
      expect(refused.status).toBe(412);
      expect(refused.body).toMatchObject({ status: "412" });
      expect(refused.body).not.toHaveProperty("scimType");
      const now = await send("GET", path);
      expect(now.body.displayName).toBe("in between");
      const done = await send(method, path, body, { "if-match": now.body.meta.version });
      expect(done.status).toBe(method === "DELETE" ? 204 : 200);
    });

    it.each([
      ["*", true],
      ['"TAG"', true],
      ['"other", W/"TAG"', true],
      ['W/"other","x"', false],
      ["TAG", false],
      ["", false],
    ])("If-Match %s compares weakly, in lists too: %s", async (header, passes) => {
      const { id, meta } = await create();
      const tag = /"(.*)"/.exec(meta.version)?.[1] ?? "";
      const answer = await send("PATCH", `/${kind}/${id}`, rename("x"), {
        "if-match": header.replace("TAG", tag),
      });
      expect(answer.status).toBe(passes ? 200 : 412);
    });

    it("If-None-Match answers a read of a known version 304, without a body", async () => {
      const { id, meta } = await create();
      const path = `/${kind}/${id}`;
      const known = await send("GET", path, undefined, { "if-none-match": `"x", ${meta.version}` });
      expect([known.status, known.body, known.headers.get("etag")]).toEqual([304, "", meta.version]);
      await send("PATCH", path, rename("new"));
      expect((await send("GET", path, undefined, { "if-none-match": meta.version })).status).toBe(200);
      expect((await send("GET", path, undefined, { "if-none-match": "*" })).status).toBe(304);
    });

    it("If-None-Match: * holds back a change of what exists", async () => {
      const { id } = await create();
      const answer = await send("PATCH", `/${kind}/${id}`, rename("x"), { "if-none-match": "*" });
      expect(answer.status).toBe(412);
    });

    it("of a resource that does not exist is 404, not 412", async () => {
      const path = `/${kind}/01a20405-aa61-74ff-a018-000000000000`;
      expect((await send("DELETE", path, undefined, { "if-match": "*" })).status).toBe(404);
    });

    it("lets one of many writers through who read the same version", async () => {
      const { id, meta } = await create();
      const writers = Array.from({ length: 8 }, (_, at) =>
        send("PATCH", `/${kind}/${id}`, rename(`writer ${at}`), { "if-match": meta.version }),
      );
      const statuses = (await Promise.all(writers)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
    });
  });

  it("deleting a user while others push it into a group ends without an error", async () => {
    const { id } = await group();
    const people = await Promise.all(Array.from({ length: 6 }, () => user()));
    const value = people.map((person) => ({ value: person.id }));
    await send("PATCH", `/Groups/${id}`, patch({ op: "add", path: "members", value }));
    const work = people.flatMap((person) => [
      send("DELETE", `/Users/${person.id}`),
      send("PATCH", `/Groups/${id}`, patch({ op: "add", path: "members", value: [{ value: person.id }] })),
    ]);
    const statuses = (await Promise.all(work)).map(({ status }) => status);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect((await send("GET", `/Groups/${id}`)).body.members).toBeUndefined();
  });
});
