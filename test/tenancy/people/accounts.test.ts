/** Whole accounts: suspended and resumed, joined and parted, and erased without a trace of the person. */
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { codesOf, operator } from "../../graphql/support.ts";
import { startServer } from "../../support/server.ts";
import { openPeople } from "./support.ts";

const server = await startServer();
const { acme, change, done, explained, read, rolesOf, eventsOf, inTenant, publish } = openPeople(server);

for (const key of ["staff", "night", "auditor"]) await done(`createRole(${acme}, key: "${key}") { key }`);
await done(`createRole(${acme}, key: "root", reserved: true) { key }`);
await publish(`[
  { id: "staff", when: { groupName: { equals: "Staff" } }, grant: ["staff"] },
  { id: "night", when: { groupName: { equals: "Night" } }, grant: ["night"] }]`);

await done(`addConnection(${acme}, kind: SCIM, slug: "second") { id }`);
const second = (await done(`createScimToken(${acme}, connection: "second", label: "test") { token }`))
  .createScimToken.token;

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
let made = 0;
const person = async (group?: string, token?: string) => {
  made += 1;
  const email = `a${made}@acme.test`;
  const displayName = `Ada Number${made}`;
  const body = {
    schemas: [userUrn],
    userName: `login-${made}`,
    displayName,
    emails: [{ value: email, primary: true }],
  };
  const id: string = (await server.scim("POST", "/Users", body, token)).body.id;
  const groups = { schemas: [groupUrn], displayName: group, members: [{ value: id }] };
  const groupId = group === undefined ? "" : (await server.scim("POST", "/Groups", groups, token)).body.id;
  return {
    email,
    id,
    groupId,
    account: (await explained(email)).id as string,
    displayName,
    userName: body.userName,
  };
};
const accountOf = async (id: string) =>
  (await read(`account(id: "${id}") { id active roles { role } people { id } }`)).account;

describe("a suspension", () => {
  it("takes every role at once, also what comes after, and gives back what is right then", async () => {
    const { email, id, account } = await person("Staff");
    await done(`grantRole(${acme}, role: "auditor", account: "${email}", reason: "x") { changed }`);
    const suspend = `suspendAccount(${acme}, account: "${email}", reason: "Lost laptop") { changed account { active activeBecause } }`;
    expect((await done(suspend)).suspendAccount).toEqual({
      changed: true,
      account: { active: false, activeBecause: "an operator suspended it" },
    });
    expect((await done(suspend)).suspendAccount.changed).toBe(false);
    await server.scim("POST", "/Groups", {
      schemas: [groupUrn],
      displayName: "Night",
      members: [{ value: id }],
    });
    expect(await rolesOf(email)).toEqual([]);
    await done(`resumeAccount(${acme}, account: "${email}", reason: "Found") { changed }`);
    expect(await rolesOf(email)).toEqual(["auditor", "night", "staff"]);
    expect(await eventsOf(account)).toEqual(
      expect.arrayContaining([
        "account.suspended",
        "account.deactivated",
        "account.resumed",
        "account.activated",
      ]),
    );
  });
});

