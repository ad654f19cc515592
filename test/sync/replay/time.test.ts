/** Between two changes, time alone may turn something. */
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { compile, decodeMapping, emptyCatalogue } from "../../../src/mapping/index.ts";
import type { PastAccount, PastConnection } from "../../../src/store/index.ts";
import { pastOf } from "../../../src/sync/index.ts";
import { replayAccount } from "../../../src/sync/replay/account.ts";

const [june, july, august] = ["2026-06-01", "2026-07-01", "2026-08-01"].map((day) => Date.parse(day)) as [
  number,
  number,
  number,
];
const always = { learned: 0, learnedIn: 0, forgotten: null, forgottenIn: null };

const connection = {
  ...{ id: "c", slug: "scim", kind: "scim", enabled: true, lifecycleAuthority: null },
  ...always,
} as unknown as PastConnection;

const account = {
  account: "a",
  links: [
    {
      user: "u",
      states: [{ connection: "c", active: true, attributes: {}, cause: "e", ...always }],
      marks: [],
      memberships: [],
      ...always,
    },
  ],
  ...{ lost: [], suspensions: [], grants: [], exclusions: [], decisions: [] },
} as unknown as PastAccount;

const rule = { id: "r", when: { connection: "scim" }, grant: ["intern"], validUntil: "2026-07-01" };
const mapping = compile(Result.getOrThrow(decodeMapping({ rules: [rule] })), emptyCatalogue);

describe("a replay", () => {
  it("ends what a rule would have given when the rule ends, though no fact changed", () => {
    const past = pastOf(account, [connection]);
    const { deviations } = replayAccount(past, mapping, { from: june, to: august });
    expect(deviations).toEqual([
      expect.objectContaining({ role: "intern", more: true, from: june, until: july, rules: ["r"] }),
    ]);
  });
});
