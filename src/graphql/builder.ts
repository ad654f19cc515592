/**
 * The schema builder: what resolvers get, which scopes there are, the scalars. Each field of the schema must
 * name its scope, itself or through its type; a test walks them all. The scope is the first of two checks:
 * `tenancy` asks again, for the organization, where the data is.
 */
import SchemaBuilder from "@pothos/core";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import { GraphQLError, Kind, type ValueNode, valueFromASTUntyped } from "graphql";
import { Forbidden, type Json, mayDo, type Permission } from "../domain/index.ts";
import type { RequestContext } from "./context.ts";
import { failureError } from "./error.ts";

export const builder = new SchemaBuilder<{
  Context: RequestContext;
  AuthScopes: {
    /** Whoever sent a valid operator token: everybody who gets this far. */
    operator: boolean;
    permission: Permission;
    /** Of a type that fields of several permissions lead to. */
    oneOf: ReadonlyArray<Permission>;
  };
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: Json };
    ID: { Input: string; Output: string };
    SettingValue: { Input: string; Output: string };
  };
  DefaultFieldNullability: false;
}>({
  plugins: [ScopeAuthPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: ({ caller }) => ({
      operator: true,
      permission: (permission) => mayDo(caller.role, permission),
      oneOf: (several) => several.some((permission) => mayDo(caller.role, permission)),
    }),
    unauthorizedError: (_parent, { caller }, { fieldName }) =>
      failureError(new Forbidden({ detail: `Who is ${caller.role} may not see or do ${fieldName}.` })),
  },
});

builder.queryType({});
builder.mutationType({});

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

const parseDateTime = (value: unknown): Date => {
  const date = new Date(typeof value === "string" && iso.test(value) ? value : Number.NaN);
  // The way graphql's scalars say no; it names the argument and answers in its own form.
  if (Number.isNaN(date.getTime())) throw new GraphQLError("Use a time like 2030-01-31T12:00:00Z.");
  return date;
};

builder.scalarType("DateTime", {
  description: "A point in time with its offset, in the form of RFC 3339.",
  serialize: (date) => date.toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node: ValueNode) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType("JSON", {
  description: "Any JSON value.",
  serialize: (value) => value,
  parseValue: (value: unknown) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});

const parseSettingValue = (value: unknown): string => {
  if (typeof value !== "string") throw new GraphQLError("Use a text.");
  return value;
};

/** A type of its own, so that an error about one is known by it: `quietError` keeps such a value to itself. */
builder.scalarType("SettingValue", {
  description: "The value of a setting as text. May be a secret: no error repeats it.",
  serialize: (value) => value,
  parseValue: parseSettingValue,
  parseLiteral: (node: ValueNode) => parseSettingValue(node.kind === Kind.STRING ? node.value : undefined),
});
