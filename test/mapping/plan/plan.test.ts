/** What a plan says of one account, and the counts over all. */
import { describe, expect, it } from "vitest";
import type { DesiredRole, Reason } from "../../../src/domain/index.ts";
import {
  canonicalChange,
  changeOf,
  difference,
  isNoChange,
  rolesDigestText,
  Tally,
} from "../../../src/mapping/index.ts";
import { event, groupId, role } from "../support.ts";

const reason = (rule: string): Reason => ({
  rule,
  connection: null,
  person: null,
  group: groupId(1),
  because: "group",
  cause: event(1),
});

const has = (key: string, scope = "", rule = "a"): DesiredRole => ({
  role: role(key),
  scope,
  reasons: [reason(rule)],
});

const change = (before: ReadonlyArray<DesiredRole>, after: ReadonlyArray<DesiredRole>) =>
  changeOf(true, true, difference(before, after));

describe("the change of one account", () => {
  it("names roles and counts those that stay for other reasons", () => {
    expect(change([has("a"), has("b")], [has("b", "", "other"), has("c", "x")])).toEqual({
      active: null,
      gained: [{ role: "c", scope: "x" }],
      lost: [{ role: "a", scope: "" }],
      changed: 1,
    });
  });

  it("is none where only the events differ that brought the reasons", () => {
    const again = { ...has("a"), reasons: [{ ...reason("a"), cause: event(2) }] };
    expect(isNoChange(change([has("a")], [again]))).toBe(true);
    expect(isNoChange(changeOf(true, false, difference([], [])))).toBe(false);
  });

  it("has one text, whatever order its parts came in", () => {
    const one = change([has("a")], [has("b"), has("c")]);
    const stored = JSON.parse(`{"lost":[{"scope":"","role":"a"}],"changed":0,"active":null,"gained":
      [{"scope":"","role":"b"},{"scope":"","role":"c"}]}`);
    expect(canonicalChange(stored)).toBe(canonicalChange(one));
    expect(canonicalChange(change([has("a")], [has("b")]))).not.toBe(canonicalChange(one));
    expect(rolesDigestText(true, [has("b"), has("a")])).toBe(rolesDigestText(true, [has("a"), has("b")]));
    expect(rolesDigestText(false, [])).not.toBe(rolesDigestText(true, []));
  });
});

describe("the counts", () => {
  it("count accounts, also where one has a role in several scopes", () => {
    const tally = new Tally(new Set([role("owner")]));
    const looks: ReadonlyArray<readonly [ReadonlyArray<DesiredRole>, ReadonlyArray<DesiredRole>]> = [
      [[has("owner", "x"), has("owner", "y")], []],
      [[has("owner", "x")], [has("owner", "y"), has("b")]],
      [[has("b")], [has("b", "", "other")]],
      [[has("b")], [has("b")]],
    ];
    for (const [before, after] of looks) {
      const moves = change(before, after);
      tally.add(before, after, isNoChange(moves) ? null : moves);
    }
    expect(tally.counts).toEqual({
      accounts: 4,
      changed: 3,
      gaining: 1,
      losing: 2,
      activated: 0,
      deactivated: 0,
      otherReasons: 1,
      roles: [
        { role: "b", before: 2, after: 3, gained: 1, lost: 0, reserved: false },
        { role: "owner", before: 2, after: 1, gained: 1, lost: 2, reserved: true },
      ],
    });
  });
});
