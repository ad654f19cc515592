/** One group from its source to people's roles, on the command line: shown without a trace of it, and kept. */
import { beforeEach, describe, expect, it } from "vitest";
import { makeJournal } from "../../connectors/memory/index.ts";
import { smallDirectory } from "../support/directory.ts";
import { openRealm } from "./realm.ts";

const { outside, rolebridge, json, publishEngineers, connect, left } = await openRealm();
const fresh = () => ({ ...smallDirectory(), identity: "realm-1", journal: makeJournal() });
outside.directory = fresh();
await publishEngineers();
await json(connect);
await json(["sync", "follow", "kc", "--every", "off"]);
await json(["sync", "now", "kc"]);

const trace = ["sync", "trace", "kc"];
const engineering = [...trace, "--group", "Engineering"];

const rolesOf = async (email: string) => {
  const [{ account }] = await json(["explain", email]);
  return account.roles.map(({ role }: { role: string }) => role);
};

beforeEach(() => {
  outside.directory = fresh();
});

const onlyGrace = () => {
  outside.directory.memberships = [{ _tag: "Membership", group: "g-1", user: "u-grace" }];
};

describe("sync trace --group", () => {
  it("shows five steps of what would change, and writes nothing", async () => {
    onlyGrace();
    const before = await left();
    const { code, stdout, stderr } = await rolebridge([...engineering, "--dry"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Nothing was written.\n" });
    expect(stdout).toContain("1 read\n  Engineering (group g-1): 1 people\n");
    expect(stdout).toContain("2 scope\n  All of it is kept, and counts.\n");
    expect(stdout).toMatch(/3 match\n {2}It is the directory group [0-9a-f-]{36}\./);
    expect(stdout).toContain("1 memberships come, 1 go.");
    expect(stdout).toContain("4 map\n  Engineering: engineers\n");
    expect(stdout).toContain("developer: 1 gain it\n  developer: 1 lose it\n");
    expect(stdout).toMatch(/5 act\n(.|\n)*joins Engineering \+ developer/);
    expect(stdout).toMatch(/leaves Engineering - developer/);
    expect(await left()).toEqual(before);
  });

  it("keeps what was read by a run about this group only, and then it is so", async () => {
    onlyGrace();
    outside.directory.users = outside.directory.users.map((one) =>
      one.id === "u-ada" ? { ...one, resource: { ...one.resource, displayName: "Not read" } } : one,
    );
    const { group, run: kept } = await json(engineering);
    expect(group).toMatchObject({ found: true, joins: 1, leaves: 1, runId: kept.id });
    expect(kept).toMatchObject({ state: "DONE", userId: null, groupId: group.groupId });
    expect(await rolesOf("grace@acme.test")).toEqual(["developer"]);
    expect(await rolesOf("ada@acme.test")).toEqual([]);
    const events = await json(["event", "list", "-n", "500"]);
    expect(events.filter(({ type }: { type: string }) => type === "user.updated")).toEqual([]);
    const again = await json([...engineering, "--dry"]);
    expect(again).toMatchObject({
      run: null,
      group: { joins: 0, leaves: 0, gained: [], lost: [], people: [] },
    });
    const shown = await rolebridge(["sync", "show", kept.id]);
    expect(shown.stdout).toContain(`the directory group ${group.groupId}`);
  });

  it("tells of strangers, of a group that is gone, and of one that nobody knows", async () => {
    const resource = { userName: "heidi", active: true };
    outside.directory.users = [...outside.directory.users, { _tag: "User", id: "u-heidi", resource }];
    outside.directory.memberships = [
      ...outside.directory.memberships,
      { _tag: "Membership", group: "g-1", user: "u-heidi" },
    ];
    const { group: stranger } = await json([...engineering, "--dry"]);
    expect(stranger.strangers).toEqual(["u-heidi"]);
    await json(engineering);
    expect((await json([...engineering, "--dry"])).group).toMatchObject({ strangers: [], joins: 0 });

    outside.directory.groups = outside.directory.groups.filter(({ id }) => id !== "g-1");
    outside.directory.memberships = [];
    const { group: gone } = await json([...trace, "--group", "g-1", "--dry"]);
    expect(gone).toMatchObject({ found: false, kept: false });
    expect(gone.scope[0]).toContain("it is gone");
    expect(gone.leaves).toBeGreaterThan(0);
    expect((await rolebridge([...trace, "--group", "no-such", "--dry"])).code).toBe(1);
  });

  it("asks for one of both", async () => {
    for (const more of [[], ["--user", "ada", "--group", "Engineering"]]) {
      const { code, stderr } = await rolebridge([...trace, ...more]);
      expect(code).toBe(1);
      expect(stderr).toContain("Give one of both");
    }
  });
});
