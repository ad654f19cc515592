import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { lenientDialect, rewriteOperations } from "../../../src/scim/dialect/index.ts";
import { parsePatch, splitMembers } from "../../../src/scim/patch/index.ts";
import { Group } from "../../../src/scim/schema/index.ts";
import { bodyOf } from "./support.ts";

const split = (...operations: readonly unknown[]) =>
  Result.merge(Result.flatMap(parsePatch(Group, bodyOf(...operations)), splitMembers));
const members = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ value: `m${index}`, display: "x" }));

const timed = (work: () => unknown): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

describe("taking member changes out of a PATCH", () => {
  it("keeps their order and the order of the rest", () => {
    const result = split(
      { op: "add", path: "members", value: [{ value: "a" }] },
      { op: "replace", path: "displayName", value: "One" },
      { op: "remove", path: "members" },
      { op: "replace", value: { members: [{ value: "b" }], displayName: "Two" } },
      { op: "remove", path: `members[value eq "b"]` },
    );
    expect(result).toMatchObject({
      attributes: [
        { op: "replace", value: "One" },
        { op: "replace", value: { displayName: "Two" } },
      ],
      members: [
        { _tag: "Add", ids: ["a"] },
        { _tag: "RemoveAll" },
        { _tag: "Replace", ids: ["b"] },
        { _tag: "Remove", ids: ["b"] },
      ],
    });
  });

  it("leaves no empty operation behind", () => {
    expect(split({ op: "add", value: { MEMBERS: [{ value: "a" }] } })).toEqual({
      attributes: [],
      members: [{ _tag: "Add", ids: ["a"] }],
    });
  });

  it("keeps any other filter as one the store can run", () => {
    expect(split({ op: "remove", path: `members[display eq "x"]` })).toMatchObject({
      members: [
        { _tag: "RemoveWhere", filter: { _tag: "Compare", path: { keys: ["display"] }, value: "x" } },
      ],
    });
    for (const filter of [
      `value ne "a"`,
      `value eq "a" and type eq "User"`,
      `not (value eq "a")`,
      "value pr",
    ]) {
      expect(split({ op: "remove", path: `members[${filter}]` })).toMatchObject({
        members: [{ _tag: "RemoveWhere" }],
      });
    }
  });

  it("takes an id once, whatever its capitalisation says", () => {
    const or = `members[value eq "a" or value eq "A" or (value eq "a")]`;
    expect(split({ op: "remove", path: or })).toMatchObject({ members: [{ ids: ["a", "A"] }] });
  });

  it("refuses ids the database cannot hold", () => {
    for (const value of ["", "a\0", "\ud800"]) {
      expect(split({ op: "add", path: "members", value: [{ value }] })).toMatchObject({
        _tag: "InvalidValue",
      });
    }
  });

  it("is not fooled by a member named like a prototype", () => {
    const value = JSON.parse(`[{"value":"__proto__","__proto__":{"value":"b"}}]`);
    expect(split({ op: "add", path: "members", value })).toMatchObject({ members: [{ ids: ["__proto__"] }] });
  });
});

describe("large groups", () => {
  const run = (...operations: readonly unknown[]) =>
    Result.flatMap(
      parsePatch(Group, rewriteOperations(lenientDialect, Group, bodyOf(...operations))),
      splitMembers,
    );

  it("replaces 100,000 members in well under a few seconds", () => {
    const value = members(100_000);
    expect(timed(() => run({ op: "replace", path: "members", value }))).toBeLessThan(3_000);
    expect(timed(() => run({ op: "Remove", path: "members", value }))).toBeLessThan(3_000);
    expect(timed(() => run({ op: "Add", value: { members: value } }))).toBeLessThan(3_000);
  });

  it("takes time in proportion to the number of members", () => {
    const cost = (count: number) => {
      const value = members(count);
      const runs = Array.from({ length: 3 }, () =>
        timed(() => run({ op: "replace", path: "members", value })),
      );
      return Math.min(...runs);
    };
    cost(10_000);
    expect(cost(80_000)).toBeLessThan(Math.max(40 * cost(10_000), 400));
  });

  it("takes 1,000 operations on single members", () => {
    const operations = members(1_000).map(({ value }) => ({
      op: "Remove",
      path: `members[value eq "${value}"]`,
    }));
    expect(timed(() => run(...operations))).toBeLessThan(1_000);
    const result = Result.getOrUndefined(run(...operations));
    expect(result?.members).toHaveLength(1_000);
  });
});
