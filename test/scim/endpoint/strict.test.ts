/** A strict connection over HTTP: the interoperability and IPSIE profiles' duties, and the lenient one beside it. */
import { describe, expect, it } from "vitest";
import { type Client, groupUrn, onEachEngine, patch, userUrn } from "./support.ts";

const setStrict = async ({ server }: Client, strict: boolean) => {
  const document =
    'mutation ($s: Boolean!) { setConnectionStrict(organization: "acme", connection: "scim", strict: $s) { strict } }';
  expect((await server.graphql(document, { s: strict })).body.errors).toBeUndefined();
};

const found = async ({ send }: Client, path: string, filter: string) => {
  const answer = await send("GET", `${path}?filter=${encodeURIComponent(filter)}`);
  return answer.status === 200
    ? answer.body.Resources.map(({ id }: { id: string }) => id)
    : answer.body.scimType;
};

await onEachEngine((client) => {
  const { send, user, group } = client;

  describe("a strict connection", () => {
    it("says so, and only then", async () => {
      const announced = async () =>
        (await send("GET", "/ServiceProviderConfig")).body.interopProfileConformant;
      expect(await announced()).toBeUndefined();
      await setStrict(client, true);
      expect(await announced()).toBe(true);
    });

    it("announces no password, a list of types, and resource types whose id is their name", async () => {
      const { attributes } = (await send("GET", `/Schemas/${userUrn}`)).body;
      expect(attributes.map(({ name }: { name: string }) => name)).not.toContain("password");
      const types = (await send("GET", "/ResourceTypes")).body.Resources;
      for (const { id, name } of types) expect(id).toBe(name);
    });

    it("refuses what its schemas do not have, in SCIM's own form", async () => {
      const create = await send("POST", "/Users", { schemas: [userUrn], userName: "x", shoeSize: 44 });
      expect([create.status, create.body.scimType]).toEqual([400, "invalidSyntax"]);
      const { id } = await user();
      const put = await send("PUT", `/Users/${id}`, { schemas: [userUrn], userName: "x", password: "x" });
      expect([put.status, put.body.scimType]).toEqual([400, "invalidSyntax"]);
      const noPath = await send("PATCH", `/Users/${id}`, patch({ op: "replace", value: { active: false } }));
      expect([noPath.status, noPath.body.scimType]).toEqual([400, "invalidSyntax"]);
      const made = await send("POST", "/Groups", { schemas: [groupUrn], displayName: "x", colour: "red" });
      expect([made.status, made.body.scimType]).toEqual([400, "invalidSyntax"]);
      expect(await found(client, "/Users", 'shoeSize eq "44"')).toBe("invalidFilter");
      expect(await found(client, "/Users", 'password eq "x"')).toBe("invalidFilter");
    });

    it("finds people by every filter the profiles ask for, each with its own case rule", async () => {
      const emails = [{ value: "ada@acme.test", type: "work" }, { value: "ada@home.test" }];
      const { id } = await user({ userName: "Ada@acme.test", externalId: "Ext-1", emails });
      expect(await found(client, "/Users", 'userName eq "ADA@ACME.TEST"')).toEqual([id]);
      expect(await found(client, "/Users", 'externalId eq "Ext-1"')).toEqual([id]);
      expect(await found(client, "/Users", 'externalId eq "ext-1"')).toEqual([]);
      expect(await found(client, "/Users", `id eq "${id}"`)).toEqual([id]);
      expect(await found(client, "/Users", `id eq "${id.toUpperCase()}"`)).toEqual([]);
      expect(await found(client, "/Users", 'emails[value eq "ada@acme.test"]')).toEqual([id]);
      expect(await found(client, "/Users", 'emails[type eq "work" and value eq "ada@acme.test"]')).toEqual([
        id,
      ]);
      expect(await found(client, "/Users", 'emails[type eq "work" and value eq "ada@home.test"]')).toEqual(
        [],
      );
    });

    it("finds groups by name, external id and member", async () => {
      const { id: member } = await user();
      const { id } = await group([member], { externalId: "G-1", displayName: "Finders" });
      expect(await found(client, "/Groups", 'displayName eq "Finders"')).toEqual([id]);
      expect(await found(client, "/Groups", 'externalId eq "G-1"')).toEqual([id]);
      expect(await found(client, "/Groups", 'externalId eq "g-1"')).toEqual([]);
      expect(await found(client, "/Groups", `members[value eq "${member}"]`)).toEqual([id]);
    });

    it("holds userName unique as it is filtered, and externalId apart by its case", async () => {
      await user({ userName: "Grace@acme.test", externalId: "Case" });
      const body = { schemas: [userUrn], userName: "grace@ACME.test" };
      const again = await send("POST", "/Users", body);
      expect([again.status, again.body.scimType]).toEqual([409, "uniqueness"]);
      const { id } = await user();
      const rename = patch({ op: "replace", path: "userName", value: "GRACE@acme.test" });
      const patched = await send("PATCH", `/Users/${id}`, rename);
      expect([patched.status, patched.body.scimType]).toEqual([409, "uniqueness"]);
      expect((await user({ externalId: "case" })).externalId).toBe("case");
    });

    it("really deletes: 404 from then on, and the name is free", async () => {
      const { id } = await user({ userName: "gone@acme.test" });
      expect((await send("DELETE", `/Users/${id}`)).status).toBe(204);
      for (const method of ["GET", "DELETE"]) expect((await send(method, `/Users/${id}`)).status).toBe(404);
      const change = patch({ op: "replace", path: "active", value: true });
      expect((await send("PATCH", `/Users/${id}`, change)).status).toBe(404);
      expect(await found(client, "/Users", 'userName eq "gone@acme.test"')).toEqual([]);
      expect((await user({ userName: "gone@acme.test" })).id).not.toBe(id);
    });

    it("gives a hundred at once, and takes sixty members in one PATCH", async () => {
      const ids: Array<string> = [];
      for (let made = 0; made < 101; made += 1) ids.push((await user()).id);
      expect((await send("GET", "/Users?count=100")).body.itemsPerPage).toBe(100);
      const { id } = await group();
      const operations = ids
        .slice(0, 60)
        .map((value) => ({ op: "add", path: "members", value: [{ value }] }));
      const answer = await send("PATCH", `/Groups/${id}`, patch(...operations));
      expect(answer.body.members).toHaveLength(60);
    });

    it("replaces a complex attribute and merges what is added", async () => {
      const { id } = await user({ name: { givenName: "Ada", familyName: "Lovelace" } });
      const change = async (op: string, value: object) =>
        (await send("PATCH", `/Users/${id}`, patch({ op, path: "name", value }))).body.name;
      expect(await change("add", { middleName: "K" })).toEqual({
        givenName: "Ada",
        familyName: "Lovelace",
        middleName: "K",
      });
      expect(await change("replace", { givenName: "Augusta" })).toEqual({ givenName: "Augusta" });
    });
  });

  describe("the same connection, lenient again", () => {
    it("takes what it took before", async () => {
      await setStrict(client, false);
      const { id } = await user({ shoeSize: 44, password: "x" });
      const change = patch({ op: "Replace", value: { active: "False" } });
      expect((await send("PATCH", `/Users/${id}`, change)).body.active).toBe(false);
    });
  });
});
