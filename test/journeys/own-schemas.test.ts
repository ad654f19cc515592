/** From an attribute of an organization's own to a role and back, over HTTP, on both engines. */
import { beforeAll, describe, expect, it } from "vitest";
import { onEachEngine, patch } from "../scim/endpoint/support.ts";

const hr = "urn:acme:scim:hr:2.0:User";

const setSchema = `mutation ($document: JSON!, $discard: Boolean! = false) {
  setScimSchema(organization: "acme", document: $document, discardValues: $discard) { id } }`;
const removeSchema = `mutation ($id: String!, $discard: Boolean! = false) {
  removeScimSchema(organization: "acme", id: $id, discardValues: $discard) { id } }`;
const explain = `query ($name: String!) { organization(slug: "acme") { explain(name: $name, whyNot: "opener") {
  account { roles { role reasons { rule because cause { type } } } } whyNot { rule failed } } } }`;

const rules = [
  { id: "green", when: { attribute: { name: `${hr}:badge`, equals: "green" } }, grant: ["opener"] },
  { id: "site", when: { attribute: { name: `${hr}:site.code`, equals: "muc" } }, grant: ["local"] },
  { id: "skilled", when: { attribute: { name: `${hr}:skills`, in: ["sql"] } }, grant: ["reader"] },
];

await onEachEngine(({ server, send, user }) => {
  const ask = async (query: string, variables: object = {}) => {
    const { body } = await server.graphql(query, variables);
    expect(body.errors).toBeUndefined();
    return body.data;
  };
  const declare = (attributes: ReadonlyArray<object>, discard = false) =>
    ask(setSchema, { document: { id: hr, attributes }, discard });
  const attributes = [
    { name: "badge" },
    { name: "skills", multiValued: true },
    { name: "site", type: "complex", subAttributes: [{ name: "code" }] },
  ];
  const found = async (name: string) => (await ask(explain, { name })).organization.explain[0];
  const rolesOf = async (name: string) =>
    (await found(name)).account.roles.map(({ role }: { role: string }) => role).toSorted();

  beforeAll(async () => {
    await declare(attributes);
    for (const key of ["opener", "local", "reader"]) {
      await ask(`mutation { createRole(organization: "acme", key: "${key}") { key } }`);
    }
    const draft =
      'mutation ($document: JSON!) { draftMapping(organization: "acme", document: $document) { version } }';
    await ask(draft, { document: { rules } });
    await ask('mutation { publishMapping(organization: "acme") { version } }');
  });

  describe("an attribute of an own schema", () => {
    it("gives a role with a reason that names it, and takes it away with its value", async () => {
      const { id, userName } = await user();
      const change = (...operations: ReadonlyArray<object>) =>
        send("PATCH", `/Users/${id}`, patch(...operations));
      expect(await rolesOf(userName)).toEqual([]);
      await change({ op: "Add", path: `${hr}:badge`, value: "Green" });
      const { account } = await found(userName);
      expect(account.roles).toEqual([
        {
          role: "opener",
          reasons: [{ rule: "green", because: `attribute ${hr}:badge`, cause: { type: "user.updated" } }],
        },
      ]);
      await change({ op: "add", value: { [`${hr}:site.code`]: "MUC", [hr]: { skills: ["go", "sql"] } } });
      expect(await rolesOf(userName)).toEqual(["local", "opener", "reader"]);
      await change(
        { op: "remove", path: `${hr}:skills`, value: ["sql"] },
        { op: "remove", path: `${hr}:badge` },
      );
      expect(await rolesOf(userName)).toEqual(["local"]);
      await change({ op: "remove", path: hr });
      expect(await rolesOf(userName)).toEqual([]);
      expect((await found(userName)).whyNot).toContainEqual({
        rule: "green",
        failed: [expect.stringContaining(`attribute ${hr}:badge`)],
      });
    });

    it("gives nothing any more when it is taken out of the schema with its values", async () => {
      const { id, userName } = await user({ [hr]: { badge: "green", skills: ["sql"] } });
      const { userName: other } = await user({ [hr]: { badge: "green" } });
      expect(await rolesOf(userName)).toEqual(["opener", "reader"]);
      await declare(attributes.slice(1), true);
      expect(await rolesOf(userName)).toEqual(["reader"]);
      expect(await rolesOf(other)).toEqual([]);
      const { body } = await send("GET", `/Users/${id}`);
      expect(body[hr]).toEqual({ skills: ["sql"] });
      // Declared again, it is there for everybody and has no values.
      await declare(attributes);
      expect((await send("GET", `/Users/${id}`)).body[hr]).toEqual({ skills: ["sql"] });
      expect(await rolesOf(userName)).toEqual(["reader"]);
    });

    it("gives nothing any more when its schema is removed with its values, and the cause is that", async () => {
      const { id, userName, schemas, meta } = await user({ [hr]: { skills: ["sql"] }, title: "kept" });
      expect(schemas).toContain(hr);
      await ask(removeSchema, { id: hr.toUpperCase(), discard: true });
      expect(await rolesOf(userName)).toEqual([]);
      const { body } = await send("GET", `/Users/${id}`);
      expect(body).not.toHaveProperty([hr]);
      expect(body.schemas).not.toContain(hr);
      expect(body.title).toBe("kept");
      expect(body.meta.version).not.toBe(meta.version);
      const events = (await ask('{ organization(slug: "acme") { events(first: 5) { type causeId id } } }'))
        .organization.events;
      const removed = events.find(({ type }: { type: string }) => type === "scim-schema.removed");
      expect(events).toContainEqual(
        expect.objectContaining({ type: "account.roles-changed", causeId: removed.id }),
      );
      await declare(attributes);
      expect(await rolesOf(userName)).toEqual([]);
    });
  });
});
