/** A condition written as CEL and read again is the same condition. */
import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Condition,
  decodeMapping,
  fromCel,
  maxDepth,
  maxText,
  toCel,
} from "../../../src/mapping/index.ts";
import { holds } from "../oracle.ts";
import { prove } from "../prove.ts";
import { anyFacts, anyNow, condition } from "../support.ts";

const read = (text: string): Condition =>
  Result.getOrThrowWith(fromCel(text), ({ sentence }) => new Error(`${sentence}: ${text}`));

/** What CEL cannot tell apart: lists of one, lists in lists of their kind, and what is denied twice. */
const plain = (tree: Condition): Condition => {
  if ("not" in tree) {
    const not = plain(tree.not);
    return "not" in not ? not.not : { not };
  }
  if ("all" in tree) {
    const all = tree.all.map(plain).flatMap((each) => ("all" in each ? each.all : [each]));
    return all.length === 1 ? (all[0] ?? tree) : { all };
  }
  if ("any" in tree) {
    const any = tree.any.map(plain).flatMap((each) => ("any" in each ? each.any : [each]));
    return any.length === 1 ? (any[0] ?? tree) : { any };
  }
  return tree;
};

const isCondition = (when: unknown): boolean =>
  Result.isSuccess(decodeMapping({ rules: [{ id: "a", when, grant: ["a"] }] }));

const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
const step = fc.oneof(
  text,
  fc.constantFrom("$ref", "in", "null", "function", "größe", "x-y", "exists", "__proto__"),
);
const name = fc
  .tuple(
    fc.constantFrom("", "urn:example:User:", "urn:ietf:params:scim:schemas:core:2.0:User:", 'urn:a"b:'),
    fc.array(step, { minLength: 1, maxLength: 3 }),
  )
  .map(([schema, steps]) => `${schema}${steps.join(".")}`);
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.integer(),
  fc.constantFrom(2 ** 53, 2 ** 60, 1e21, 0.1),
);

/** Leaves with whatever an operator may put into them. */
const oddLeaf = fc
  .oneof(
    fc.record({ name, equals: value }).map((attribute) => ({ attribute })),
    fc
      .record({ name, in: fc.array(value, { minLength: 1, maxLength: 4 }) })
      .map((attribute) => ({ attribute })),
    fc.record({ name, present: fc.boolean() }).map((attribute) => ({ attribute })),
    text.map((equals) => ({ groupName: { equals, connection: "okta" } })),
    text.map((prefix) => ({ groupName: { prefix, kind: "group" } })),
    text.map((glob) => ({ groupName: { glob } })),
    text.map((id) => ({ externalGroup: { id, connection: "okta" } })),
    text.map((emailDomain) => ({ emailDomain })),
  )
  .filter((leaf): leaf is typeof leaf & Condition => isCondition(leaf));

describe("a condition", () => {
  it("is written as CEL that means the same tree", () => {
    prove(
      fc.property(condition, (tree) => {
        expect(read(toCel(tree))).toEqual(plain(tree));
      }),
      { numRuns: 300 },
    );
  });

  it("holds for the same people after it was written and read", () => {
    prove(
      fc.property(condition, anyFacts, anyNow, (tree, { people }, now) => {
        const again = read(toCel(tree));
        for (const person of people) expect(holds(again, person, now)).toBe(holds(tree, person, now));
      }),
      { numRuns: 300 },
    );
  });

  it("may hold any text, number and attribute name", () => {
    prove(
      fc.property(oddLeaf, (leaf) => {
        expect(read(toCel(leaf))).toEqual(leaf);
        expect(read(toCel({ not: leaf }))).toEqual({ not: leaf });
      }),
      { numRuns: 500 },
    );
  });

  it("is written in one way only, however it was typed", () => {
    prove(
      fc.property(condition, (tree) => {
        const written = toCel(tree);
        expect(toCel(read(written))).toBe(written);
      }),
    );
  });

  it("as deep as a tree may be is within what is read", () => {
    const beside: Condition = { connection: "okta" };
    let deep: Condition = { not: { attribute: { name: "urn:a:b:c-d", before: "2026-01-01" } } };
    for (let level = 3; level <= maxDepth; level++) {
      deep = level % 2 === 0 ? { all: [deep, beside] } : { any: [deep, beside] };
    }
    expect(isCondition({ not: deep })).toBe(false);
    expect(read(toCel(deep))).toEqual(deep);
  });

  it("that is too long as CEL is written all the same, and refused with the limit", () => {
    const any = Array.from({ length: 200 }, (_, index) => ({ connection: `connection-${index}` }));
    const refused = Result.getOrThrow(Result.flip(fromCel(toCel({ any }))));
    expect(refused.sentence).toBe(`use at most ${maxText} characters, or write the condition as a tree`);
  });
});
