/** Writing outward on the command line: as processes, against a server with a directory in memory that is written. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Directory } from "../../connectors/memory/index.ts";
import { makeJournal } from "../../connectors/memory/index.ts";
import { smallDirectory } from "../support/directory.ts";
import { openRealm } from "./realm.ts";
import { newFolder, until } from "./support.ts";

const { outside, server, secret, rolebridge, json, connect } = await openRealm();
outside.directory = { ...smallDirectory(), identity: "realm-1", journal: makeJournal() };

const scim = async (userName: string) => {
  const answer = await fetch(`${server.quickStart.scimUrl}/Users`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${server.quickStart.scimToken}`,
      "content-type": "application/scim+json",
    },
    body: JSON.stringify({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName,
      emails: [{ value: userName, primary: true }],
      name: { givenName: "Bob", familyName: "Builder" },
    }),
  });
  expect(answer.status).toBe(201);
};

const named = (directory: Directory, userName: string) =>
  directory.users.find(({ resource }) => resource["userName"] === userName);
const isIn = (directory: Directory, userName: string) =>
  directory.memberships.some(({ user }) => user === named(directory, userName)?.id);

await json(connect);
await json(["sync", "now", "kc"]);
await scim("bob@acme.test");
await json(["role", "grant", "developer", "bob@acme.test", "--reason", "He builds."]);

describe("push", () => {
  it("observes first: what would be written is shown with exit code 2, and nothing is written", async () => {
    const set = [
      "push",
      "set",
      "kc",
      "--mode",
      "observe",
      "--role",
      "developer=g-1",
      "--creates",
      "with-roles",
    ];
    const { push } = await json(set);
    expect(push).toMatchObject({
      state: "OBSERVING",
      creates: "WITH_ROLES",
      roles: [{ role: "developer", scope: "", group: "g-1", kind: "GROUP", name: "Engineering" }],
    });
    const plan = await rolebridge(["push", "plan", "kc"]);
    expect(plan.code).toBe(2);
    expect(plan.stdout).toMatch(/^bob@acme\.test +create +.*userName bob@acme\.test/m);
    expect(plan.stderr).toContain("Would be written: 1 person created");
    expect(plan.stderr).toContain("Nothing is.");
    expect(named(outside.directory, "bob@acme.test")).toBeUndefined();
    expect((await json(["push", "plan", "kc"], 2)).counts).toMatchObject({ create: 1, remove: 0 });
  });

  it("asks before the first thing is written, and says how much it is", async () => {
    const refused = await rolebridge(["push", "set", "kc", "--mode", "enforce"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("This writes through kc, first: 1 person created");
    expect(refused.stderr).toContain("add --yes if you mean it");
    const agreed = await rolebridge(["push", "set", "kc", "--mode", "enforce", "--yes"]);
    expect({ code: agreed.code, stderr: agreed.stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining("first: 1 person created"),
    });
    await until(() => (isIn(outside.directory, "bob@acme.test") ? true : undefined));
    const [{ push }] = await until(async () => {
      const found = await json(["push", "show", "kc"]);
      return found[0].push.pending === 0 ? found : undefined;
    });
    expect(push).toMatchObject({ state: "HEALTHY", drifted: 0, troubled: 0 });
    expect(push.held).toBeGreaterThan(1);
    expect((await rolebridge(["push", "plan", "kc"])).code).toBe(0);
  });

  it("lists what somebody undid there, and hands it back", async () => {
    const { id } = named(outside.directory, "bob@acme.test") ?? { id: "" };
    outside.directory.memberships = outside.directory.memberships.filter(({ user }) => user !== id);
    await json(["sync", "now", "kc"]);
    await json(["push", "retry", "kc", "--account", "bob@acme.test"]);
    const [undone] = await until(async () => {
      const ran = await rolebridge(["push", "drift", "kc", "--json"]);
      return ran.code === 2 ? JSON.parse(ran.stdout) : undefined;
    });
    expect(undone).toMatchObject({
      person: "bob@acme.test",
      fact: "membership",
      object: "g-1",
      state: "DRIFTED",
    });
    const shown = await rolebridge(["push", "show", "kc"]);
    expect({ code: shown.code, said: shown.stderr }).toEqual({
      code: 2,
      said: expect.stringContaining("rolebridge push drift kc"),
    });
    expect(await json(["push", "release", undone.id])).toEqual({ id: undone.id, released: true });
    expect((await rolebridge(["push", "release", undone.id])).code).toBe(1);
    expect(await json(["push", "drift", "kc"])).toEqual([]);
  });

  it("puts before a person what it may not take over, says what to do, and tries it again", async () => {
    const taken = "carol@acme.test";
    outside.directory.users = [
      ...outside.directory.users,
      { _tag: "User", id: "u-carol", resource: { userName: taken, active: true } },
    ];
    await scim(taken);
    await json(["role", "grant", "developer", taken, "--reason", "She builds."]);
    const [exception] = await until(async () => {
      const ran = await rolebridge(["exception", "list", "--json"]);
      return ran.code === 2 ? JSON.parse(ran.stdout) : undefined;
    });
    expect(exception).toMatchObject({ kind: "push-conflict", subjectKind: "account", connection: "kc" });
    expect(exception.advice).toContain(`rolebridge exception retry ${exception.id}`);
    expect((await json(["push", "show", "kc"], 2))[0].push.troubles).toMatchObject([
      { person: taken, reason: "conflict", retryAt: null },
    ]);
    outside.directory.users = outside.directory.users.filter(({ id }) => id !== "u-carol");
    expect(await json(["exception", "retry", "--all"])).toEqual({ retried: 1 });
    await until(() => (isIn(outside.directory, taken) ? true : undefined));
    await until(async () => ((await rolebridge(["exception", "list"])).code === 0 ? true : undefined));
  });

  it("stands in the configuration as code, and nothing differs from it", async () => {
    const file = join(newFolder(), "organization.yaml");
    const { stdout } = await rolebridge(["config", "export"]);
    writeFileSync(file, stdout);
    expect(await rolebridge(["config", "plan", "-f", file])).toMatchObject({ code: 0, stdout: "" });
    writeFileSync(
      file,
      stdout.replace("owns: []", "owns: [email, active]").replace("drift: list", "drift: correct"),
    );
    const changed = await rolebridge(["config", "plan", "-f", file]);
    expect(changed.code).toBe(2);
    expect(changed.stdout).toBe(
      '~ connection kc\n    push.owns: [] -> ["active","email"]\n    push.drift: "list" -> "correct"\n',
    );
    expect((await rolebridge(["config", "apply", "-f", file, "--yes"])).code).toBe(0);
    expect((await json(["push", "show", "kc"]))[0].push).toMatchObject({
      mode: "ENFORCE",
      owns: ["ACTIVE", "EMAIL"],
      drift: "CORRECT",
      roles: [{ role: "developer", group: "g-1" }],
    });
    expect(await rolebridge(["config", "plan", "-f", file])).toMatchObject({ code: 0, stdout: "" });
  });

  it("says and confirms how much other settings take away; a program that confirms nothing is told to look first", async () => {
    const rules = [{ id: "all", when: { connection: "scim" }, grant: ["developer"] }];
    const draft = `mutation ($document: JSON!) { draftMapping(organization: "acme", document: $document) { version } }`;
    await server.graphql(draft, { document: { rules } });
    await server.graphql('mutation { publishMapping(organization: "acme") { version } }');
    const people = Array.from({ length: 11 }, (_, index) => `many-${index}@acme.test`);
    for (const one of people) await scim(one);
    await until(() => (people.every((one) => isIn(outside.directory, one)) ? true : undefined));
    await until(async () => ((await json(["push", "show", "kc"]))[0].push.pending === 0 ? true : undefined));
    const file = join(newFolder(), "organization.yaml");
    const { stdout } = await rolebridge(["config", "export"]);
    writeFileSync(
      file,
      stdout.replace(/^( *)roles:\n\1 +- role: developer\n(\1 {2,}.*\n)+/m, "$1roles: []\n"),
    );
    const applied = await rolebridge(["config", "apply", "-f", file, "--yes"]);
    expect(applied.code).toBe(1);
    expect(applied.stdout).toMatch(/1\d people would lose something there: 1\d memberships taken back/);
    expect(isIn(outside.directory, people[0] ?? "")).toBe(true);
    const set = await rolebridge(["push", "set", "kc", "--no-roles", "--yes"]);
    expect({ code: set.code, stderr: set.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/1\d memberships taken back/),
    });
    await until(() => (people.some((one) => isIn(outside.directory, one)) ? undefined : true));
  });

  it.each([
    [["--role", "developer"], "--role takes a role and a group's id"],
    [["--owns", "shoeSize"], "--owns takes fields out of userName, name, email, active, or nothing"],
    [[], "Name at least one flag"],
  ])("says what is wrong with %j", async (flags, sentence) => {
    const { code, stderr } = await rolebridge(["push", "set", "kc", ...flags]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) });
  });
});

describe("connection doctor", () => {
  it("says how fresh what we know is, and what to do, with exit code 2 where something is lacking", async () => {
    outside.directory.blindSpots = [
      { what: "Changes while events were off", coveredBy: "nothing", remedy: "Switch events on." },
    ];
    const { code, stdout } = await rolebridge(["connection", "doctor", "kc"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^Changes that the system's events tell +its events +3s after the event shows$/m);
    expect(stdout).toMatch(/^Changes while events were off +nothing +never$/m);
    expect(stdout).toContain("Switch events on.");
    outside.directory.blindSpots = [];
    const whole = await json(["connection", "doctor", "kc"]);
    expect(whole).toMatchObject({ slug: "kc", reason: null, lacks: [], sync: { followSeconds: 3 } });
    outside.secret = "another";
    const failing = await rolebridge(["connection", "doctor", "kc"]);
    outside.secret = secret;
    expect({ code: failing.code, stdout: failing.stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining("It fails (unauthorized)"),
    });
  });
});
