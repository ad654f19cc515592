/** What an answer promises: nothing is said to be done that was not, and nothing is done twice. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { engines } from "../../support/engines.ts";
import { raw } from "../../support/raw.ts";
import { startServer } from "../../support/server.ts";

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const patch = (...operations: ReadonlyArray<object>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});

for (const engine of engines) {
  const server = engine.skip ? undefined : await startServer({}, await engine.location());
  describe.skipIf(server === undefined)(`on the ${engine.name} engine`, () => {
    const scim = (method: string, path: string, body?: unknown) => {
      if (server === undefined) throw new Error("skipped");
      return server.scim(method, path, body);
    };
    const create = async (more: object = {}) =>
      (await scim("POST", "/Users", { schemas: [userUrn], userName: `u-${Math.random()}`, ...more })).body;

    it("the same PUT sent again is no change: same version, no event", async () => {
      const whole = {
        schemas: [userUrn, enterprise],
        userName: "put@acme.test",
        active: true,
        name: { familyName: "Lovelace", givenName: "Ada" },
        emails: [{ type: "work", value: "put@acme.test", primary: true }],
        [enterprise]: { department: "Research", employeeNumber: "1" },
      };
      const { id, meta } = (await scim("POST", "/Users", whole)).body;
      expect((await scim("PUT", `/Users/${id}`, whole)).body.meta.version).toBe(meta.version);
      const own = (await scim("GET", `/Users/${id}`)).body;
      expect((await scim("PUT", `/Users/${id}`, own)).body.meta).toEqual(meta);
      const query = `{ organization(slug: "acme") { events(subject: "${id}") { type } } }`;
      const events = (await server?.graphql(query))?.body.data.organization.events;
      expect(events).toEqual([{ type: "user.created" }]);
    });

    it("the same PUT of a group sent again is no change", async () => {
      const member = await create();
      const whole = { schemas: [groupUrn], displayName: "same", members: [{ value: member.id }] };
      const { id, meta } = (await scim("POST", "/Groups", whole)).body;
      const first = (await scim("PUT", `/Groups/${id}`, whole)).body.meta.version;
      expect((await scim("PUT", `/Groups/${id}`, whole)).body.meta.version).toBe(first);
      expect(meta.resourceType).toBe("Group");
    });

    it.each([
      ["no sub-attribute it names exists", { name: { nonsense: 1 } }, "invalidPath"],
      ["an attribute is named twice", { active: true, ACTIVE: false }, "invalidValue"],
    ])("a PATCH without a path is refused where %s", async (_, value, scimType) => {
      const { id } = await create();
      const answer = await scim("PATCH", `/Users/${id}`, patch({ op: "replace", value }));
      expect([answer.status, answer.body.scimType]).toEqual([400, scimType]);
    });

    it("taking active away does not bring anybody back", async () => {
      const { id, userName } = await create({ active: false });
      await scim("PATCH", `/Users/${id}`, patch({ op: "remove", path: "active" }));
      const query =
        'query ($name: String!) { organization(slug: "acme") { explain(name: $name) { account { active } } } }';
      const { body } = (await server?.graphql(query, { name: userName })) ?? { body: undefined };
      expect(body.data.organization.explain).toEqual([{ account: { active: false } }]);
    });

    it("values as long as they may be, of characters that do not compress, are kept", async () => {
      const long = (length: number) =>
        Array.from(randomBytes(length), (byte) => String.fromCharCode(0x4e00 + byte * 32)).join("");
      const values = { userName: long(512), externalId: long(512), emails: [{ value: long(512) }] };
      expect((await scim("POST", "/Users", { schemas: [userUrn], ...values })).status).toBe(201);
      const group = { schemas: [groupUrn], displayName: long(512), externalId: long(512) };
      expect((await scim("POST", "/Groups", group)).status).toBe(201);
      const email = { schemas: [userUrn], userName: "x", emails: [{ value: long(513) }] };
      expect((await scim("POST", "/Users", email)).status).toBe(400);
    });

    it.each([
      "0000-01-01T00:00:00Z",
      "10000-01-01T00:00:00Z",
      "-0001-01-01T00:00:00Z",
      "2026-02-30T00:00:00Z",
      "2026-01-01T24:00:00Z",
      "2026-01-01T00:00:60Z",
      "2026-01-01T00:00:00+20:00",
      "2026-01-01T00:00:00.123456789Z",
    ])("the moment %s is refused or compared, and breaks nothing", async (moment) => {
      const filter = encodeURIComponent(`meta.created gt "${moment}"`);
      expect([200, 400]).toContain((await scim("GET", `/Users?filter=${filter}`)).status);
    });

    it("a group's PATCH may select members by other things than ids only a few times", async () => {
      const member = await create({ displayName: "Mallory" });
      const body = { schemas: [groupUrn], displayName: "searched", members: [{ value: member.id }] };
      const { id } = (await scim("POST", "/Groups", body)).body;
      const remove = (name: string) => ({ op: "remove", path: `members[display eq "${name}"]` });
      const many = Array.from({ length: 6 }, (_, at) => remove(`nobody ${at}`));
      expect((await scim("PATCH", `/Groups/${id}`, patch(...many))).status).toBe(400);
      expect((await scim("PATCH", `/Groups/${id}`, patch(remove("Mallory")))).body.members).toBeUndefined();
    });

    it("an address that is none is answered in SCIM's form or not found, and breaks nothing", async () => {
      if (server === undefined) return;
      const answer = await raw(`${server.url}/scim/v2//[::bad/%zz`, "GET", {});
      expect([400, 401, 404]).toContain(answer.status);
      expect((await scim("GET", "/Users?count=0")).status).toBe(200);
    });
  });
}
