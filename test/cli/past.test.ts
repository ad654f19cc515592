/** What was, and what would have been, as operators ask for it. */
import { describe, expect, it } from "vitest";
import { startServer } from "./support.ts";

const { rolebridge, json } = await startServer();

const before = new Date(Date.now() - 1000).toISOString();
const { person } = await json(["try"]);
const [rules] = [(await json(["mapping", "show"])).published.document];

describe("account history", () => {
  it("tells what changed, newest first, and what changed it", async () => {
    const { entries } = await json(["account", "history", person]);
    const gained = entries.filter((entry: { gained: ReadonlyArray<string> }) => entry.gained.length > 0);
    const lost = entries.filter((entry: { lost: ReadonlyArray<string> }) => entry.lost.length > 0);
    expect([gained.length, lost.length]).toEqual([2, 1]);
    expect(gained.at(-1)).toMatchObject({
      gained: ["developer"],
      mappingVersion: 1,
      cause: { type: "group.members-changed", requestId: expect.any(String) },
    });
    const types = entries.map(({ type }: { type: string }) => type);
    expect(types.filter((type: string) => type !== "account.roles-changed").slice(0, 2)).toEqual([
      "account.activated",
      "account.deactivated",
    ]);
    const ids = entries.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(ids.toSorted().reverse());
    const { stdout } = await rolebridge(["account", "history", person]);
    expect(stdout).toMatch(/\+developer +group\.members-changed/);
    expect(stdout).toMatch(/deactivated: connection scim says inactive/);
  });

  it("goes on where a page ended", async () => {
    const { entries } = await json(["account", "history", person]);
    const { stderr } = await rolebridge(["account", "history", person, "-n", "2"]);
    const [, last] = entries;
    expect(stderr).toContain(`--before ${last.id}`);
    const rest = await json(["account", "history", person, "--before", last.id]);
    expect(rest.entries).toEqual(entries.slice(2));
  });

  it("shows the roles of a moment, why, and that there were none before", async () => {
    const { entries } = await json(["account", "history", person]);
    const [lost] = entries.filter((entry: { lost: ReadonlyArray<string> }) => entry.lost.length > 0);
    const justBefore = new Date(Date.parse(lost.at) - 1).toISOString();
    const { rolesAt } = await json(["account", "history", person, "--at", justBefore]);
    expect(rolesAt).toMatchObject({
      mappingVersion: 1,
      roles: [{ role: "developer", reasons: [{ rule: "engineers-develop", group: "Engineering" }] }],
    });
    const then = await json(["account", "history", person, "--at", lost.at]);
    expect(then.rolesAt).toMatchObject({ active: false, roles: [] });
    const early = await rolebridge(["account", "history", person, "--at", before]);
    expect(early.stderr).toContain("Nothing had been decided about it yet.");
  });
});

describe("mapping replay", () => {
  it("finds no difference for the mapping that was in force", async () => {
    const summary = await json(["mapping", "replay", "--from", before, "--version", "1"]);
    expect(summary).toMatchObject({ version: 1, accounts: 1, differing: 0, roles: [], sample: [] });
    expect(summary.moments).toBeGreaterThan(3);
  });

  it("asks for a draft where there is none", async () => {
    const { code, stderr } = await rolebridge(["mapping", "replay", "--from", before]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/draft/);
  });

  it("tells who would have had more and less by a draft, when, by which rule and after what", async () => {
    await json(["role", "create", "reader"]);
    const [rule] = rules.rules;
    const draft = { ...rules, rules: [{ ...rule, id: "engineers-read", grant: ["reader"] }] };
    await json(["mapping", "draft"], 0, { stdin: JSON.stringify(draft) });
    const summary = await json(["mapping", "replay", "--from", before, "--draft"]);
    expect(summary).toMatchObject({ version: 2, accounts: 1, differing: 1 });
    expect(summary.roles).toEqual([
      { role: "developer", scope: "", more: 0, less: 1 },
      { role: "reader", scope: "", more: 1, less: 0 },
    ]);
    // She left and came back: twice for a while each.
    const read = summary.sample.filter(({ role }: { role: string }) => role === "reader");
    expect(read.map(({ until }: { until: string | null }) => until === null)).toEqual([false, true]);
    expect(read[0]).toMatchObject({ rules: ["engineers-read"], causeType: "group.members-changed" });
    expect(Date.parse(read[0].until)).toBeGreaterThan(Date.parse(read[0].from));
    const { stdout, stderr } = await rolebridge(["mapping", "replay", "--from", before]);
    expect(stdout).toContain("1 accounts would have had other roles for some time.");
    expect(stderr).toContain("Nothing was changed.");
  });

  it("refuses a time to come", async () => {
    const { code, stderr } = await rolebridge(["mapping", "replay", "--from", "2999-01-01"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("use a past time") });
  });
});
