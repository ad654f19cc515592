/** Declaring, changing and removing an organization's own SCIM schemas. */
import { beforeEach, describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { codesOf, dataOf, pushUser } from "./support.ts";

const server = await startServer();
const hr = "urn:acme:scim:hr:2.0:User";
const fields = "id resourceType name description document";

const setSchema = `mutation ($organization: String!, $document: JSON!, $type: ScimResourceType!, $discard: Boolean!) {
  setScimSchema(organization: $organization, document: $document, resourceType: $type, discardValues: $discard) {
    ${fields} } }`;
const removeSchema = `mutation ($organization: String!, $id: String!, $discard: Boolean!) {
  removeScimSchema(organization: $organization, id: $id, discardValues: $discard) { id } }`;

let organization = "";
let scimToken = "";
let count = 0;

beforeEach(async () => {
  count += 1;
  organization = `o${count}`;
  dataOf(await server.graphql(`mutation { createOrganization(slug: "${organization}") { id } }`));
  const of = `organization: "${organization}"`;
  dataOf(await server.graphql(`mutation { addConnection(${of}, kind: SCIM, slug: "scim") { id } }`));
  const made = await server.graphql(
    `mutation { createScimToken(${of}, connection: "scim", label: "x") { token } }`,
  );
  scimToken = dataOf(made).createScimToken.token;
});

const set = (document: unknown, { type = "USER", discard = false } = {}) =>
  server.graphql(setSchema, { organization, document, type, discard });
const remove = (id: string, discard = false) => server.graphql(removeSchema, { organization, id, discard });
const declare = async (...attributes: ReadonlyArray<object>) =>
  dataOf(await set({ id: hr, attributes })).setScimSchema;
const sentence = ({ body }: Awaited<ReturnType<typeof set>>): string => body.errors?.[0].message ?? "";

const inOrganization = async (selection: string) =>
  dataOf(await server.graphql(`{ organization(slug: "${organization}") { ${selection} } }`)).organization;
const listed = async () =>
  (await inOrganization("scimSchemas { id }")).scimSchemas.map((one: { id: string }) => one.id);
const happened = async () =>
  (await inOrganization("events(first: 50) { type data actorKind }")).events.filter(
    ({ type }: { type: string }) => type.startsWith("scim-schema."),
  );

const push = async (value: object, urn = hr) => {
  const { id } = await pushUser(server, `p${Math.random()}@acme.test`, scimToken);
  const Operations = [{ op: "add", value: { [urn]: value } }];
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
  const answer = await server.scim("PATCH", `/Users/${id}`, { schemas, Operations }, scimToken);
  expect(answer.status).toBe(200);
  return id;
};
const read = async (id: string) => (await server.scim("GET", `/Users/${id}`, undefined, scimToken)).body;

describe("a schema", () => {
  it("is declared, listed with a document that declares it again, and leaves one event", async () => {
    const made = await declare({ name: "badge" });
    expect(made).toMatchObject({ id: hr, resourceType: "USER", name: hr, description: "" });
    expect((await inOrganization(`scimSchemas { ${fields} }`)).scimSchemas).toEqual([made]);
    expect(dataOf(await set(made.document)).setScimSchema).toEqual(made);
    const data = { schema: hr, resourceType: "User", attributes: ["badge"], discarded: 0 };
    expect(await happened()).toEqual([{ type: "scim-schema.declared", actorKind: "operator", data }]);
  });

  it("holds with the next request, and its end too", async () => {
    expect((await server.scim("GET", `/Schemas/${hr}`, undefined, scimToken)).status).toBe(404);
    await declare({ name: "badge" });
    expect((await server.scim("GET", `/Schemas/${hr}`, undefined, scimToken)).status).toBe(200);
    await declare({ name: "badge" }, { name: "level", type: "integer" });
    expect((await read(await push({ level: 1 })))[hr]).toEqual({ level: 1 });
    dataOf(await remove(hr, true));
    expect((await server.scim("GET", `/Schemas/${hr}`, undefined, scimToken)).status).toBe(404);
    expect((await happened()).map(({ type }: { type: string }) => type)).toEqual([
      "scim-schema.removed",
      "scim-schema.changed",
      "scim-schema.declared",
    ]);
  });

  it("that is wrong is refused in a sentence that names the attribute, and nothing is kept", async () => {
    const answer = await set({ id: hr, attributes: [{ name: "badge", required: true }] });
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(sentence(answer)).toContain('attribute "badge" at required: use false');
    expect(await listed()).toEqual([]);
    expect(await happened()).toEqual([]);
  });

  it("of a URN within that of another is refused", async () => {
    await declare({ name: "badge" });
    const answer = await set({ id: `${hr}:badge`, attributes: [{ name: "x" }] });
    expect(sentence(answer)).toContain(`${hr} is declared already`);
  });

  it("is one of ten at most", async () => {
    const urn = (at: number) => `urn:acme:scim:s${at}:User`;
    for (let at = 0; at < 10; at += 1) dataOf(await set({ id: urn(at), attributes: [{ name: "x" }] }));
    const eleventh = await set({ id: urn(10), attributes: [{ name: "x" }] });
    expect(codesOf(eleventh)).toEqual(["TooMany"]);
    dataOf(await set({ id: urn(9), attributes: [{ name: "x" }, { name: "y" }] }));
    dataOf(await remove(urn(3)));
    dataOf(await set({ id: urn(10), attributes: [{ name: "x" }] }));
    expect(await listed()).toHaveLength(10);
  });

  it("that nobody declared is not removed", async () => {
    expect(codesOf(await remove(hr))).toEqual(["NotFound"]);
    expect(codesOf(await remove("urn:ietf:params:scim:schemas:core:2.0:User"))).toEqual(["NotFound"]);
  });

  it("is declared by many at once, each once", async () => {
    const urns = Array.from({ length: 5 }, (_, at) => `urn:acme:scim:many${at}:User`);
    const answers = await Promise.all(
      [...urns, ...urns].map((id) => set({ id, attributes: [{ name: "x" }] })),
    );
    for (const answer of answers) dataOf(answer);
    expect((await listed()).toSorted()).toEqual(urns);
    expect(await happened()).toHaveLength(5);
  });
});

describe("values", () => {
  it("keep their schema and attributes from being removed, unless they may go too", async () => {
    await declare({ name: "badge" }, { name: "level", type: "integer" });
    const id = await push({ badge: "green", level: 1 });
    const removed = await remove(hr);
    expect(codesOf(removed)).toEqual(["InvalidValue"]);
    expect(sentence(removed)).toContain(`Users with values of ${hr}: 1.`);
    const narrowed = await set({ id: hr, attributes: [{ name: "level", type: "integer" }] });
    expect(sentence(narrowed)).toContain(`Users with values of badge of ${hr}: 1.`);
    expect((await read(id))[hr]).toEqual({ badge: "green", level: 1 });
    dataOf(await set({ id: hr, attributes: [{ name: "level", type: "integer" }] }, { discard: true }));
    expect((await read(id))[hr]).toEqual({ level: 1 });
    dataOf(await remove(hr, true));
    expect((await read(id)).schemas).toEqual(["urn:ietf:params:scim:schemas:core:2.0:User"]);
  });

  it("are no reason against removing what has none", async () => {
    await declare({ name: "badge" }, { name: "level", type: "integer" });
    await push({ badge: "green" });
    await declare({ name: "badge" });
    expect(await listed()).toEqual([hr]);
  });

  it("keep their form: another type needs two steps, and then nothing is left of the old ones", async () => {
    await declare({ name: "badge" }, { name: "level" });
    const id = await push({ level: "three", badge: "green" });
    const level = { name: "level", type: "integer" };
    const at = await set({ id: hr, attributes: [{ name: "badge" }, level] }, { discard: true });
    expect(sentence(at)).toContain('attribute "level": its name, type, multiValued and parts stay');
    dataOf(await set({ id: hr, attributes: [{ name: "badge" }] }, { discard: true }));
    await declare({ name: "badge" }, level);
    expect((await read(id))[hr]).toEqual({ badge: "green" });
    for (const query of [`filter=${encodeURIComponent(`${hr}:level gt 2`)}`, `sortBy=${hr}:level`]) {
      expect((await server.scim("GET", `/Users?${query}`, undefined, scimToken)).status).toBe(200);
    }
  });

  it("of other schemas and other organizations stay when one goes", async () => {
    const other = "urn:acme:scim:other:User";
    await declare({ name: "badge" });
    dataOf(await set({ id: other, attributes: [{ name: "badge" }] }));
    const [first, firstToken] = [await push({ badge: "green" }), scimToken];
    const second = await push({ badge: "red" }, other);
    const [organizationBefore] = [organization];
    organization = "acme";
    dataOf(await set({ id: hr, attributes: [{ name: "badge" }] }));
    dataOf(await remove(hr, true));
    organization = organizationBefore;
    scimToken = firstToken;
    expect((await read(first))[hr]).toEqual({ badge: "green" });
    dataOf(await remove(hr, true));
    expect((await read(second))[other]).toEqual({ badge: "red" });
  });

  it("of groups go too, and the group's version changes", async () => {
    const urn = "urn:acme:scim:team:Group";
    dataOf(await set({ id: urn, attributes: [{ name: "cost", type: "decimal" }] }, { type: "GROUP" }));
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
    const made = await server.scim(
      "POST",
      "/Groups",
      { schemas, displayName: "g", [urn]: { cost: 1 } },
      scimToken,
    );
    expect(made.body[urn]).toEqual({ cost: 1 });
    expect(sentence(await remove(urn))).toContain(`Groups with values of ${urn}: 1.`);
    dataOf(await remove(urn, true));
    const { body } = await server.scim("GET", `/Groups/${made.body.id}`, undefined, scimToken);
    expect(body).not.toHaveProperty([urn]);
    expect(body.meta.version).not.toBe(made.body.meta.version);
  });
});
