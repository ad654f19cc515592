/** The catalogue: permissions, ladders and scopes change what people have when they are looked at, and at once if asked. */
import { describe, expect, it } from "vitest";
import { workPending } from "../../../src/sync/index.ts";
import { codesOf, dataOf, operator, pushGroup, pushUser } from "../../graphql/support.ts";
import { startServer } from "../../support/server.ts";

const server = await startServer();
const organization = server.quickStart.organization;
const ask = (field: string, token?: string) =>
  server.graphql(`{ organization(slug: "${organization}") { ${field} } }`, {}, token);
const read = async (field: string) => dataOf(await ask(field)).organization;
const change = (mutation: string, token?: string) => server.graphql(`mutation { ${mutation} }`, {}, token);
const acme = `organization: "${organization}"`;

const publish = async (rules: string) => {
  dataOf(await change(`draftMapping(${acme}, document: { rules: ${rules} }) { version }`));
  dataOf(await change(`publishMapping(${acme}, apply: true) { version }`));
};
const settled = async (): Promise<void> => {
  const { id } = await read("id");
  await server.run(workPending(id));
  if ((await read("pendingAccounts")).pendingAccounts > 0) await settled();
};
const rolesOf = async (email: string) => {
  const { explain } = await read(`explain(name: "${email}") { account { roles { role scope } } }`);
  return explain[0].account.roles.map(({ role, scope }: { role: string; scope: string }) =>
    scope === "" ? role : `${role}@${scope}`,
  );
};

for (const key of ["reader", "editor", "chief"]) {
  dataOf(
    await change(`createRole(${acme}, key: "${key}", permissions: ["books.read", "${key}.do"]) { key }`),
  );
}
await publish(`[
  { id: "all", when: { groupName: { equals: "Staff" } }, grant: ["reader", "editor"] },
  { id: "lib", when: { groupName: { glob: "lib-{scope}" } }, grant: [{ role: "chief", scopeFrom: "library:{scope}" }] }]`);
const ada = await pushUser(server, "ada@acme.test");
await pushGroup(server, "Staff", [ada.id]);
await pushGroup(server, "lib-north", [ada.id]);

describe("a ladder", () => {
  it("leaves the highest role, at once with apply, and the lower one comes back when it goes", async () => {
    expect(await rolesOf("ada@acme.test")).toEqual(["editor", "reader"]);
    dataOf(await change(`setLadder(${acme}, name: "library", roles: ["reader", "editor"]) { name }`));
    expect(await rolesOf("ada@acme.test")).toEqual(["editor", "reader"]);
    dataOf(
      await change(`setLadder(${acme}, name: "library", roles: ["editor", "reader"], apply: true) { name }`),
    );
    await settled();
    expect(await rolesOf("ada@acme.test")).toEqual(["reader"]);
    expect((await read("ladders { name roles }")).ladders).toEqual([
      { name: "library", roles: ["editor", "reader"] },
    ]);
    dataOf(await change(`removeLadder(${acme}, name: "library", apply: true) { name }`));
    await settled();
    expect(await rolesOf("ada@acme.test")).toEqual(["editor", "reader"]);
  });

  it("shares no role with another, and names no role nobody made", async () => {
    dataOf(await change(`setLadder(${acme}, name: "one", roles: ["reader", "editor"]) { name }`));
    const taken = await change(`setLadder(${acme}, name: "two", roles: ["chief", "reader"]) { name }`);
    expect(taken.body.errors[0].message).toContain("reader is on the ladder one already");
    expect(
      codesOf(await change(`setLadder(${acme}, name: "two", roles: ["chief", "none"]) { name }`)),
    ).toEqual(["NotFound"]);
    expect(
      codesOf(await change(`setLadder(${acme}, name: "two", roles: ["chief", "chief"]) { name }`)),
    ).toEqual(["InvalidValue"]);
    dataOf(await change(`removeLadder(${acme}, name: "one") { name }`));
  });
});

