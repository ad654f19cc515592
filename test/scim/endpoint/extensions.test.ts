/** An organization's own schemas, as its identity providers see and use them. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Client, clientOf, enterpriseUrn, groupUrn, onEachEngine, patch, userUrn } from "./support.ts";

const example = JSON.parse(
  readFileSync(new URL("../../../config/extension-schema.json", import.meta.url), "utf8"),
);
const hr: string = example.id;
const team = {
  id: "urn:acme:scim:team:2.0:Group",
  attributes: [
    { name: "members", multiValued: true },
    { name: "cost", type: "decimal" },
  ],
};
const quirks = {
  id: "urn:acme:scim:quirks:2.0:User",
  attributes: [
    { name: "constructor" },
    { name: "userName" },
    { name: "department" },
    { name: "always", returned: "always" },
    { name: "asked", returned: "request" },
    {
      name: "cards",
      type: "complex",
      multiValued: true,
      subAttributes: [{ name: "value" }, { name: "type" }],
    },
    { name: "photo", type: "binary" },
    { name: "boss", type: "reference", referenceTypes: ["User"] },
  ],
};

const set = `mutation ($organization: String!, $document: JSON!, $type: ScimResourceType!) {
  setScimSchema(organization: $organization, document: $document, resourceType: $type) { id } }`;

const declare = async (
  { server }: Client,
  document: unknown,
  type: "USER" | "GROUP" = "USER",
  organization = "acme",
) => {
  const { body } = await server.graphql(set, { organization, document, type });
  expect(body.errors).toBeUndefined();
};

const neighbour = async ({ server }: Client) => {
  await server.graphql('mutation { createOrganization(slug: "globex") { id } }');
  const of = 'organization: "globex"';
  await server.graphql(`mutation { addConnection(${of}, kind: SCIM, slug: "scim") { id } }`);
  const { body } = await server.graphql(
    `mutation { createScimToken(${of}, connection: "scim", label: "x") { token } }`,
  );
  return clientOf(server, body.data.createScimToken.token);
};

const found = (text: string) => `filter=${encodeURIComponent(text)}`;

await onEachEngine((client) => {
  const { send, user, group } = client;
  let other: Client;
  beforeAll(async () => {
    // A request before the declaration: what it was answered by must not be kept.
    expect((await send("GET", `/Schemas/${hr}`)).status).toBe(404);
    other = await neighbour(client);
    await declare(client, example);
    await declare(client, quirks);
    await declare(client, team, "GROUP");
  });

  const names = async (filter: string, list = "Users") =>
    (await send("GET", `/${list}?${found(filter)}`)).body.Resources?.map(
      (one: { userName?: string; displayName?: string }) => one.userName ?? one.displayName,
    );

  describe("a declared schema", () => {
    it("is in /Schemas as it was declared, and in /ResourceTypes", async () => {
      const { body } = await send("GET", `/Schemas/${hr.toUpperCase()}`);
      expect(body).toMatchObject(example);
      expect(body.meta.location).toContain(`/scim/v2/Schemas/${hr}`);
      expect(JSON.stringify(body)).not.toContain("null");
      const types = await send("GET", "/ResourceTypes");
      const extensionsOf = (at: number) =>
        types.body.Resources[at].schemaExtensions.map(({ schema }: { schema: string }) => schema);
      expect(extensionsOf(0)).toEqual([enterpriseUrn, hr, quirks.id]);
      expect(extensionsOf(1)).toEqual([team.id]);
    });

    it("is kept, listed in schemas, and shown in its own spelling", async () => {
      const created = await user({
        [hr.toUpperCase()]: {
          BADGE: "green",
          Level: 3,
          skills: ["sql"],
          site: { Code: "MUC", remote: false },
        },
      });
      const value = { badge: "green", level: 3, skills: ["sql"], site: { code: "MUC", remote: false } };
      expect(created[hr]).toEqual(value);
      expect(created.schemas).toEqual([userUrn, hr]);
      const { body } = await send("GET", `/Users/${created.id}`);
      expect(body).toEqual(created);
    });

    it("is replaced by PUT, and gone where PUT does not have it", async () => {
      const { id, userName } = await user({ [hr]: { badge: "green", level: 1 } });
      const whole = { schemas: [userUrn], userName };
      const put = await send("PUT", `/Users/${id}`, { ...whole, [hr]: { badge: "red" } });
      expect(put.body[hr]).toEqual({ badge: "red" });
      const without = await send("PUT", `/Users/${id}`, whole);
      expect(without.body).not.toHaveProperty([hr]);
      expect(without.body.schemas).toEqual([userUrn]);
    });

    it("is not in the other resource type", async () => {
      expect(await group([], { [hr]: { badge: "green" } })).not.toHaveProperty([hr]);
      expect((await send("GET", `/Groups?${found(`${hr}:badge eq "green"`)}`)).status).toBe(400);
    });
  });

  describe("a PATCH", () => {
    const patched = async (id: string, ...operations: ReadonlyArray<object>) =>
      (await send("PATCH", `/Users/${id}`, patch(...operations))).body;

    it("names its attributes by URN, as Entra does with and without its flag", async () => {
      const { id } = await user();
      const byPath = await patched(id, { op: "Add", path: `${hr}:badge`, value: "green" });
      expect(byPath[hr]).toEqual({ badge: "green" });
      const byKey = await patched(id, {
        op: "replace",
        value: { [`${hr}:badge`]: "red", "name.givenName": "Ada" },
      });
      expect(byKey[hr]).toEqual({ badge: "red" });
      const whole = await patched(id, { op: "add", value: { [hr]: { level: 2 } } });
      expect(whole[hr]).toEqual({ badge: "red", level: 2 });
      const parts = await patched(id, { op: "add", path: `${hr}:site.code`, value: "MUC" });
      expect(parts[hr].site).toEqual({ code: "MUC" });
      const removed = await patched(
        id,
        { op: "remove", path: `${hr}:badge` },
        { op: "remove", path: `${hr}:site` },
      );
      expect(removed[hr]).toEqual({ level: 2 });
      const none = await patched(id, { op: "remove", path: hr });
      expect(none).not.toHaveProperty([hr]);
      expect(none.schemas).toEqual([userUrn]);
    });

    it("adds to several values, takes some away, and selects elements", async () => {
      const { id } = await user({ [hr]: { skills: ["sql"] } });
      const added = await patched(id, { op: "add", path: `${hr}:skills`, value: ["go", "sql"] });
      expect(added[hr].skills).toEqual(["sql", "go"]);
      const removed = await patched(id, { op: "remove", path: `${hr}:skills`, value: ["sql"] });
      expect(removed[hr].skills).toEqual(["go"]);
      const cards = `${quirks.id}:cards`;
      const made = await patched(id, { op: "add", path: `${cards}[type eq "door"].value`, value: "7" });
      expect(made[quirks.id].cards).toEqual([{ value: "7", type: "door" }]);
      const changed = await patched(id, {
        op: "replace",
        path: `${cards}[type eq "door"].value`,
        value: "8",
      });
      expect(changed[quirks.id].cards).toEqual([{ value: "8", type: "door" }]);
    });

    it("of a group's attribute called members leaves the group's members alone", async () => {
      const member = await user();
      const { id } = await group([member.id]);
      const answer = await send(
        "PATCH",
        `/Groups/${id}`,
        patch(
          { op: "add", path: `${team.id}:members`, value: ["x"] },
          { op: "add", value: { [team.id]: { members: ["y"] } } },
        ),
      );
      expect(answer.body[team.id].members).toEqual(["x", "y"]);
      expect(answer.body.members).toMatchObject([{ value: member.id }]);
      const emptied = await send(
        "PATCH",
        `/Groups/${id}`,
        patch({ op: "remove", path: `${team.id}:members` }),
      );
      expect(emptied.body).not.toHaveProperty([team.id]);
      expect(emptied.body.members).toHaveLength(1);
    });

    it("takes an unqualified name for the core's, then the enterprise extension's, then this one's", async () => {
      const { id } = await user();
      const body = await patched(
        id,
        { op: "replace", path: "badge", value: "green" },
        { op: "replace", path: "department", value: "Sales" },
      );
      expect(body[hr]).toEqual({ badge: "green" });
      expect(body[enterpriseUrn]).toEqual({ department: "Sales" });
      expect(body).not.toHaveProperty([quirks.id]);
    });
  });

  describe("a query", () => {
    beforeAll(async () => {
      const people = [
        {
          badge: "green",
          level: 1,
          contractEnd: "2030-01-01T00:00:00Z",
          skills: ["sql"],
          site: { code: "MUC" },
        },
        { badge: "Yellow", level: 20, contractEnd: "2031-01-01T00:00:00+01:00", skills: ["sql", "go"] },
        { level: 3, site: { code: "muc", remote: true } },
      ];
      for (const [at, value] of people.entries()) await user({ userName: `q${at}`, [hr]: value, title: "q" });
    });

    it.each([
      ['badge eq "GREEN"', ["q0"]],
      ["level gt 2", ["q1", "q2"]],
      ["level ge 3 and not (#badge pr)", ["q2"]],
      ['contractEnd lt "2030-12-31T23:30:00Z"', ["q0", "q1"]],
      ['skills eq "go"', ["q1"]],
      ['site.code eq "MUC"', ["q0"]],
      ["site.remote eq true", ["q2"]],
      ['site[code eq "x"]', undefined],
      ["skills pr", ["q0", "q1"]],
    ])("finds by %s", async (condition, expected) => {
      const filter = `title eq "q" and ${hr}:${condition.replace("#", `${hr}:`)}`;
      expect(await names(filter)).toEqual(expected);
    });

    it.each([
      ['level eq "3"', "compares with a integer"],
      ["badge eq 3", "compares with a string"],
      ['contractEnd gt "yesterday"', "compares with a dateTime"],
      ["site.remote gt true", '"gt" does not apply'],
      ["level co 3", '"co" does not apply'],
      ["nothing pr", "There is no attribute"],
      ["__proto__ pr", "There is no attribute"],
      ["badge.code pr", "There is no attribute"],
      ['site eq "x"', "Name a sub-attribute"],
    ])("refuses %s", async (condition, sentence) => {
      const { status, body } = await send("GET", `/Users?${found(`${hr}:${condition}`)}`);
      expect({ status, scimType: body.scimType }).toEqual({ status: 400, scimType: "invalidFilter" });
      expect(body.detail).toContain(sentence);
    });

    it("sorts by them, numbers as numbers", async () => {
      const sorted = async (name: string) => {
        const query = `/Users?${found('title eq "q"')}&sortBy=${encodeURIComponent(`${hr}:${name}`)}`;
        return (await send("GET", query)).body.Resources.map((one: { userName: string }) => one.userName);
      };
      expect(await sorted("level")).toEqual(["q0", "q2", "q1"]);
      expect(await sorted("skills")).toEqual(["q0", "q1", "q2"]);
      expect(await sorted("contractEnd")).toEqual(["q0", "q1", "q2"]);
      expect(await sorted("site.code")).toEqual(["q0", "q2", "q1"]);
    });

    it("finds groups by theirs, and both in one list", async () => {
      await group([], { displayName: "costly", [team.id]: { cost: 12.5 } });
      expect(await names(`${team.id}:cost gt 12`, "Groups")).toEqual(["costly"]);
      const schemas = ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"];
      const { body } = await send("POST", "/.search", { schemas, filter: `${team.id}:cost pr` });
      expect(body.totalResults).toBe(1);
    });
  });

  describe("what is shown", () => {
    const shown = async (id: string, query: string) => (await send("GET", `/Users/${id}?${query}`)).body;

    it("goes by attributes, excludedAttributes and returned", async () => {
      const value = { always: "a", asked: "r", department: "d" };
      const { id } = await user({ [hr]: { badge: "green", level: 1 }, [quirks.id]: value });
      expect((await shown(id, ""))[quirks.id]).toEqual({ always: "a", department: "d" });
      expect((await shown(id, `attributes=${hr}:badge`))[hr]).toEqual({ badge: "green" });
      expect((await shown(id, `attributes=${hr}:badge`))[quirks.id]).toEqual({ always: "a" });
      expect((await shown(id, `attributes=${quirks.id}:asked`))[quirks.id]).toEqual({
        always: "a",
        asked: "r",
      });
      expect((await shown(id, `excludedAttributes=${quirks.id}`))[quirks.id]).toEqual({ always: "a" });
      expect((await shown(id, `excludedAttributes=${hr}:badge`))[hr]).toEqual({ level: 1 });
      expect(await shown(id, `excludedAttributes=${hr}`)).not.toHaveProperty([hr]);
    });

    it("is no empty object where nothing of it is shown", async () => {
      const { id } = await user({ [quirks.id]: { asked: "r" } });
      expect(await shown(id, "")).not.toHaveProperty([quirks.id]);
    });
  });

  describe("a hostile client", () => {
    it("gets nothing by names that every object has", async () => {
      const text = `{"schemas":["${userUrn}"],"userName":"proto","${quirks.id}":{"__proto__":{"x":1},"constructor":"c","userName":"u"}}`;
      const answer = await client.server.request("/scim/v2/Users", {
        method: "POST",
        headers: {
          authorization: `Bearer ${client.server.quickStart.scimToken}`,
          "content-type": "application/scim+json",
        },
        body: text,
      });
      expect(answer.body[quirks.id]).toEqual({ constructor: "c", userName: "u" });
      expect(answer.body.userName).toBe("proto");
      expect(await names(`${quirks.id}:constructor eq "c"`)).toEqual(["proto"]);
      expect(await names(`${quirks.id}:userName eq "u"`)).toEqual(["proto"]);
    });

    it.each([
      [{ level: 1.5 }, "level must be a whole number"],
      [{ level: "1" }, "level must be a whole number"],
      [{ badge: 7 }, "badge must be a string"],
      [{ badge: ["a", "b"] }, "badge must be a string"],
      [{ skills: "sql" }, "skills has several values and must be an array"],
      [{ skills: Array.from({ length: 1_001 }, String) }, "skills has more than 1000 values"],
      [{ site: "MUC" }, "site must be an object"],
      [{ contractEnd: "soon" }, "contractEnd must be a date and time"],
      [{ badge: "x".repeat(70_000) }, "badge is longer than"],
      [{ badge: "a", BADGE: "b" }, "badge is given twice"],
    ])("is refused values that do not fit: %j", async (value, sentence) => {
      const body = { schemas: [userUrn], userName: "wrong", [hr]: value };
      const answer = await send("POST", "/Users", body);
      expect({ status: answer.status, scimType: answer.body.scimType }).toEqual({
        status: 400,
        scimType: "invalidValue",
      });
      expect(answer.body.detail).toContain(sentence);
    });

    it("sees and uses nothing of another organization", async () => {
      const [mine, theirs] = [await send("GET", "/Schemas"), await other.send("GET", "/Schemas")];
      expect([mine.body.totalResults, theirs.body.totalResults]).toEqual([6, 3]);
      expect((await other.send("GET", `/Schemas/${hr}`)).status).toBe(404);
      expect(JSON.stringify((await other.send("GET", "/ResourceTypes")).body)).not.toContain("acme");
      const body = { schemas: [userUrn, hr], userName: "neighbour", [hr]: { badge: "green" } };
      const created = await other.send("POST", "/Users", body);
      expect(created.body).not.toHaveProperty([hr]);
      expect((await other.send("GET", `/Users?${found(`${hr}:badge pr`)}`)).status).toBe(400);
      const path = `/Users/${created.body.id}`;
      const operation = { op: "add", path: `${hr}:badge`, value: "green" };
      expect((await other.send("PATCH", path, patch(operation))).status).toBe(400);
    });

    it("of another organization has the same URN with other attributes", async () => {
      const attributes = [{ name: "badge", type: "boolean" }];
      await declare(client, { id: hr, attributes }, "USER", "globex");
      const created = await other.user({ [hr]: { badge: true } });
      expect(created[hr]).toEqual({ badge: true });
      expect((await user({ [hr]: { badge: "green" } }))[hr]).toEqual({ badge: "green" });
    });
  });

  it("a group can be found, replaced and read with its own", async () => {
    const { id } = await group([], { [team.id]: { cost: 1 } });
    const whole = { schemas: [groupUrn], displayName: "renamed", [team.id]: { cost: 2, members: ["a"] } };
    const put = await send("PUT", `/Groups/${id}`, whole);
    expect(put.body[team.id]).toEqual({ cost: 2, members: ["a"] });
    expect(put.body.schemas).toEqual([groupUrn, team.id]);
  });
});
