import { type RawBuilder, sql } from "kysely";
import { fold, isUuid } from "../../domain/index.ts";
import { elementsOf, memberIs } from "./elements.ts";

/**
 * A condition over directory objects: a SCIM filter whose names have been looked up in the schema. Names and
 * values only ever become bound parameters; the statement's text is made of what stands in this file.
 */
export interface WherePath {
  readonly keys: ReadonlyArray<string>;
  readonly multiValued: ReadonlyArray<boolean>;
  readonly type: string;
  readonly caseExact: boolean;
}

export type Operator = "eq" | "ne" | "co" | "sw" | "ew" | "gt" | "ge" | "lt" | "le";

export interface Comparison {
  readonly _tag: "Compare";
  readonly path: WherePath;
  readonly op: Operator;
  readonly value: string | number | boolean;
}

export type Where =
  | Comparison
  | { readonly _tag: "Present"; readonly path: WherePath }
  | { readonly _tag: "And" | "Or"; readonly left: Where; readonly right: Where }
  | { readonly _tag: "Not"; readonly filter: Where }
  | { readonly _tag: "Some"; readonly path: WherePath; readonly filter: Where };

export type ObjectKind = "User" | "Group";
type Sql<T = unknown> = RawBuilder<T>;

/** Where a path starts: a row of the directory, or one element of a multi-valued attribute. */
interface Root {
  readonly json: Sql;
  readonly kind: ObjectKind | "Element";
}

/** A text expression and whether it already holds folded text. */
interface Text {
  readonly expression: Sql;
  readonly folded: boolean;
}

const column = (expression: Sql, folded = false): Text => ({ expression, folded });

const columns: Readonly<Record<ObjectKind, Readonly<Record<string, Text>>>> = {
  User: {
    id: column(sql`id::text`),
    externalId: column(sql`external_id`),
    userName: column(sql`user_name_key`, true),
    "meta.created": column(sql`created_at`),
    "meta.lastModified": column(sql`updated_at`),
    "meta.resourceType": column(sql`'User'`),
  },
  Group: {
    id: column(sql`id::text`),
    externalId: column(sql`external_id`),
    displayName: column(sql`display_name_key`, true),
    "meta.created": column(sql`created_at`),
    "meta.lastModified": column(sql`updated_at`),
    "meta.resourceType": column(sql`'Group'`),
  },
};

export const textAt = ({ json, kind }: Root, keys: ReadonlyArray<string>): Text =>
  (kind === "Element" ? undefined : columns[kind][keys.join(".")]) ??
  column(sql`(${json} #>> ${[...keys]}::text[])`);

/** Equal to `fold` in JavaScript: lower case by ICU's root locale, between two NFC. */
export const foldSql = (text: Sql) => sql`normalize(lower(normalize(${text}, NFC) collate "und-x-icu"), NFC)`;

const likePattern = (value: string) => value.replace(/[\\%_]/g, (special) => `\\${special}`);

const textTests: Readonly<Record<Operator, (left: Sql, right: string) => Sql<boolean>>> = {
  eq: (left, right) => sql`${left} = ${right}`,
  ne: (left, right) => sql`${left} <> ${right}`,
  co: (left, right) => sql`${left} like ${`%${likePattern(right)}%`}`,
  sw: (left, right) => sql`${left} like ${`${likePattern(right)}%`}`,
  ew: (left, right) => sql`${left} like ${`%${likePattern(right)}`}`,
  gt: (left, right) => sql`${left} collate "C" > ${right}`,
  ge: (left, right) => sql`${left} collate "C" >= ${right}`,
  lt: (left, right) => sql`${left} collate "C" < ${right}`,
  le: (left, right) => sql`${left} collate "C" <= ${right}`,
};

const operators: Readonly<Record<string, Sql>> = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
};

const typed = (left: Sql, op: Operator, right: unknown, type: Sql): Sql<boolean> =>
  sql`(${left})::${type} ${operators[op] ?? sql`=`} ${right}::${type}`;

