/** What people decide, as they type it: each command against a real server, and what explain says afterwards. */
import { describe, expect, it } from "vitest";
import { startServer } from "./support.ts";

const { rolebridge, json, scim } = await startServer();
const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const push = (email: string) =>
  scim("POST", "/Users", { schemas: [userUrn], userName: email, emails: [{ value: email, primary: true }] });
const said = async (...args: ReadonlyArray<string>) => {
  const { code, stdout, stderr } = await rolebridge(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  return stdout;
};
await push("ada@acme.test");
await json(["role", "create", "auditor", "--permission", "books.read", "--permission", "books.list"]);

describe("role", () => {
  it("set replaces permissions where some are named, and takes them away where that is said", async () => {
    expect((await json(["role", "set", "auditor", "--name", "Auditor"])).permissions).toHaveLength(2);
    expect((await json(["role", "set", "auditor", "--no-permissions"])).permissions).toEqual([]);
    expect((await json(["role", "set", "auditor", "--permission", "books.read"])).permissions).toEqual([
      "books.read",
    ]);
    expect(await said("role", "versions", "-n", "1")).toMatch(/role\.updated +owner/);
  });

  it("grant says what it did, explain says why, and the same again does nothing", async () => {
    const grant = ["role", "grant", "auditor", "ada@acme.test", "--until", "2099-01-31", "--reason", "Audit"];
    expect(await said(...grant)).toBe("Granted ada@acme.test: auditor, until 2099-01-31 00:00.\n");
    expect(await said(...grant)).toBe("Nothing to do: ada@acme.test has that already.\n");
    expect(await said("explain", "ada@acme.test")).toMatch(
      / {4}because owner \(operator\) granted it on \S+ \S+, until 2099-01-31 00:00: Audit\n/,
    );
    expect(await said("role", "who-can", "books.read")).toMatch(/^PEOPLE .*\nada@acme\.test +auditor /);
    expect(await said("account", "can", "ada@acme.test")).toMatch(/^books\.read +auditor$/m);
    const { code, stderr } = await rolebridge(["role", "delete", "auditor", "--yes"]);
    expect(code).toBe(1);
    expect(stderr).toContain("The role auditor is still used by 1 account, 1 grant. End these first.");
  });

  it("exclude wins, and why-not says so", async () => {
    await said("role", "exclude", "auditor", "ada@acme.test", "--reason", "Conflict");
    const shown = await said("explain", "ada@acme.test", "--why-not", "auditor");
    expect(shown).toMatch(/^ {2}not auditor: owner \(operator\) excluded it on \S+ \S+: Conflict$/m);
    expect(shown).toContain("why not auditor: an operator keeps it from this account, see above");
    await said("role", "include", "auditor", "ada@acme.test", "--reason", "Settled");
  });

  it("invite waits for the person, and is used when they come", async () => {
    await said("role", "invite", "auditor", "grace@acme.test", "--reason", "Starts soon");
    expect(await said("role", "invitations")).toMatch(/^grace@acme\.test +auditor .*Starts soon/m);
    await push("Grace@ACME.test");
    expect(await said("explain", "grace@acme.test")).toContain("(operator) invited the person");
    const refused = await rolebridge(["role", "invite", "auditor", "grace@acme.test", "--reason", "Again"]);
    expect(refused.stderr).toContain("rolebridge role grant auditor grace@acme.test");
  });
});

describe("account", () => {
  it("suspend and resume say what the account is then", async () => {
    const reason = ["--reason", "Lost laptop"];
    expect(await said("account", "suspend", "ada@acme.test", ...reason)).toBe(
      "ada@acme.test is inactive: an operator suspended it.\n",
    );
    expect(await said("account", "resume", "ada@acme.test", ...reason)).toMatch(
      /^ada@acme\.test is active: /,
    );
  });

  it("merge and erase do nothing without a terminal or --yes", async () => {
    const erase = await rolebridge(["account", "erase", "ada@acme.test", "--reason", "Request"]);
    expect(erase.code).toBe(1);
    expect(erase.stderr).toContain("add --yes if you mean it");
    const merge = await rolebridge(["account", "merge", "ada@acme.test", "grace@acme.test"]);
    expect(merge.stderr).toContain("Both have a directory user of the connection scim");
  });
});
