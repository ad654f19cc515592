/** One person from their source to their roles, on the command line: shown without a trace of it, and kept. */
import { beforeEach, describe, expect, it } from "vitest";
import { smallDirectory } from "../support/directory.ts";
import { openRealm } from "./realm.ts";

const { outside, rolebridge, json, publishEngineers, connect, left } = await openRealm();
outside.directory = { ...smallDirectory(), identity: "realm-1" };
await publishEngineers();
await json(connect);
await json(["sync", "now", "kc"]);

const trace = ["sync", "trace", "kc", "--user"];

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
