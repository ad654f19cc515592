import { Schema } from "effect";
import { describe, expect, it } from "vitest";
import { selectionOf, shapeOf } from "../../src/cli/client/index.ts";

const Inner = Schema.Struct({ key: Schema.String, data: Schema.Unknown });
const Outer = Schema.Struct({
  id: Schema.String,
  maybe: Schema.NullOr(Inner),
  many: Schema.Array(Schema.Struct({ inner: Inner })),
  names: Schema.Array(Schema.String),
});

describe("selectionOf", () => {
  it("asks for every field of a schema, through lists and nulls", () => {
    expect(selectionOf(Schema.Array(Outer))).toBe(
      " { id maybe { key data } many { inner { key data } } names }",
    );
  });

  it("asks for nothing below a plain value", () => {
    expect(selectionOf(Schema.Boolean)).toBe("");
    expect(selectionOf(Schema.NullOr(Schema.String))).toBe("");
  });
});

describe("shapeOf", () => {
  it("shows the form with its lists", () => {
    expect(shapeOf(Schema.Array(Inner))).toBe("[{ key, data }]");
    expect(shapeOf(Outer)).toBe("{ id, maybe: { key, data }, many: [{ inner: { key, data } }], names: [] }");
  });
});