const test = ({ path, op, value }: Comparison, { expression, folded }: Text): Sql<boolean> => {
  if (typeof value === "boolean") return typed(expression, op, value, sql`boolean`);
  if (typeof value === "number") return typed(expression, op, value, sql`numeric`);
  if (path.type === "dateTime") return typed(expression, op, value, sql`timestamptz`);
  if (path.caseExact) return textTests[op](expression, value);
  return textTests[op](folded ? expression : foldSql(expression), fold(value));
};

/** Any value at the path passes; `ne` passes too where there is no value (as `evaluate` in scim/filter). */
const compare = (comparison: Comparison, root: Root): Sql<boolean> => {
  const { path, op } = comparison;
  const split = path.multiValued.indexOf(true);
  if (split < 0) {
    const text = textAt(root, path.keys);
    const passes = test(comparison, text);
    return op === "ne" ? sql`(${text.expression} is null or ${passes})` : passes;
  }
  const elements = elementsOf(root.json, root.kind, path.keys.slice(0, split + 1));
  const rest = path.keys.slice(split + 1);
  const value = sql`(e.value #>> ${rest}::text[])`;
  const exists = sql<boolean>`exists (select from ${elements} e where ${test(comparison, column(value))})`;
  if (op !== "ne") return exists;
  return sql`(${exists} or not exists (select from ${elements} e where ${value} is not null))`;
};

/** Anything but empty texts inside: what `pr` means for a complex attribute (RFC 7644 §3.4.2.2, table 3). */
const hasContent = (json: Sql): Sql<boolean> =>
  sql`exists (select from jsonb_path_query(${json}, 'strict $.**') q(v)
    where jsonb_typeof(q.v) in ('string', 'number', 'boolean') and q.v <> '""'::jsonb)`;

const present = (path: WherePath, root: Root): Sql<boolean> => {
  const split = path.multiValued.indexOf(true);
  if (split < 0) {
    if (path.type === "complex") return hasContent(sql`(${root.json} #> ${[...path.keys]}::text[])`);
    return sql`coalesce(${textAt(root, path.keys).expression}::text <> '', false)`;
  }
  const elements = elementsOf(root.json, root.kind, path.keys.slice(0, split + 1));
  const rest = path.keys.slice(split + 1);
  return sql`exists (select from ${elements} e where ${hasContent(sql`(e.value #> ${rest}::text[])`)})`;
};

/** `members[value eq "id"]` asks the key of the membership, not a list of 100,000 members. */
const membership = (where: Where, root: Root): Sql<boolean> | undefined => {
  const asked = where._tag === "Some" ? where.filter : where;
  if (root.kind !== "Group" || asked._tag !== "Compare" || asked.op !== "eq") return undefined;
  const keys = [...(where._tag === "Some" ? where.path.keys : []), ...asked.path.keys].join(".");
  if (keys !== "members.value") return undefined;
  return memberIs(isUuid(String(asked.value)) ? String(asked.value) : undefined);
};

const some = (path: WherePath, filter: Where, root: Root): Sql<boolean> =>
  sql`exists (select from ${elementsOf(root.json, root.kind, path.keys)} e
    where ${compile(filter, { json: sql`e.value`, kind: "Element" })})`;

const compile = (where: Where, root: Root): Sql<boolean> => {
  const direct = membership(where, root);
  if (direct !== undefined) return direct;
  switch (where._tag) {
    case "And":
      return sql`(${compile(where.left, root)} and ${compile(where.right, root)})`;
    case "Or":
      return sql`(${compile(where.left, root)} or ${compile(where.right, root)})`;
    case "Not":
      // A comparison with nothing is unknown in SQL, and false in SCIM; only under `not` does that differ.
      return sql`(not coalesce(${compile(where.filter, root)}, false))`;
    case "Present":
      return present(where.path, root);
    case "Some":
      return some(where.path, where.filter, root);
    case "Compare":
      return compare(where, root);
  }
};

/** The condition as SQL over `directory_user` or `directory_group`. */
export const whereSql = (where: Where, kind: ObjectKind): Sql<boolean> =>
  compile(where, { json: sql`resource`, kind });
