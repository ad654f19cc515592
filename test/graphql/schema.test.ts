/** The schema as a whole: its printed form, and that no field of it forgot to say who may read it. */
import { readFileSync, writeFileSync } from "node:fs";
import { buildSchema, getNamedType, isObjectType, printSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../src/graphql/schema.ts";

const file = new URL("../../src/graphql/schema.graphql", import.meta.url);

const scopesOf = ({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): unknown => {
  const options = extensions["pothosOptions"];
  return typeof options === "object" && options !== null && "authScopes" in options
    ? options.authScopes
    : undefined;
};

const objectTypes = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith("__"));

const fields = objectTypes.flatMap((type) =>
  Object.values(type.getFields()).map((field) => ({
    name: `${type.name}.${field.name}`,
    scopes: scopesOf(field) ?? scopesOf(type),
    type,
    field,
  })),
);

describe("the printed schema", () => {
  it("equals src/graphql/schema.graphql (UPDATE_SCHEMA=1 writes it)", () => {
    const printed = `${printSchema(schema)}\n`;
    if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(file, printed);
    // Read and printed again: how a formatter breaks its lines is no difference.
    expect(printSchema(buildSchema(readFileSync(file, "utf8")))).toBe(printed.trimEnd());
  });
});

describe("authorization", () => {
  it.each(fields)("$name declares who may read it", ({ scopes }) => {
    expect(scopes).toBeTypeOf("object");
    const declared = Object.entries(scopes ?? {});
    expect(declared).toHaveLength(1);
    expect(["operator", "permission", "oneOf"]).toContain(declared[0]?.[0]);
  });

  it("is left to the mere token only where everybody may look", () => {
    const open = fields.filter(({ scopes }) => Object.keys(scopes ?? {}).includes("operator"));
    const owners = new Set(open.map(({ type }) => type.name));
    expect([...owners].sort()).toEqual(["Operator", "Query"]);
    expect(open.filter(({ type }) => type.name === "Query").map(({ name }) => name)).toEqual(["Query.me"]);
  });

  it("lets nobody reach an operator but through a field that says so", () => {
    const leading = fields.filter(({ field }) => getNamedType(field.type).name === "Operator");
    expect(Object.fromEntries(leading.map(({ name, scopes }) => [name, scopes]))).toEqual({
      "Query.me": { operator: true },
      "Query.operators": { permission: "operator:read" },
      "Mutation.disableOperator": { permission: "operator:write" },
    });
  });
});
