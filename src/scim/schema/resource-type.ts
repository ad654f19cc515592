/** The resource types (RFC 7643 §6) and the look-up of attribute rows by name. */
import type { Extension } from "../../domain/index.ts";
import { type Attribute, complex, type Schema } from "./attribute.ts";
import { commonAttributes } from "./common.ts";
import { enterpriseSchema, groupSchema, roleSchema, userSchema } from "./core/index.ts";

export interface ResourceType {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
}

export const User: ResourceType = {
  id: "User",
  name: "User",
  description: "People.",
  endpoint: "/Users",
  schema: userSchema,
  extensions: [enterpriseSchema],
};

export const Group: ResourceType = {
  id: "Group",
  name: "Group",
  description: "Groups of people.",
  endpoint: "/Groups",
  schema: groupSchema,
  extensions: [],
};

/** Only where an organization shows its roles. */
export const Role: ResourceType = {
  id: "Role",
  name: "Role",
  description: "Roles that people can have.",
  endpoint: "/Roles",
  schema: roleSchema,
  extensions: [],
};

/** The resource types of an organization, which may have extensions of its own. */
export interface ResourceTypes {
  readonly User: ResourceType;
  readonly Group: ResourceType;
}

export const coreTypes: ResourceTypes = { User, Group };

const extended = (type: ResourceType, declared: readonly Extension[]): ResourceType => {
  const own = declared.filter(({ resourceType }) => resourceType === type.id);
  return own.length === 0 ? type : { ...type, extensions: [...type.extensions, ...own] };
};

/** The core types with what an organization declared. */
export const extendedTypes = (declared: readonly Extension[]): ResourceTypes => ({
  User: extended(User, declared),
  Group: extended(Group, declared),
});

/** An extension behaves as a complex attribute named by its URN (RFC 7643 §3.3). */
const asAttribute = (schema: Schema): Attribute => complex(schema.id, schema.description, schema.attributes);

/** Only an extension's name, which is a URN, has a colon. */
export const isExtension = ({ name }: Attribute): boolean => name.includes(":");

const rowsOf = new WeakMap<ResourceType, readonly Attribute[]>();

/** All top-level rows of a resource type: common, core, and one complex row for each extension. */
export const attributesOf = (type: ResourceType): readonly Attribute[] => {
  const known = rowsOf.get(type);
  if (known !== undefined) return known;
  const rows = [...commonAttributes, ...type.schema.attributes, ...type.extensions.map(asAttribute)];
  rowsOf.set(type, rows);
  return rows;
};

interface Index {
  readonly byName: ReadonlyMap<string, Attribute>;
  readonly required: readonly Attribute[];
}

const indexes = new WeakMap<readonly Attribute[], Index>();

/** The rows by lower-case name, made once for each list. A Map: no client text ever becomes an object key. */
export const indexOf = (rows: readonly Attribute[]): Index => {
  const known = indexes.get(rows);
  if (known !== undefined) return known;
  const index = {
    byName: new Map(rows.map((row) => [row.name.toLowerCase(), row])),
    required: rows.filter((row) => row.required),
  };
  indexes.set(rows, index);
  return index;
};

/** The row of that name in any capitalisation (RFC 7643 §2.1); `undefined` when there is none. */
export const find = (rows: readonly Attribute[], name: string): Attribute | undefined =>
  indexOf(rows).byName.get(name.toLowerCase());