describe("a merge", () => {
  const merging = (one: string, other: string, apply: boolean) =>
    `mergeAccounts(${acme}, account: "${one}", other: "${other}", apply: ${apply}) {
      keptId otherId done outlooks { accountId active gains loses } }`;

  it("says first who gains and loses what, and changes nothing by that", async () => {
    const [one, other] = [await person("Staff"), await person("Night", second)];
    await done(`excludeRole(${acme}, role: "night", account: "${one.email}", reason: "x") { changed }`);
    const plan = (await done(merging(other.email, one.email, false))).mergeAccounts;
    expect(plan).toEqual({
      keptId: one.account,
      otherId: other.account,
      done: false,
      outlooks: [
        { accountId: one.account, active: true, gains: [], loses: [] },
        { accountId: other.account, active: true, gains: ["staff"], loses: ["night"] },
      ],
    });
    expect(await rolesOf(one.email)).toEqual(["staff"]);
    expect(await rolesOf(other.email)).toEqual(["night"]);
    expect(await eventsOf(one.account)).not.toContain("account.merged");
  });

  it("keeps the older id, finds it by both, moves what was decided, and a split parts it again", async () => {
    const [one, other] = [await person("Staff"), await person("Night", second)];
    await done(`grantRole(${acme}, role: "auditor", account: "${other.email}", reason: "x") { changed }`);
    await done(merging(other.account, one.account, true));
    expect((await explained(other.email)).id).toBe(one.account);
    expect((await accountOf(other.account)).id).toBe(one.account);
    expect(await rolesOf(one.email)).toEqual(["auditor", "night", "staff"]);
    const { accounts } = await read("accounts(first: 500) { items { id } }");
    expect(accounts.items).not.toContainEqual({ id: other.account });
    expect(codesOf(await change(merging(other.account, one.account, true)))).toEqual(["InvalidValue"]);

    // A later change of the moved directory user counts for the account that is left.
    await server.scim("DELETE", `/Groups/${other.groupId}`, undefined, second);
    expect(await rolesOf(one.email)).toEqual(["auditor", "staff"]);

    const split = (apply: boolean) =>
      `splitAccount(${acme}, account: "${one.email}", user: "${other.id}", apply: ${apply}) {
        accountId newAccountId done outlooks { accountId active gains loses } }`;
    const before = await eventsOf(one.account);
    const shown = (await done(split(false))).splitAccount;
    expect(shown).toMatchObject({ accountId: one.account, newAccountId: null, done: false });
    expect(shown.outlooks).toMatchObject([
      { accountId: one.account, active: true, gains: [], loses: [] },
      { active: true, gains: [], loses: ["auditor", "staff"] },
    ]);
    expect((await explained(other.email)).id).toBe(one.account);
    expect(await eventsOf(one.account)).toEqual(before);

    const { splitAccount } = await done(split(true));
    expect(splitAccount.outlooks[0]).toEqual(shown.outlooks[0]);
    expect(splitAccount.outlooks[1].accountId).toBe(splitAccount.newAccountId);
    expect((await explained(other.email)).id).toBe(splitAccount.newAccountId);
    expect(await rolesOf(other.email)).toEqual([]);
    expect(await rolesOf(one.email)).toEqual(["auditor", "staff"]);
    await server.scim(
      "PATCH",
      `/Users/${other.id}`,
      {
        schemas: [patchUrn],
        Operations: [{ op: "replace", path: "displayName", value: "Other" }],
      },
      second,
    );
    expect((await explained(other.email)).id).toBe(splitAccount.newAccountId);
    expect(await eventsOf(one.account)).toEqual(expect.arrayContaining(["account.merged", "account.split"]));
  });

  it("leaves suspended who was suspended by either", async () => {
    const [one, other] = [await person("Staff"), await person("Night", second)];
    await done(`suspendAccount(${acme}, account: "${other.email}", reason: "x") { changed }`);
    await done(merging(one.email, other.email, true));
    expect(await rolesOf(one.email)).toEqual([]);
  });

  it("of two whom one connection keeps apart is refused, and names it", async () => {
    const [one, other] = [await person("Staff"), await person("Night")];
    const { body } = await change(merging(one.email, other.email, true));
    expect(body.errors[0].message).toContain("Both have a directory user of the connection scim");
  });

  it("that gives a reserved role is for owners", async () => {
    const [one, other] = [await person("Staff"), await person("Night", second)];
    await done(`grantRole(${acme}, role: "root", account: "${one.email}", reason: "x") { changed }`);
    const administrator = (await operator(server, "administrator")).token;
    expect(codesOf(await change(merging(one.email, other.email, true), administrator))).toEqual([
      "Forbidden",
    ]);
    expect(await rolesOf(other.email)).toEqual(["night"]);
  });

  it("parts nobody from their only directory user, nor from one of somebody else", async () => {
    const [one, other] = [await person("Staff"), await person("Night")];
    const split = (user: string) =>
      change(`splitAccount(${acme}, account: "${one.email}", user: "${user}") { accountId }`);
    expect(codesOf(await split(one.id))).toEqual(["InvalidValue"]);
    expect(codesOf(await split(other.id))).toEqual(["NotFound"]);
  });
});

describe("erasing", () => {
  const erase = (name: string) =>
    `eraseAccount(${acme}, account: "${name}", reason: "Request 7") { accountId values }`;

  /** Where a text stands in any table of the organization, or in the installation's own. */
  const tablesWith = async (text: string) => {
    const tables = await inTenant<{ name: string }>(
      sql`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    const found: Array<string> = [];
    for (const { name } of tables) {
      const rows = await inTenant(
        sql`select 1 from ${sql.table(name)} t where position(lower(${text}) in lower(t::text)) > 0 limit 1`,
      ).catch(() => []);
      if (rows.length > 0) found.push(name);
    }
    return found;
  };

  it("is refused while a source asserts the person, and names it", async () => {
    const { email } = await person("Staff", second);
    const { body } = await change(erase(email));
    expect(body.errors[0].message).toContain("still there by second");
  });

  it("leaves nothing of the person anywhere, and every event", async () => {
    made += 1;
    const email = `a${made + 1}@acme.test`;
    await done(
      `invite(${acme}, role: "auditor", email: "a${made + 1}@acme.test", reason: "For Ada Number${made + 1}") { changed }`,
    );
    const { id, account, displayName, userName } = await person("Staff");
    await done(
      `grantRole(${acme}, role: "night", account: "${email}", reason: "${displayName} asked") { changed }`,
    );
    await done(
      `excludeRole(${acme}, role: "staff", account: "${email}", reason: "${displayName} asked") { changed }`,
    );
    await server.scim("DELETE", `/Users/${id}`);
    const before = await eventsOf(account);
    for (const text of [email, displayName, userName]) expect(await tablesWith(text)).not.toEqual([]);
    expect((await done(erase(email.toUpperCase()))).eraseAccount.accountId).toBe(account);
    for (const text of [email, displayName, userName])
      expect([text, await tablesWith(text)]).toEqual([text, []]);
    const after = await eventsOf(account);
    expect(after).toContain("account.erased");
    expect(after.filter((type) => before.includes(type)).length).toBeGreaterThanOrEqual(before.length);
    expect((await accountOf(account)).roles).toEqual([]);
  });
});
