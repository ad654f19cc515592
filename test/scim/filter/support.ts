import fc from "fast-check";
import type { Filter } from "../../../src/scim/filter/index.ts";

/** The tree without the positions, which printing changes. */
export const withoutPositions = (filter: Filter): unknown =>
  JSON.parse(JSON.stringify(filter, (key, value) => (key === "position" ? undefined : value)));

const operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const;
const names = ["userName", "name.givenName", "active", "meta.created", "emails.value", "x-y_z", "$ref"];

const text = fc.string({ unit: "grapheme", maxLength: 8 }).filter((each) => !each.includes("\0"));
const literal = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);

const leaf = (paths: readonly string[]): fc.Arbitrary<Filter> =>
  fc.oneof(
    fc.record({
      _tag: fc.constant("Compare" as const),
      path: fc.constantFrom(...paths),
      op: fc.constantFrom(...operators),
      value: literal,
      position: fc.constant(0),
    }),
    fc.record({
      _tag: fc.constant("Present" as const),
      path: fc.constantFrom(...paths),
      position: fc.constant(0),
    }),
  );

const combined = (inner: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> =>
  fc.oneof(
    fc.record({ _tag: fc.constantFrom("And" as const, "Or" as const), left: inner, right: inner }),
    fc.record({ _tag: fc.constant("Not" as const), filter: inner }),
  );

const small = (start: fc.Arbitrary<Filter>) => fc.oneof(start, combined(start), combined(combined(start)));

const some = fc.record({
  _tag: fc.constant("Some" as const),
  path: fc.constantFrom("emails", "addresses"),
  filter: small(leaf(["type", "value", "primary"])),
  position: fc.constant(0),
});

/** Trees as the parser can make them; names need not be in the schema. */
export const filters: fc.Arbitrary<Filter> = small(fc.oneof(leaf(names), some));
