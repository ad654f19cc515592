/** One person from their source to their roles, on the command line: shown without a trace of it, and kept. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { makeOutside, smallDirectory } from "../support/directory.ts";
import { startServer } from "../support/server.ts";
import { newFolder, run } from "./support.ts";

const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);
outside.directory = { ...smallDirectory(), identity: "realm-1" };
const server = await startServer({}, undefined, { connectors });

const env = {
  ROLEBRIDGE_DATA: newFolder(),
  ROLEBRIDGE_URL: server.url,
  ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
  ROLEBRIDGE_ORGANIZATION: "acme",
};
const rolebridge = (args: ReadonlyArray<string>) => run(args, { env });
const json = async (args: ReadonlyArray<string>, code = 0) => {
  const ran = await rolebridge([...args, "--json"]);
  expect({ code: ran.code, stderr: ran.code === code ? "" : ran.stderr }).toEqual({ code, stderr: "" });
  return JSON.parse(ran.stdout);
};

const secretFile = join(newFolder(), "secret");
writeFileSync(secretFile, secret);
const connect = ["connection", "add", "keycloak", "kc", "--base-url", "https://keycloak.acme.test"];
const client = ["--realm", "acme", "--client-id", "rolebridge", "--client-secret-file", secretFile];
const mapping = join(newFolder(), "mapping.json");
const when = { groupName: { equals: "Engineering", connection: "kc" } };
writeFileSync(mapping, JSON.stringify({ rules: [{ id: "engineers", when, grant: ["developer"] }] }));
await json(["mapping", "draft", "-f", mapping]);
await json(["mapping", "publish"]);
await json([...connect, ...client, "--every", "off"]);
await json(["sync", "now", "kc"]);

const trace = ["sync", "trace", "kc", "--user"];

/** Everything that a write would leave behind. */
const left = async () => ({
  events: await json(["event", "list", "-n", "500"]),
  accounts: await json(["account", "list"]),
  runs: await json(["sync", "runs"]),
});

beforeEach(() => {
  outside.directory = { ...smallDirectory(), identity: "realm-1" };
});

describe("sync trace", () => {
  it("shows five steps of what would change, and writes nothing", async () => {
    outside.directory.memberships = [
      ...outside.directory.memberships,
      { _tag: "Membership", group: "g-1", user: "u-grace" },
    ];
    const before = await left();
    const { code, stdout, stderr } = await rolebridge([...trace, "grace@acme.test", "--dry"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Nothing was written.\n" });
    expect(stdout).toMatch(/^1 read\n {2}u-grace: .*"userName":"grace"/);
    expect(stdout).toContain("  in Engineering (group g-1)\n");
    expect(stdout).toContain("2 scope\n  All of it is kept, and counts.\n");
    expect(stdout).toMatch(/3 match\n {2}[0-9a-f-]{36}: Linked to this account, by new/);
    expect(stdout).toContain("4 map\n  active\n  developer, by engineers\n");
    expect(stdout).toContain("5 act\n  + developer\n");
    expect(await left()).toEqual(before);
  });

  it("keeps what was read, and then it is so", async () => {
    outside.directory.memberships = [{ _tag: "Membership", group: "g-1", user: "u-grace" }];
    const { trace: traced, run: kept } = await json([...trace, "u-grace"]);
    expect(traced.gained).toMatchObject([{ role: "developer", rules: ["engineers"] }]);
    expect(kept.state).toBe("DONE");
    const [{ account }] = await json(["explain", "grace@acme.test"]);
    expect(account.roles.map(({ role }: { role: string }) => role)).toEqual(["developer"]);
    const again = await json([...trace, "grace", "--dry"]);
    expect(again).toMatchObject({ run: null, trace: { gained: [], lost: [] } });
  });

  it("says what is missing of a role, and that somebody is gone", async () => {
    outside.directory.memberships = [];
    const { trace: without } = await json([...trace, "ada@acme.test", "--dry"]);
    expect(without.lost).toMatchObject([{ role: "developer" }]);
    expect(without.misses).toEqual([
      { rule: "engineers", role: "developer", missing: [expect.stringContaining("group")] },
    ]);
    outside.directory.users = outside.directory.users.filter(({ id }) => id !== "u-ada");
    const { trace: gone } = await json([...trace, "ada@acme.test", "--dry"]);
    expect(gone).toMatchObject({ found: false, kept: false, active: false });
    expect(gone.scope[0]).toContain("are removed here");
  });

  it("finds whom we do not know yet, says whom they are like, and how they are kept", async () => {
    const resource = {
      userName: "heidi",
      active: true,
      emails: [{ value: "heidi@acme.test", primary: true }],
    };
    outside.directory.users = [...outside.directory.users, { _tag: "User", id: "u-heidi", resource }];
    const { code, stdout, stderr } = await rolebridge([...trace, "heidi@acme.test"]);
    expect(code).toBe(0);
    expect(stdout).toContain("a new account would be made");
    expect(stderr).toContain("rolebridge sync now kc");
    expect((await rolebridge([...trace, "nobody@acme.test"])).code).toBe(1);
  });
});
