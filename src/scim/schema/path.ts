/** Attribute paths such as `name.givenName` or `urn:…:User:manager.value` (RFC 7644 §3.10). */
import type { Attribute, AttributeType } from "./attribute.ts";
import { attributesOf, find, type ResourceType } from "./resource-type.ts";

/** A path found in the schema table. `rows`, `keys` and `multiValued` have one entry for each step. */
export interface ResolvedPath {
  readonly rows: readonly Attribute[];
  /** Canonical JSON keys; an extension's URN comes first, the core schema's never. */
  readonly keys: readonly string[];
  readonly multiValued: readonly boolean[];
  /** The last step's row. */
  readonly attribute: Attribute;
  readonly type: AttributeType;
  readonly caseExact: boolean;
}

const pathOf = (rows: readonly Attribute[], attribute: Attribute): ResolvedPath => ({
  rows,
  keys: rows.map((row) => row.name),
  multiValued: rows.map((row) => row.multiValued),
  attribute,
  type: attribute.type,
  caseExact: attribute.caseExact,
});

const walk = (
  rows: readonly Attribute[],
  names: readonly string[],
  before: readonly Attribute[],
): ResolvedPath | undefined => {
  const [name = "", ...rest] = names;
  const row = find(rows, name);
  if (row === undefined) return undefined;
  const found = [...before, row];
  return rest.length === 0 ? pathOf(found, row) : walk(row.subAttributes ?? [], rest, found);
};

/** Made for each answer from what is kept: there is nothing to filter or sort by. */
const computed = new Set(["meta.version", "meta.location", "groups.$ref", "members.$ref"]);

export const isComputed = ({ keys }: ResolvedPath): boolean => computed.has(keys.join("."));

/** One step further: the path to a sub-attribute; `undefined` when there is none of that name. */
export const childPath = (path: ResolvedPath, name: string): ResolvedPath | undefined =>
  walk(path.attribute.subAttributes ?? [], [name], path.rows);

/** A path relative to an element of a multi-valued attribute, as in its value filter. */
export const resolveWithin = (attribute: Attribute, path: string): ResolvedPath | undefined =>
  walk(attribute.subAttributes ?? [], path.split("."), []);

/**
 * Finds an attribute path, in any capitalisation, qualified by a schema URN or not. An extension's URN alone
 * is the path of the whole extension. Answers `undefined` for what the schema does not have; attributes of
 * extensions need their URN (RFC 7644 §3.10).
 */
export const resolvePath = (type: ResourceType, path: string): ResolvedPath | undefined => {
  const lower = path.toLowerCase();
  const top = attributesOf(type);
  if (lower.startsWith(`${type.schema.id.toLowerCase()}:`)) {
    return walk(top, path.slice(type.schema.id.length + 1).split("."), []);
  }
  for (const { id } of type.extensions) {
    const extension = find(top, id);
    if (extension === undefined) continue;
    if (lower === id.toLowerCase()) return pathOf([extension], extension);
    if (lower.startsWith(`${id.toLowerCase()}:`)) {
      return walk(extension.subAttributes ?? [], path.slice(id.length + 1).split("."), [extension]);
    }
  }
  return walk(top, path.split("."), []);
};
