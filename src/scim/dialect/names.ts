/** Names that are not where or how the RFC has them. */
import { parsePath } from "../filter/index.ts";
import {
  attributesOf,
  find,
  isList,
  isObject,
  type ResourceType,
  resolvePath,
  type Unread,
} from "../schema/index.ts";
import type { SentOperation } from "./rewrite.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const misspelt = "urn:ietf:params:scim:schemas:extension:enterprise:2.0user";

export const spellUrn = (_: ResourceType, name: string): string =>
  name.toLowerCase().startsWith(misspelt) ? enterprise + name.slice(misspelt.length) : name;

const earlyCore = /^urn:scim:schemas:core:[12]\.0$/i;
const earlyEnterprise = /^urn:scim:schemas:extension:enterprise:[12]\.0/i;

/** URNs from before the RFC, as keys and in paths. */
export const modernUrn = (_: ResourceType, name: string): string => name.replace(earlyEnterprise, enterprise);

/** URNs from before the RFC, in `schemas`. */
export const modernSchemas = (type: ResourceType, body: Unread): Unread => {
  const { schemas } = body;
  if (!isList(schemas)) return body;
  const isEarly = (urn: unknown) => typeof urn === "string" && earlyCore.test(urn);
  return schemas.some(isEarly)
    ? { ...body, schemas: schemas.map((urn) => (isEarly(urn) ? type.schema.id : urn)) }
    : body;
};

/** `manager` for `urn:…:enterprise:2.0:User:manager`. */
export const qualifyName = (type: ResourceType, name: string): string => {
  if (resolvePath(type, name) !== undefined) return name;
  const candidates = type.extensions.map(({ id }) => `${id}:${name}`);
  return candidates.find((candidate) => resolvePath(type, candidate) !== undefined) ?? name;
};

const isTopLevel = (type: ResourceType, key: string) => find(attributesOf(type), key) !== undefined;

/** Where a dotted or qualified key belongs; `undefined` when it goes into a list or is unknown. */
const placeOf = (type: ResourceType, key: string): readonly string[] | undefined => {
  const path = resolvePath(type, key);
  return path === undefined || path.multiValued[0] ? undefined : path.keys;
};

/** `{"name.givenName": "x"}` becomes `{"name": {"givenName": "x"}}`; what stands in its proper place wins. */
export const nestKeys = (type: ResourceType, body: Unread): Unread => {
  const fields = Object.entries(body);
  const made = new Map(fields.filter(([key]) => isTopLevel(type, key)));
  const spelling = new Map([...made.keys()].map((key) => [key.toLowerCase(), key]));
  for (const [key, value] of fields) {
    const [outer, ...inner] = (isTopLevel(type, key) ? undefined : placeOf(type, key)) ?? [];
    if (outer === undefined) continue;
    const name = spelling.get(outer.toLowerCase()) ?? outer;
    const existing = made.get(name);
    const nested = inner.reduceRight<unknown>((deeper, step) => ({ [step]: deeper }), value);
    made.set(name, isObject(existing) && isObject(nested) ? { ...nested, ...existing } : nested);
    spelling.set(outer.toLowerCase(), name);
  }
  return Object.fromEntries(made);
};

const asPath = (type: ResourceType, key: string): boolean => {
  const parts = isTopLevel(type, key) ? undefined : parsePath(key);
  return parts?._tag === "Success" && resolvePath(type, parts.success.path) !== undefined;
};

/** A PATCH value's dotted or qualified keys become operations with a path, in the order sent. */
export const splitKeys = (type: ResourceType, operation: SentOperation): readonly SentOperation[] => {
  const { op, path, value } = operation;
  if ((path ?? undefined) !== undefined || !isObject(value)) return [operation];
  const fields = Object.entries(value);
  const paths = fields.filter(([key]) => asPath(type, key));
  if (paths.length === 0) return [operation];
  const rest = Object.fromEntries(fields.filter(([key]) => !asPath(type, key)));
  const first = Object.keys(rest).some((key) => isTopLevel(type, key)) ? [{ op, path, value: rest }] : [];
  return [...first, ...paths.map(([key, each]) => ({ op, path: key, value: each }))];
};
