/** The order of a bulk request: whoever is referred to comes first, and circles end. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planOf, referencesOf, substituted } from "../../../src/scim/bulk/references.ts";
import type { BulkOperation } from "../../../src/scim/bulk/request.ts";

const post = (bulkId: string, needs: ReadonlyArray<string>): BulkOperation => ({
  method: "POST",
  path: "/Users",
  bulkId,
  data: { members: needs.map((need) => ({ value: `bulkId:${need}` })) },
});

/** Each of up to eight operations needs some of the eight; some needs name nobody. */
const requests = fc
  .array(fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((all) =>
    all.map((needs, at) =>
      post(
        String(at),
        needs.map((need) => (need < all.length ? String(need) : `nobody${need}`)),
      ),
    ),
  );

/** Can `from` reach itself, or somebody who can? By trying all ways, as long as there are operations. */
const isCircular = (operations: ReadonlyArray<BulkOperation>, start: number): boolean => {
  const reach = (from: number) => {
    let found = new Set([from]);
    const steps: Array<Set<number>> = [];
    for (const _ of operations) {
      found = new Set(
        [...found]
          .flatMap((at) => [...referencesOf(operations[at] ?? post("", []))].map(Number))
          .filter((at) => operations[at]),
      );
      steps.push(found);
    }
    return new Set(steps.flatMap((step) => [...step]));
  };
  return [start, ...reach(start)].some((at) => reach(at).has(at));
};

describe("the plan of a bulk request", () => {
  it("has every operation once, after those it refers to, and finds every circle", () => {
    fc.assert(
      fc.property(requests, (operations) => {
        const { order, circular } = planOf(operations);
        expect(order.toSorted((a, b) => a - b)).toEqual(operations.map((_, at) => at));
        for (const [at, operation] of operations.entries()) {
          expect(circular.has(at)).toBe(isCircular(operations, at));
          if (circular.has(at)) continue;
          for (const need of referencesOf(operation)) {
            const creator = Number(need);
            if (operations[creator]) expect(order.indexOf(creator)).toBeLessThan(order.indexOf(at));
          }
        }
      }),
    );
  });

  it("keeps the order sent where nothing refers forward", () => {
    const operations = [post("a", []), post("b", ["a"]), post("c", ["a", "b"])];
    expect(planOf(operations).order).toEqual([0, 1, 2]);
  });

  it("goes down a chain of a thousand", () => {
    const operations = Array.from({ length: 1_000 }, (_, at) => post(String(at), [String(at + 1)]));
    const { order, circular } = planOf(operations);
    expect([order[0], order.at(-1), circular.size]).toEqual([999, 0, 0]);
  });
});

describe("a reference", () => {
  const operation: BulkOperation = {
    method: "PATCH",
    path: "/Groups/bulkId:g",
    data: {
      Operations: [
        { op: "remove", path: 'members[value eq "bulkId:a" or value eq "bulkId:b"]' },
        { op: "add", path: "members", value: [{ value: "bulkId:c" }] },
        { op: "replace", path: "displayName", value: "not bulkId:d, a name" },
      ],
    },
  };

  it("is found in addresses, in values and in the filters of paths, and nowhere else", () => {
    expect([...referencesOf(operation)].toSorted()).toEqual(["a", "b", "c", "g"]);
  });

  it("is replaced where it was found", () => {
    const { path, data } = substituted(operation, (bulkId) => `<${bulkId}>`);
    expect(path).toBe("/Groups/<g>");
    expect(JSON.stringify(data)).toContain('members[value eq \\"<a>\\" or value eq \\"<b>\\"]');
    expect(JSON.stringify(data)).toContain("not bulkId:d, a name");
  });
});
