/** Statements per request: the same for somebody without roles and for somebody with many, for many reasons. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { watchSql } from "../support/sql.ts";
import { addApplication, asker, pusher, reader } from "./support.ts";

const sql = watchSql();
const server = await startServer();
const ask = asker(server);
const push = pusher(server);
const read = reader(server, await addApplication(ask));

const roles = Array.from({ length: 30 }, (_, at) => `role-${at}`);
const groups = Array.from({ length: 10 }, (_, at) => `Group ${at}`);
for (const key of roles) {
  await ask(
    `mutation($organization: String!, $key: String!) {
      createRole(organization: $organization, key: $key, permissions: ["books.lend"]) { key } }`,
    { key },
  );
}
const rules = groups.map((equals, at) => ({
  id: `rule-${at}`,
  when: { groupName: { equals } },
  grant: roles,
}));
await ask(
  `mutation($organization: String!, $document: JSON!) {
    draftMapping(organization: $organization, document: $document) { version }
    publishMapping(organization: $organization) { version } }`,
  { document: { rules } },
);
await push.user("none@acme.test");
const many = await push.user("many@acme.test");
for (const name of groups) await push.group(name, [many]);
const accountOf = async (name: string) =>
  (await read(`/accounts?userName=${name}%40acme.test`)).body.account as string;
const [without, with300] = [await accountOf("none"), await accountOf("many")];
await read(`/accounts/${without}/roles`);

describe("the number of statements", () => {
  it("to read roles is four, for none and for thirty with ten reasons each", async () => {
    const { body } = await read(`/accounts/${with300}/roles`);
    expect(body.roles.flatMap((role: { reasons: ReadonlyArray<unknown> }) => role.reasons)).toHaveLength(300);
    expect(await sql.count(() => read(`/accounts/${without}/roles`))).toBe(4);
    expect(await sql.count(() => read(`/accounts/${with300}/roles`))).toBe(4);
    expect(await sql.count(() => read("/accounts/01a20797-9ad1-77ff-9759-fa55fa0848ae/roles"))).toBe(4);
  });

  it("to ask for a permission is four, whatever the answer", async () => {
    for (const path of [`${without}/permissions/books.lend`, `${with300}/permissions/books.lend?scope=x`]) {
      expect(await sql.count(() => read(`/accounts/${path}`))).toBe(4);
    }
  });

  it("to find an account is four", async () => {
    for (const name of ["none", "many", "nobody"]) {
      expect(await sql.count(() => read(`/accounts?userName=${name}%40acme.test`))).toBe(4);
    }
  });

  it("to ask after a login is four", async () => {
    const none = "/logins/01a20797-9ad1-77ff-9759-fa55fa0848ae";
    expect(await sql.count(() => read(none))).toBe(4);
  });

  it("of a stranger is three, of no credential none", async () => {
    const wrong = reader(server, `rbl_${"A".repeat(43)}_${"A".repeat(43)}`);
    expect(await sql.count(() => wrong(`/accounts/${without}/roles`))).toBe(3);
    expect(await sql.count(() => reader(server, "none")(`/accounts/${without}/roles`))).toBe(0);
  });
});
