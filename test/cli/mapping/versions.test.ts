/** Versions of the mapping on the command line: lint, list, diff, the way back; and who has what by it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newFolder, startServer, until } from "../support.ts";

const server = await startServer();
const { rolebridge, json } = server;

const file = join(newFolder(), "mapping.json");
const fileOf = (rules: ReadonlyArray<object>) => {
  writeFileSync(file, JSON.stringify({ rules }));
  return file;
};
const rule = (id: string, when: object, more: object = {}) => ({ id, when, grant: ["developer"], ...more });
const fromScim = { connection: "scim" };
const never = rule("never", { all: [fromScim, { not: fromScim }] });

await rolebridge(["try"]);

describe("mapping lint", () => {
  it("ends with 0 where nothing is wrong for sure, and with 1 where something is", async () => {
    expect(await rolebridge(["mapping", "lint"])).toMatchObject({
      code: 0,
      stdout: "Version 1, published\n",
      stderr: "Nothing looks wrong.\n",
    });
    const unknown = await rolebridge(["mapping", "lint", "-f", fileOf([rule("a", { connection: "no" })])]);
    expect(unknown).toMatchObject({ code: 0, stderr: "0 errors, 1 warnings.\n" });
    expect(unknown.stdout).toContain("  warning in rule a, when: There is no connection no; create it");
    const wrong = await rolebridge(["mapping", "lint", "-f", fileOf([never])]);
    expect(wrong).toMatchObject({ code: 1, stderr: "1 errors, 0 warnings.\n" });
    expect((await json(["mapping", "lint", "-f", file], 1)).findings).toMatchObject([
      { severity: "ERROR", kind: "never-true", rule: "never", position: "when" },
    ]);
  });

  it("comes with a draft that is kept", async () => {
    const { code, stdout } = await rolebridge(["mapping", "draft", "-f", fileOf([never])]);
    expect(code).toBe(0);
    expect(stdout).toContain("What is likely wrong\n  error in rule never, when: Nobody can meet");
  });
});

describe("versions of the mapping", () => {
  it("are listed, shown, compared and gone back to", async () => {
    await json(["mapping", "draft", "-f", fileOf([rule("everybody", fromScim)])]);
    await json(["mapping", "publish", "--apply"]);
    const listed = await rolebridge(["mapping", "versions"]);
    expect(listed.stdout).toMatch(/^VERSION +STATE +RULES +MADE +PUBLISHED +BY\n2 +published +1 +/);
    expect(listed.stdout).toMatch(/\n1 +superseded +1 .* the system\n$/);
    expect((await json(["mapping", "versions", "-n", "1"])).next).toBe(2);
    const old = await rolebridge(["mapping", "show", "--version", "1"]);
    expect(old).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Version 1, superseded, published /),
    });
    expect(await rolebridge(["mapping", "show", "--version", "9"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no version 9 of the mapping. "rolebridge mapping versions"'),
    });
    expect((await rolebridge(["mapping", "diff", "1", "2"])).stdout).toMatch(
      /^- engineers-develop: in a group named "Engineering" \(connection scim\) -> developer; ".+"\n\+ everybody: comes from scim -> developer\n$/,
    );
    const changed = rule("everybody", fromScim, { validUntil: "2030-01-01" });
    await json(["mapping", "draft", "-f", fileOf([changed])]);
    expect((await rolebridge(["mapping", "diff", "2", "3"])).stdout).toBe(
      "~ everybody: validUntil\n" +
        "    - comes from scim -> developer\n" +
        "    + comes from scim -> developer; until 2030-01-01\n",
    );
    const back = await rolebridge(["mapping", "rollback", "1"]);
    expect(back.stderr).toBe(
      "The rules of version 1 are the draft now, as version 3. To put them in force: rolebridge mapping publish\n",
    );
    expect((await rolebridge(["mapping", "diff", "1", "3"])).stderr).toBe("The two say the same.\n");
    expect((await rolebridge(["mapping", "rollback", "99"])).code).toBe(1);
  });
});

describe("who has what by what", () => {
  it("is told by rule, by group and by role", async () => {
    await json(["mapping", "publish", "--apply"]);
    const covers = await until(async () => {
      const shown = await rolebridge(["mapping", "covers", "engineers-develop"]);
      return shown.stdout.includes("1 account") ? shown : undefined;
    });
    expect(covers.stdout).toMatch(
      /^Rule engineers-develop gives a role to 1 account\n {2}developer: 1 account\n\nID .*\n\S{36} +Ada Lovelace/,
    );
    const leads = await rolebridge(["group", "leads", "engineering"]);
    expect(leads.stdout).toMatch(
      /^group "Engineering" \(connection scim\) {2}\S{36}\n {2}looked at by engineers-develop\n {2}leads to developer: 1 account\n$/,
    );
    expect((await rolebridge(["group", "leads", "no"])).code).toBe(1);
    expect((await rolebridge(["role", "who", "developer"])).stdout).toMatch(/Ada Lovelace/);
    expect((await rolebridge(["role", "who", "developer", "--scope", "north"])).stderr).toBe(
      "Nobody has developer there now.\n",
    );
    expect((await rolebridge(["mapping", "covers", "nothing"])).code).toBe(1);
  });
});
