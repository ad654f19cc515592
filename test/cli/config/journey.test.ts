/** A file's way through a real server: written, changed, planned, applied, and written again. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectors } from "../../../connectors/index.ts";
import { normal, readConfiguration, writeYaml } from "../../../src/cli/config/index.ts";
import { newFolder, startServer } from "../support.ts";

const { rolebridge, json, scim } = await startServer();
const folder = newFolder();
const example = resolve(import.meta.dirname, "../../../config/organization.example.yaml");
const read = (text: string) => Result.getOrThrow(readConfiguration(text, connectors));
const keep = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const exported = async (...flags: ReadonlyArray<string>) =>
  (await rolebridge(["config", "export", ...flags])).stdout;
const plan = (file: string, ...flags: ReadonlyArray<string>) =>
  rolebridge(["config", "plan", "-f", file, ...flags]);
const secret = { ROLEBRIDGE_MAIN_CLIENT_SECRET: "hunter2", ROLEBRIDGE_SSO_CLIENT_SECRET: "hunter3" };
const apply = (file: string, ...flags: ReadonlyArray<string>) =>
  rolebridge(["config", "apply", "-f", file, "--yes", ...flags], { env: secret });
const lastEvent = async () => (await json(["event", "list", "-n", "1"]))[0].id;

describe("a configuration", () => {
  it("is written, and nothing differs from it", async () => {
    for (const flags of [[], ["--cel"]]) {
      const ran = await plan(keep("now.yaml", await exported(...flags)));
      expect(ran).toMatchObject({ code: 0, stdout: "" });
    }
  });

  it("tells exactly what a change would do", async () => {
    const changed = (await exported())
      .replace("reserved: false", "reserved: true")
      .replace("ladders: []", "ladders:\n  - { name: staff, roles: [developer, lead] }")
      .replace("ladders:", "  - { key: lead, name: Lead }\nladders:")
      .replace("equals: Engineering", "prefix: Eng");
    const { code, stdout } = await plan(keep("changed.yaml", changed));
    expect(code).toBe(2);
    expect(stdout.split("\n")).toEqual([
      "~ role developer",
      "    reserved: false -> true",
      "+ role lead",
      '    name: "Lead"',
      "+ ladder staff",
      "    developer < lead",
      "~ mapping",
      "    ~ engineers-develop: when",
      expect.stringMatching(/^ {8}- in a group named "Engineering"/),
      expect.stringMatching(/^ {8}\+ in a group whose name begins with "Eng"/),
      "",
    ]);
  });

  it("of another organization is refused", async () => {
    const ran = await plan(keep("other.yaml", "version: 1\norganization: other\nroles: []"));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("is for the organization other, and the one at hand is acme.");
  });

  it("needs its secrets before anything is done", async () => {
    const ran = await rolebridge(["config", "apply", "-f", example, "--yes"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("The variable ROLEBRIDGE_MAIN_CLIENT_SECRET is not set.");
    expect((await json(["role", "list"])).map(({ key }: { key: string }) => key)).toEqual(["developer"]);
  });

  it("is confirmed, or nothing is done", async () => {
    const ran = await rolebridge(["config", "apply", "-f", example], { env: secret });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("add --yes if you mean it");
    expect(await json(["role", "scope", "list"])).toMatchObject({ items: [] });
  });

  it("is applied with the mapping as a draft, and the second time nothing happens", async () => {
    expect((await apply(example)).code).toBe(2);
    const before = await lastEvent();
    const again = await apply(example);
    expect([again.code, again.stdout]).toEqual([2, ""]);
    expect(again.stderr).toContain("The mapping waits as the draft.");
    expect(await lastEvent()).toBe(before);
  });

  it("is published where that is asked for, and then it is what is written", async () => {
    expect((await apply(example, "--publish")).code).toBe(0);
    const before = await lastEvent();
    expect(await apply(example, "--publish")).toMatchObject({ code: 0, stdout: "" });
    expect(await lastEvent()).toBe(before);
    const { connections, roles, ...wanted } = normal(read(readFileSync(example, "utf8")));
    const found = normal(read(await exported()));
    expect(found).toMatchObject(wanted);
    expect(found.connections?.filter(({ slug }) => slug !== "scim")).toEqual(connections);
    expect(found.roles?.filter(({ key }) => key !== "developer")).toEqual(roles);
  });

  it("never has a secret in it, and one that is stored stays where the file has none", async () => {
    const text = await exported();
    expect(text).not.toMatch(/hunter|rbl_/);
    const without = text.replaceAll(/ {4}secret:\n.*\n/g, "").replace("realm: acme", "realm: other");
    const file = keep("without.yaml", without);
    expect(without).not.toContain("CLIENT_SECRET");
    const ran = await rolebridge(["config", "apply", "-f", file, "--yes", "--unchecked"]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('settings.realm: "acme" -> "other"');
    expect(await plan(file)).toMatchObject({ code: 0 });
  });

  it("has scopes that operators made, and leaves alone those that rules made", async () => {
    const rule =
      "{ id: libraries, when: { groupName: { glob: 'lib-{scope}', connection: scim } }, grant: [{ role: reader, scopeFrom: 'library:{scope}', createScope: true }] }";
    const file = keep("libraries.yaml", `version: 1\nmapping: { rules: [${rule}] }`);
    expect((await apply(file, "--publish")).code).toBe(0);
    const user = await scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "ada@acme.test",
    });
    await scim("POST", "/Groups", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "lib-new",
      members: [{ value: user.body.id }],
    });
    const { items } = await json(["role", "scope", "list"]);
    expect(
      items.map(({ key, byOperator }: { key: string; byOperator: boolean }) => [key, byOperator]),
    ).toEqual([
      ["library:marketing", true],
      ["library:new", false],
    ]);
    const text = await exported();
    expect(read(text).scopes?.map(({ key }) => key)).toEqual(["library:marketing"]);
    expect(await plan(keep("scopes.yaml", text), "--prune")).toMatchObject({ code: 0, stdout: "" });
    const back = keep("back.yaml", "version: 1\nmapping: { rules: [] }");
    expect((await apply(back, "--publish")).code).toBe(0);
    expect((await scim("DELETE", `/Users/${user.body.id}`)).status).toBe(204);
  });

  it("makes, changes and keeps applications, and ends them with --prune only", async () => {
    const file = keep(
      "applications.yaml",
      "version: 1\napplications:\n  - { slug: desk, returnAddresses: [https://desk.acme.test/in, https://desk.acme.test/a] }",
    );
    const planned = await plan(file);
    expect(planned.stdout.split("\n")).toEqual([
      "+ application desk",
      '    returnAddresses: ["https://desk.acme.test/a","https://desk.acme.test/in"]',
      "    its secret: rolebridge application rotate desk --grace 0",
      "= application shop",
      "    not in the file, kept; --prune removes it",
      "",
    ]);
    const made = await apply(file);
    expect(made.code).toBe(0);
    expect(made.stdout + made.stderr).not.toContain("rbl_");
    expect((await plan(file)).code).toBe(0);
    const moved = keep("moved.yaml", readFileSync(file, "utf8").replace("/in,", "/out,"));
    expect((await plan(moved)).stdout).toContain('desk.acme.test/in"] -> ["https://desk.acme.test/a');
    expect((await apply(moved)).code).toBe(0);
    const renamed = keep(
      "renamed.yaml",
      readFileSync(moved, "utf8").replace("slug: desk", "slug: desk, name: Desk"),
    );
    expect((await plan(renamed)).stderr).toContain("The name of the application desk cannot be changed.");
    const wrong = keep(
      "wrong.yaml",
      readFileSync(file, "utf8").replace("https://desk.acme.test/a", "http://desk.acme.test/a"),
    );
    const refused = await json(["config", "apply", "-f", wrong, "--yes"], 1);
    expect(refused.failed.because).toContain("use https");
    expect((await apply(moved, "--prune")).code).toBe(0);
    expect((await json(["application", "list"])).map(({ slug }: { slug: string }) => slug)).toEqual(["desk"]);
  });

  it("says how logins are taken, and leaves alone what it does not say", async () => {
    const entry = (login: string) =>
      keep("login.yaml", `version: 1\nconnections: [{ slug: sso, kind: oidc, login: ${login} }]`);
    const file = entry("{ provisioning: update, lapseDays: 7 }");
    expect((await plan(file)).stdout.split("\n").slice(0, 3)).toEqual([
      "~ connection sso",
      '    login.provisioning: "create" -> "update"',
      "    login.lapseDays: 30 -> 7",
    ]);
    expect((await apply(file)).code).toBe(0);
    const before = await lastEvent();
    expect((await apply(entry("{ lapseDays: 7 }"))).code).toBe(0);
    expect(await lastEvent()).toBe(before);
    const { stdout } = await rolebridge(["login", "set", "sso"]);
    expect(stdout.split("\n")).toEqual([
      "brings in    update",
      "believed for 7 days",
      "domains      none",
      "",
    ]);
    const refused = await json(["config", "apply", "-f", entry("{ domains: [acme.test] }"), "--yes"], 1);
    expect(refused.failed.because).toContain("acme.test is not verified");
    const set = await rolebridge(["login", "set", "sso", "--domains", "acme.test,acme.example"]);
    expect([set.code, set.stderr.includes("acme.example is not verified")]).toEqual([1, true]);
    expect((await rolebridge(["login", "set", "sso", "--domains", "none"])).code).toBe(0);
    expect(await plan(keep("login-now.yaml", await exported()))).toMatchObject({ code: 0, stdout: "" });
  });

  it("removes roles with --prune only, and stops at what is refused", async () => {
    await rolebridge(["role", "create", "unused"]);
    const wanted = ["reader", "editor"].map((key) => `  - { key: ${key}, permissions: [books.read] }`);
    const file = keep(
      "prune.yaml",
      `version: 1\nroles:\n${wanted.join("\n")}\n  - { key: owner, reserved: true }`,
    );
    const kept = await json(["config", "apply", "-f", file, "--yes"], 0);
    expect(kept.done.map(({ name }: { name: string }) => name)).toEqual(["editor", "owner"]);
    await rolebridge(["role", "ladder", "set", "crew", "developer", "unused"]);
    const refused = await json(["config", "apply", "-f", file, "--yes", "--prune"], 1);
    expect(refused.failed).toMatchObject({ sign: "-", name: "developer" });
    expect(refused.failed.because).toContain("is still used by the ladder crew");
    expect(refused.left.map(({ name }: { name: string }) => name)).toEqual(["unused"]);
    await rolebridge(["role", "ladder", "remove", "crew", "--yes"]);
    const done = await json(["config", "apply", "-f", file, "--yes", "--prune"], 0);
    expect(done.done.map(({ name }: { name: string }) => name)).toEqual(["developer", "unused"]);
  });
});

const granted = ["reader", "editor", "auditor", "guest"];
const keys = [...granted, "owner"];
const text = fc.constantFrom(
  "",
  "plain",
  "with: colon",
  "# no comment",
  "yes",
  "'",
  '"',
  "- x",
  "null",
  "ä\\n",
);
const role = (key: string) =>
  fc.record(
    {
      key: fc.constant(key),
      name: text.map((one) => one || key),
      description: text,
      permissions: fc.subarray(["a", "b.c", "d/e"]),
      // A reserved one is not granted by whatever condition comes.
      reserved: key === "owner" ? fc.boolean() : fc.constant(false),
    },
    { requiredKeys: ["key"] },
  );
const condition = fc.oneof(
  fc.constantFrom("Engineering", "yes", "a: b", "{x}", "1e3").map((equals) => ({ groupName: { equals } })),
  fc.constant({ not: { all: [{ emailDomain: "acme.test" }, { connection: "scim" }] } }),
  fc.constantFrom(1, true, "x", "01").map((equals) => ({ attribute: { name: "title", equals } })),
);
const rule = (id: string) =>
  fc.record(
    {
      id: fc.constant(id),
      when: condition,
      grant: fc.subarray(granted, { minLength: 1 }),
      description: text,
    },
    { requiredKeys: ["id", "when", "grant"] },
  );
const ladders = fc.constantFrom(
  [],
  [{ name: "one", roles: ["reader", "editor"] }],
  [{ name: "one", roles: ["auditor", "reader", "guest"] }],
  [
    { name: "one", roles: ["guest", "owner"] },
    { name: "two", roles: ["editor", "reader"] },
  ],
);
const anyConfiguration = fc.record({
  version: fc.constant(1),
  organization: fc.constant("acme"),
  roles: fc.tuple(...keys.map(role)),
  ladders,
  guard: fc.record(
    { organization: fc.record({ accounts: fc.nat(99), percent: fc.nat(100) }, { requiredKeys: [] }) },
    { requiredKeys: [] },
  ),
  mapping: fc
    .record({ rules: fc.tuple(rule("a"), rule("b"), rule("c")), count: fc.nat(3) })
    .map(({ rules, count }) => ({ rules: rules.slice(0, count) })),
});

describe("whatever a file says", () => {
  it("is what is written after it was applied", async () => {
    await fc.assert(
      fc.asyncProperty(anyConfiguration, async (wanted) => {
        const yaml = writeYaml(wanted);
        const file = keep("any.yaml", yaml);
        const ran = await apply(file, "--publish", "--prune");
        expect(ran, ran.stdout).toMatchObject({ code: 0 });
        const { scopes: _, connections: __, applications: ___, ...found } = normal(read(await exported()));
        expect(found).toEqual(normal(read(yaml)));
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);
});
