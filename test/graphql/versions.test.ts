/** Versions of the mapping: what is likely wrong with one, which there are, how they differ, the way back. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { watchSql } from "../support/sql.ts";
import { codesOf, dataOf, pushGroup } from "./support.ts";

const server = await startServer();
const ask = async (fields: string) =>
  dataOf(await server.graphql(`{ organization(slug: "acme") { ${fields} } }`)).organization;

const findings = "severity kind rule position sentence";
const lint = async (document?: unknown) => {
  const query = `query ($d: JSON) { organization(slug: "acme") {
    mappingLint(document: $d) { version state findings { ${findings} } } } }`;
  return dataOf(await server.graphql(query, { d: document })).organization.mappingLint;
};
const draft = (document: unknown) =>
  server.graphql(
    `mutation ($d: JSON!) { draftMapping(organization: "acme", document: $d) { version findings { ${findings} } } }`,
    { d: document },
  );
const change = async (mutation: string) => dataOf(await server.graphql(`mutation { ${mutation} }`));

const rule = (id: string, when: object, more: object = {}) => ({ id, when, grant: ["developer"], ...more });
const contradiction = {
  all: [{ connection: "scim" }, { not: { connection: "scim" } }],
};
const places = (found: ReadonlyArray<{ kind: string; rule: string; position: string }>) =>
  found.map(({ kind, rule: id, position }) => `${kind} ${id} ${position}`);

describe("lint", () => {
  it("is of what is in force while there is no draft, and of the draft then", async () => {
    expect(await lint()).toEqual({
      version: 1,
      state: "published",
      findings: [expect.objectContaining({ kind: "unknown-fact", rule: "engineers-develop" })],
    });
    await pushGroup(server, "Engineering", []);
    expect(await lint()).toEqual({ version: 1, state: "published", findings: [] });
    dataOf(await draft({ rules: [rule("a", { connection: "nowhere" })] }));
    expect(await lint()).toMatchObject({ version: 2, state: "draft" });
  });

  it("of a document keeps nothing, and says rule, place and what to do", async () => {
    const before = await ask("mappingVersions { items { version } }");
    const { version, findings: found } = await lint({
      rules: [
        rule("never", contradiction),
        rule("old", { connection: "scim" }, { validUntil: "2020-01-01" }),
      ],
    });
    expect(version).toBeNull();
    expect(found).toContainEqual({
      severity: "ERROR",
      kind: "never-true",
      rule: "never",
      position: "when",
      sentence: expect.stringContaining("contradicts itself"),
    });
    expect(places(found)).toContain("expired old validUntil");
    expect(await ask("mappingVersions { items { version } }")).toEqual(before);
  });

  it("knows groups by id, by the source's id, by name and by pattern, of their connection only", async () => {
    const { id } = await pushGroup(server, "100%_sure", []);
    const whens = [
      { group: id },
      { groupName: { equals: "100%_sure", connection: "scim" } },
      { groupName: { prefix: "100%_" } },
      { groupName: { glob: "*%_s?re" } },
      { groupName: { glob: "100{scope}" } },
      { groupKind: "group" },
    ];
    expect(
      places((await lint({ rules: whens.map((when, at) => rule(`r${at}`, when)) })).findings).filter((one) =>
        one.startsWith("unknown"),
      ),
    ).toEqual([]);
    const strange = [
      { group: "00000000-0000-7000-8000-000000000000" },
      { groupName: { equals: "100%_SURE" } },
      { groupName: { prefix: "100_%" } },
      { groupName: { glob: "100%__ure" } },
      { groupKind: "realm-role" },
      { externalGroup: { connection: "scim", id } },
    ];
    const found = (await lint({ rules: strange.map((when, at) => rule(`r${at}`, when)) })).findings;
    expect(places(found).filter((one) => one.startsWith("unknown"))).toEqual(
      strange.map((_, at) => `unknown-fact r${at} when`),
    );
  });

  it("says that a group was deleted, where it was there once", async () => {
    const { id } = await pushGroup(server, "Gone", []);
    expect((await server.scim("DELETE", `/Groups/${id}`)).status).toBe(204);
    const [deleted] = (await lint({ rules: [rule("a", { group: id })] })).findings;
    expect(deleted.sentence).toContain("was deleted in its source");
    const [never] = (await lint({ rules: [rule("a", { group: "00000000-0000-7000-8000-000000000000" })] }))
      .findings;
    expect(never.sentence).toContain("No such group is known");
  });

  it("knows the attributes of people, the organization's own included", async () => {
    await change(
      'setScimSchema(organization: "acme", document: { id: "urn:acme:hr:User", attributes: [{ name: "site" }, { name: "badges", multiValued: true }] }) { id }',
    );
    const attribute = (name: string) => ({ attribute: { name, present: true } });
    const names = [
      "title",
      "name.givenName",
      "emails.value",
      "urn:ietf:params:scim:schemas:core:2.0:User:title",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
      "urn:acme:hr:User:site",
    ];
    const rules = [...names, "shoeSize", "Title"].map((name, at) => rule(`r${at}`, attribute(name)));
    const found = (await lint({ rules })).findings;
    expect(places(found).filter((one) => one.startsWith("unknown"))).toEqual([
      `unknown-fact r${names.length} when`,
      `unknown-fact r${names.length + 1} when`,
    ]);
    const two = (name: string) => ({
      all: ["a", "b"].map((equals) => ({ attribute: { name, equals } })),
    });
    const of = async (name: string) =>
      (await lint({ rules: [rule("a", two(name))] })).findings.map(({ kind }: { kind: string }) => kind);
    expect(await of("urn:acme:hr:User:site")).toContain("never-true");
    expect(await of("urn:acme:hr:User:badges")).not.toContain("never-true");
  });

  it("asks as many questions about a thousand rules as about one", async () => {
    const sql = watchSql();
    const many = Array.from({ length: 1_000 }, (_, at) =>
      rule(`r${at}`, { groupName: { equals: `group ${at}`, connection: "scim" } }),
    );
    const one = await sql.count(() => lint({ rules: many.slice(0, 1) }));
    expect(one).toBeGreaterThan(3);
    expect(await sql.count(() => lint({ rules: many }))).toBe(one);
  });
});

describe("a draft", () => {
  it("is kept with what may be wrong with it", async () => {
    const answer = dataOf(await draft({ rules: [rule("never", contradiction)] })).draftMapping;
    expect(places(answer.findings)).toContain("never-true never when");
  });

  it("that names a role nobody made is refused", async () => {
    expect(
      codesOf(await draft({ rules: [{ id: "a", when: { connection: "scim" }, grant: ["no"] }] })),
    ).toEqual(["InvalidValue"]);
  });
});

describe("versions", () => {
  it("are listed newest first, page by page, with who made them and how many rules they have", async () => {
    const { mappingVersions: all } = await ask(
      "mappingVersions { next items { version state author authorId rules createdAt publishedAt } }",
    );
    const { me } = dataOf(await server.graphql("{ me { id name } }"));
    expect(all.next).toBeNull();
    expect(all.items).toEqual([
      expect.objectContaining({
        version: 2,
        state: "draft",
        author: me.name,
        authorId: me.id,
        publishedAt: null,
      }),
      expect.objectContaining({ version: 1, state: "published", author: null, authorId: null, rules: 1 }),
    ]);
    const { mappingVersions: first } = await ask("mappingVersions(first: 1) { next items { version } }");
    expect(first).toEqual({ next: 2, items: [{ version: 2 }] });
    const { mappingVersions: rest } = await ask("mappingVersions(before: 2) { next items { version } }");
    expect(rest).toEqual({ next: null, items: [{ version: 1 }] });
  });

  it("go back by a new version, which names the old one and changes nothing before it is published", async () => {
    const document = { rules: [rule("second", { connection: "scim" })] };
    dataOf(await draft(document));
    await change('publishMapping(organization: "acme") { version }');
    const { rollbackMapping } = await change(
      'rollbackMapping(organization: "acme", version: 1) { version state document }',
    );
    expect(rollbackMapping).toMatchObject({ version: 3, state: "draft" });
    const { first, third, inForce } = await ask(
      "first: mapping(version: 1) { document state } third: mapping(version: 3) { document } inForce: mapping { version }",
    );
    expect(third.document).toEqual(first.document);
    expect([first.state, inForce.version]).toEqual(["superseded", 2]);
    const { events } = await ask("events(first: 1) { type data }");
    expect(events).toEqual([{ type: "mapping.drafted", data: { version: 3, rules: 1, from: 1 } }]);
    const again = await server.graphql(
      'mutation { rollbackMapping(organization: "acme", version: 3) { version } }',
    );
    expect(codesOf(again)).toEqual(["InvalidValue"]);
    const missing = await server.graphql(
      'mutation { rollbackMapping(organization: "acme", version: 99) { version } }',
    );
    expect(codesOf(missing)).toEqual(["NotFound"]);
  });

  it("differ by rules", async () => {
    const { mappingDifference } = await ask(
      "mappingDifference(from: 1, to: 2) { added removed changed { id parts } }",
    );
    expect(mappingDifference.added).toMatchObject([{ id: "second" }]);
    expect(mappingDifference.removed).toMatchObject([{ id: "engineers-develop" }]);
    expect(mappingDifference.changed).toEqual([]);
    const answer = await server.graphql(
      '{ organization(slug: "acme") { mappingDifference(from: 1, to: 99) { added } } }',
    );
    expect(codesOf(answer)).toEqual(["NotFound"]);
  });
});
