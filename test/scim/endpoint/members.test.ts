/** What a PATCH with many member operations comes to: the same as each of them in turn. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startServer } from "../../support/server.ts";
import { watchSql } from "../../support/sql.ts";

const sql = watchSql();
const server = await startServer();
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";

const person = async (name: string): Promise<string> =>
  (await server.scim("POST", "/Users", { schemas: [userUrn], userName: name })).body.id;
const people = await Promise.all(Array.from({ length: 6 }, (_, at) => person(`member-${at}`)));

const group = async (members: ReadonlyArray<string>): Promise<string> => {
  const body = { schemas: [groupUrn], displayName: "Order", members: members.map((value) => ({ value })) };
  return (await server.scim("POST", "/Groups", body)).body.id;
};

const patch = (id: string, Operations: ReadonlyArray<object>) =>
  server.scim("PATCH", `/Groups/${id}?excludedAttributes=members`, {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations,
  });

const membersOf = async (id: string): Promise<ReadonlyArray<string>> => {
  const { body } = await server.scim("GET", `/Groups/${id}`);
  return (body.members ?? []).map((member: { value: string }) => member.value).toSorted();
};

const some = fc.uniqueArray(fc.constantFrom(...people), { minLength: 1, maxLength: 3 });
const values = (ids: ReadonlyArray<string>) => ids.map((value) => ({ value }));

/** An operation, and what it makes of a set of members. */
const step = fc.oneof(
  some.map((ids) => ({
    operation: { op: "add", path: "members", value: values(ids) },
    apply: (before: ReadonlySet<string>) => new Set([...before, ...ids]),
  })),
  some.map((ids) => ({
    operation: { op: "remove", path: `members[${ids.map((id) => `value eq "${id}"`).join(" or ")}]` },
    apply: (before: ReadonlySet<string>) => new Set([...before].filter((id) => !ids.includes(id))),
  })),
  some.map((ids) => ({
    operation: { op: "replace", path: "members", value: values(ids) },
    apply: () => new Set(ids),
  })),
  fc.constant({ operation: { op: "remove", path: "members" }, apply: () => new Set<string>() }),
);

describe("member operations in one PATCH", () => {
  it("come to what each of them in turn comes to", async () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(some, steps, async (first, given) => {
        const id = await group(first);
        const { status } = await patch(
          id,
          given.map(({ operation }) => operation),
        );
        expect(status).toBe(200);
        const wanted = given.reduce<ReadonlySet<string>>(
          (members, { apply }) => apply(members),
          new Set(first),
        );
        expect(await membersOf(id)).toEqual([...wanted].toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it("cost the same for two as for a hundred", async () => {
    const id = await group(people);
    const absent = (count: number) =>
      Array.from({ length: count }, () => ({
        op: "remove",
        path: `members[value eq "${crypto.randomUUID()}"]`,
      }));
    const two = await sql.count(() => patch(id, absent(2)));
    expect(await sql.count(() => patch(id, absent(100)))).toBe(two);
  });

  it("refuse one who is nobody here, even if a later operation removes them, and apply nothing", async () => {
    const id = await group([]);
    const stranger = crypto.randomUUID();
    const operations = [
      { op: "add", path: "members", value: values([...people, stranger]) },
      { op: "remove", path: `members[value eq "${stranger}"]` },
    ];
    const { status, body } = await patch(id, operations);
    expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    expect(body.detail).toContain(stranger);
    expect(await membersOf(id)).toEqual([]);
  });
});
