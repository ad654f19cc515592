/** Whole resources: what a client created or replaced, and what a PATCH made. */
import { Result } from "effect";
import { InvalidSyntax, type InvalidValue } from "../../domain/index.ts";
import { isList, isObject, type JsonObject, pick, type Resource, type Unread } from "./json.ts";
import { normaliseObject } from "./normalise.ts";
import { attributesOf, type ResourceType } from "./resource-type.ts";

const schemasOf = (type: ResourceType, fields: JsonObject): readonly string[] => [
  type.schema.id,
  ...type.extensions.map(({ id }) => id).filter((id) => Object.hasOwn(fields, id)),
];

const withSchemas = (type: ResourceType, fields: JsonObject): Resource => ({
  ...fields,
  schemas: schemasOf(type, fields),
});

/** `schemas` must name the core schema (RFC 7643 §3); others are ignored, as Entra lists some nobody defines. */
const namesCoreSchema = (type: ResourceType, body: Unread): boolean => {
  const schemas = pick(body, "schemas");
  const wanted = type.schema.id.toLowerCase();
  return isList(schemas) && schemas.some((each) => typeof each === "string" && each.toLowerCase() === wanted);
};

/**
 * What a client sent to create or replace a resource, in canonical form: known attributes only, readOnly ones
 * ignored, `schemas` computed from what is present. Fails with InvalidSyntax when it is no object or does not
 * name its core schema, with InvalidValue for a value that does not fit (RFC 7643 §2–§4, RFC 7644 §3.3).
 * A strict mode that refuses unknown attributes can come later; today they are dropped.
 */
export const validate = (
  type: ResourceType,
  body: unknown,
): Result.Result<Resource, InvalidSyntax | InvalidValue> => {
  if (!isObject(body)) return Result.fail(new InvalidSyntax({ detail: "Send a JSON object." }));
  if (!namesCoreSchema(type, body)) {
    return Result.fail(new InvalidSyntax({ detail: `List ${type.schema.id} in "schemas".` }));
  }
  const fields = normaliseObject(attributesOf(type), body, "", "client");
  return Result.map(fields, (found) => withSchemas(type, found));
};

/** A resource of ours after a change: as {@link validate}, but readOnly attributes stay and `schemas` is not asked for. */
export const revalidate = (type: ResourceType, resource: Unread): Result.Result<Resource, InvalidValue> =>
  Result.map(normaliseObject(attributesOf(type), resource, "", "store"), (found) => withSchemas(type, found));
