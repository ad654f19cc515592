import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DesiredRole } from "../../src/domain/index.ts";
import { compile, desiredRoles, difference, roleKey } from "../../src/mapping/index.ts";
import { anyFacts, anyMapping, connection, event, groupId, now, person, role, shuffled } from "./support.ts";

const reason = (rule: string, cause = 1) => ({
  rule,
  connection: connection("okta").id,
  person: person(1).id,
  group: groupId(1),
  because: "group",
  cause: event(cause),
});
const has = (key: string, scope: string, ...reasons: DesiredRole["reasons"]): DesiredRole => ({
  role: role(key),
  scope,
  reasons,
});
const nothing = { gained: [], lost: [], changed: [] };
const anyRoles = fc
  .tuple(anyFacts, anyMapping)
  .map(([all, table]) => desiredRoles(all, compile(table), now).roles);

describe("the difference", () => {
  it("is nothing between equals, in whatever order", () => {
    const twice = anyRoles.chain((roles) => fc.tuple(fc.constant(roles), shuffled(roles)));
    fc.assert(
      fc.property(twice, ([a, b]) => {
        expect(difference(a, b)).toEqual(nothing);
      }),
    );
  });

  it("applied to what is gives what should be", () => {
    fc.assert(
      fc.property(anyRoles, anyRoles, (current, desired) => {
        const { gained, lost, changed } = difference(current, desired);
        const leaving = new Set([...lost, ...changed].map(roleKey));
        const kept = current.filter((one) => !leaving.has(roleKey(one)));
        const reached = [...kept, ...gained, ...changed.map(({ before: _, ...now }) => now)];
        expect(difference(reached, desired)).toEqual(nothing);
        expect(reached.map(roleKey).toSorted()).toEqual(desired.map(roleKey).toSorted());
      }),
      { numRuns: 300 },
    );
  });

  it("mirrors itself: what one way gains the other way loses", () => {
    fc.assert(
      fc.property(anyRoles, anyRoles, (a, b) => {
        expect(difference(a, b).gained).toEqual(difference(b, a).lost);
        expect(difference(a, b).changed.map(roleKey)).toEqual(difference(b, a).changed.map(roleKey));
      }),
    );
  });

  it("tells roles apart by scope", () => {
    const { gained, lost } = difference([has("r", "", reason("a"))], [has("r", "x", reason("a"))]);
    expect([gained, lost]).toEqual([[has("r", "x", reason("a"))], [has("r", "", reason("a"))]]);
  });

  it("shows changed reasons with what they were", () => {
    const before = has("r", "", reason("a"), reason("b"));
    const after = has("r", "", reason("b"), reason("c"));
    expect(difference([before], [after])).toEqual({
      ...nothing,
      changed: [{ ...after, before: before.reasons }],
    });
  });

  it.each([
    ["rule", { rule: "z" }],
    ["person", { person: person(2).id }],
    ["group", { group: null }],
    ["because", { because: "connection" }],
    ["connection", { connection: connection("entra").id }],
  ])("sees another reason in another %s", (_, more) => {
    const after = has("r", "", { ...reason("a"), ...more });
    expect(difference([has("r", "", reason("a"))], [after]).changed).toHaveLength(1);
  });

  it("sees a reason more and a reason less", () => {
    const one = has("r", "", reason("a"));
    const two = has("r", "", reason("a"), reason("b"));
    expect(difference([one], [two]).changed).toEqual([{ ...two, before: one.reasons }]);
    expect(difference([two], [one]).changed).toEqual([{ ...one, before: two.reasons }]);
  });

  it("sees no change in the same reason brought by another event, or in another order", () => {
    const before = has("r", "", reason("a", 1), reason("b", 1));
    expect(difference([before], [has("r", "", reason("b", 2), reason("a", 2))])).toEqual(nothing);
  });

  it("comes in order", () => {
    const roles = [has("z", ""), has("a", "y"), has("a", "x"), has("a", "")];
    expect(difference([], roles).gained.map(roleKey)).toEqual(["a ", "a x", "a y", "z "]);
  });
});
