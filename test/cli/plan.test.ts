/** From a draft to roles and back, as people do it: preview, show, apply, undo. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { newFolder, startServer } from "./support.ts";

const { rolebridge, json, scim } = await startServer();

const mapping = (role: string) => {
  const file = join(newFolder(), "mapping.json");
  const when = { groupName: { equals: "Engineering", connection: "scim" } };
  writeFileSync(file, JSON.stringify({ rules: [{ id: `engineers-${role}`, when, grant: [role] }] }));
  return file;
};

const user = "urn:ietf:params:scim:schemas:core:2.0:User";
const person = async (userName: string) => {
  const { body } = await scim("POST", "/Users", { schemas: [user], userName });
  return { value: String(body.id) };
};

const rolesOf = async (name: string) =>
  (await json(["explain", name]))[0].account.roles.map(({ role }: { role: string }) => role);

let group = "";

beforeAll(async () => {
  const members = [await person("ada@acme.test"), await person("grace@acme.test")];
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
  group = (await scim("POST", "/Groups", { schemas, displayName: "Engineering", members })).body.id;
  await rolebridge(["role", "create", "maintainer"]);
});

describe("a draft", () => {
  it("has nothing to preview before it is there", async () => {
    const { code, stderr } = await rolebridge(["mapping", "preview"]);
    expect(code).toBe(1);
    expect(stderr).toContain("There is no draft of the mapping here.");
    expect((await rolebridge(["plan", "pending"])).stderr).toContain("Nothing waits.");
  });

  it("is previewed, applied as it was shown, and taken back", async () => {
    await rolebridge(["mapping", "draft", "-f", mapping("maintainer")]);
    const preview = await rolebridge(["mapping", "preview"]);
    expect(preview.code).toBe(2);
    expect(preview.stdout).toContain(
      "2 accounts looked at, 2 to change: 2 to gain roles, 2 to lose some (100 %).",
    );
    expect(preview.stdout).toMatch(/developer +2 +0 +-- +nobody would have it any more/);
    expect(preview.stdout).toMatch(/maintainer +0 +2 +\+\+/);
    const [, id = "", hash = ""] = /plan apply (\S+) --hash (\S+)/.exec(preview.stderr) ?? [];
    expect((await rolebridge(["plan", "list"])).code).toBe(2);

    const shown = await rolebridge(["plan", "show", id]);
    expect(shown.stdout).toMatch(/ada@acme.test +maintainer +developer/);
    const page = await json(["plan", "show", id, "-n", "1"], 2);
    expect(page.accounts.items).toHaveLength(1);
    expect(page.accounts.next).toBe(page.accounts.items[0].accountId);

    const unasked = await rolebridge(["plan", "apply", id]);
    expect(unasked.code).toBe(1);
    expect(unasked.stderr).toContain("add --yes if you mean it");
    const other = await rolebridge(["plan", "apply", id, "--hash", "5891b5b5"]);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("send the hash it shows") });
    expect(await rolesOf("ada@acme.test")).toEqual(["developer"]);

    const applied = await rolebridge(["plan", "apply", id, "--hash", hash]);
    expect(applied.code).toBe(0);
    expect(applied.stdout).toContain("Accounts: 2 applied.");
    expect(applied.stderr).toContain(`rolebridge plan undo ${id}`);
    expect(await rolesOf("ada@acme.test")).toEqual(["maintainer"]);

    const undone = await rolebridge(["plan", "undo", id, "--yes"]);
    expect(undone.code).toBe(0);
    expect(undone.stdout).toContain("The mapping before it is in force again, as version 3.");
    expect(await rolesOf("ada@acme.test")).toEqual(["developer"]);
    const twice = await rolebridge(["plan", "undo", id, "--yes"]);
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining("this one is undone") });
  });

  it("whose people moved since it was shown is not applied, and says who moved", async () => {
    await rolebridge(["mapping", "draft", "-f", mapping("maintainer")]);
    const { id, hash } = await json(["mapping", "preview"], 2);
    const path = `members[value eq "${(await json(["explain", "grace@acme.test"]))[0].account.people[0].id}"]`;
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    await scim("PATCH", `/Groups/${group}`, { schemas, Operations: [{ op: "remove", path }] });
    const refused = await rolebridge(["plan", "apply", id, "--hash", hash]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/grace@acme.test +gains maintainer; loses developer +nothing/);
    expect(refused.stderr).toContain("Nothing was done. People moved since.");
    const again = await json(["mapping", "preview"], 2);
    expect(again.counts.changed).toBe(1);
    expect((await rolebridge(["plan", "reject", again.id])).stdout).toBe(`Rejected ${again.id}.\n`);
    expect((await rolebridge(["plan", "list"])).code).toBe(0);
  });
});

describe("a connection", () => {
  it("shows what disabling it would take, and goes on as it was", async () => {
    const { code, stdout } = await rolebridge(["connection", "preview", "scim"]);
    expect(code).toBe(2);
    expect(stdout).toContain("connection scim disabled, open");
    expect(await rolesOf("ada@acme.test")).toEqual(["developer"]);
  });
});