describe("a scope", () => {
  it("gives roles in it once it is there, and no longer when it is gone", async () => {
    dataOf(await change(`addScope(${acme}, key: "library:north", apply: true) { key }`));
    await settled();
    expect(await rolesOf("ada@acme.test")).toContain("chief@library:north");
    dataOf(await change(`removeScope(${acme}, key: "library:north", apply: true) { key }`));
    await settled();
    expect(await rolesOf("ada@acme.test")).toEqual(["editor", "reader"]);
  });

  it("is listed page by page", async () => {
    for (const key of ["a:1", "a:2", "a:3"]) dataOf(await change(`addScope(${acme}, key: "${key}") { key }`));
    const { scopes } = await read("scopes(first: 2) { items { key } next }");
    expect(scopes).toEqual({ items: [{ key: "a:1" }, { key: "a:2" }], next: "a:2" });
    expect((await read('scopes(first: 2, after: "a:2") { items { key } next }')).scopes).toEqual({
      items: [{ key: "a:3" }],
      next: null,
    });
  });
});

describe("a role", () => {
  it("that something uses is not deleted, and the answer names what", async () => {
    const { body } = await change(`deleteRole(${acme}, key: "reader") { key }`);
    expect(body.errors[0].message).toBe(
      "The role reader is still used by 1 account, the mapping in force. End these first.",
    );
    dataOf(await change(`createRole(${acme}, key: "unused") { key }`));
    expect(dataOf(await change(`deleteRole(${acme}, key: "unused") { key }`)).deleteRole.key).toBe("unused");
    expect((await read("roles { key }")).roles.map(({ key }: { key: string }) => key)).not.toContain(
      "unused",
    );
  });

  it("that is reserved is given by no open condition, and only an owner makes it an ordinary one", async () => {
    dataOf(await change(`createRole(${acme}, key: "root", reserved: true) { reserved }`));
    const administrator = (await operator(server, "administrator")).token;
    const open = `setRole(${acme}, key: "root", reserved: false) { reserved }`;
    expect(codesOf(await change(open, administrator))).toEqual(["Forbidden"]);
    expect(
      codesOf(await change(`setRole(${acme}, key: "root", name: "Root") { name }`, administrator)),
    ).toEqual([]);
    expect(dataOf(await change(open)).setRole.reserved).toBe(false);
  });

  it("says what changed it, when and who", async () => {
    const { catalogueVersions } = await read("catalogueVersions { version change operator roles }");
    expect(catalogueVersions[0]).toMatchObject({
      change: "role.updated",
      operator: expect.stringMatching(/\S/),
    });
    const versions = catalogueVersions.map(({ version }: { version: number }) => version);
    expect(versions).toEqual(versions.toSorted((a: number, b: number) => b - a));
    const { events } = await read("events(first: 100) { type }");
    const types = new Set(events.map(({ type }: { type: string }) => type));
    for (const type of [
      "role.created",
      "role.updated",
      "role.deleted",
      "ladder.changed",
      "scope.added",
      "scope.removed",
    ])
      expect(types).toContain(type);
  });

  it("changed to what it is already leaves no version", async () => {
    const count = async () =>
      (await read("catalogueVersions(first: 1) { version }")).catalogueVersions[0].version;
    const before = await count();
    dataOf(await change(`setRole(${acme}, key: "chief", name: "chief") { key }`));
    expect(await count()).toBe(before);
  });
});

describe("who can what", () => {
  it("is answered both ways, with the roles that give it", async () => {
    const { whoCan } = await read(
      'whoCan(permission: "books.read") { items { account { people { email } } roles { role } } next }',
    );
    expect(whoCan.items).toEqual([
      { account: { people: [{ email: "ada@acme.test" }] }, roles: [{ role: "editor" }, { role: "reader" }] },
    ]);
    expect((await read('whoCan(permission: "chief.do") { items { roles { role } } }')).whoCan.items).toEqual(
      [],
    );
    const { explain } = await read(
      'explain(name: "ada@acme.test") { account { permissions { permission roles { role } } } }',
    );
    expect(explain[0].account.permissions).toEqual([
      { permission: "books.read", roles: [{ role: "editor" }, { role: "reader" }] },
      { permission: "editor.do", roles: [{ role: "editor" }] },
      { permission: "reader.do", roles: [{ role: "reader" }] },
    ]);
  });

  it("counts a role without a scope in every scope, and a limited one in its own", async () => {
    dataOf(await change(`addScope(${acme}, key: "library:north", apply: true) { key }`));
    await settled();
    const can = async (scope: string) =>
      (
        await read(`whoCan(permission: "books.read", scope: "${scope}") { items { roles { role } } }`)
      ).whoCan.items[0].roles.map(({ role }: { role: string }) => role);
    expect(await can("library:north")).toEqual(["chief", "editor", "reader"]);
    expect(await can("library:south")).toEqual(["editor", "reader"]);
  });
});
