/** Statements per operation: the same for one person and for many, for a group of two and for a group of hundreds. */
import { describe, expect, it } from "vitest";
import { startServer } from "../../support/server.ts";
import { watchSql } from "../../support/sql.ts";

const sql = watchSql();
const server = await startServer();
const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const person = async (): Promise<string> => {
  const userName = `cost-${Math.random()}`;
  return (await server.scim("POST", "/Users", { schemas: [userUrn], userName })).body.id;
};

const people = (count: number) => Promise.all(Array.from({ length: count }, person));

const group = async (members: ReadonlyArray<string>): Promise<string> => {
  const body = {
    schemas: [groupUrn],
    displayName: "Engineering",
    members: members.map((value) => ({ value })),
  };
  return (await server.scim("POST", "/Groups", body)).body.id;
};

const add = (id: string, members: ReadonlyArray<string>) =>
  server.scim("PATCH", `/Groups/${id}?excludedAttributes=members`, {
    schemas: [patchUrn],
    Operations: [{ op: "add", path: "members", value: members.map((value) => ({ value })) }],
  });

const crowd = await people(220);
const small = await group(crowd.slice(0, 2));
const large = await group(crowd.slice(0, 200));

/** The large group left two hundred accounts to a job: its statements must not be counted with ours. */
const untilSettled = async (): Promise<void> => {
  const { body } = await server.graphql('{ organization(slug: "acme") { pendingAccounts } }');
  if (body.data.organization.pendingAccounts > 0) await untilSettled();
};
await untilSettled();

describe("the number of statements", () => {
  it("of a look-up or a read is at most three", async () => {
    const [id] = crowd;
    expect(await sql.count(() => server.scim("GET", `/Users/${id}`))).toBeLessThanOrEqual(3);
    const filter = encodeURIComponent('userName eq "nobody"');
    expect(await sql.count(() => server.scim("GET", `/Users?filter=${filter}`))).toBeLessThanOrEqual(3);
  });

  it("is the same with schemas of the organization's own, once an instance knows them", async () => {
    const read = () => server.scim("GET", `/Users/${crowd[0]}`);
    const before = await sql.count(read);
    const document = '{ id: "urn:acme:cost:User", attributes: [{ name: "center" }] }';
    await server.graphql(`mutation { setScimSchema(organization: "acme", document: ${document}) { id } }`);
    expect(await sql.count(read)).toBe(before + 1);
    expect(await sql.count(read)).toBe(before);
  });

  it("of a creation is at most ten", async () => {
    expect(await sql.count(person)).toBeLessThanOrEqual(10);
  });

  it("of a list is the same for two as for two hundred", async () => {
    const two = await sql.count(() => server.scim("GET", "/Users?count=2"));
    const many = await sql.count(() => server.scim("GET", "/Users?count=200"));
    expect(many).toBe(two);
    // A page that is not full tells the total by itself: one statement less.
    const one = await sql.count(() => server.scim("GET", "/Groups?count=1"));
    expect(await sql.count(() => server.scim("GET", "/Groups?count=200"))).toBe(one - 1);
  });

  it("of adding a member is the same in a small and in a large group", async () => {
    const inSmall = await sql.count(() => add(small, [crowd[210] ?? ""]));
    const inLarge = await sql.count(() => add(large, [crowd[211] ?? ""]));
    expect(inLarge).toBe(inSmall);
    expect(inSmall).toBeLessThanOrEqual(12);
  });

  it("of adding seven members is that of adding one", async () => {
    const one = await sql.count(() => add(small, [crowd[212] ?? ""]));
    const seven = await sql.count(() => add(small, crowd.slice(213, 220)));
    expect(seven).toBe(one);
  });
});
