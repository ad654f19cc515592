/** The order of a list (RFC 7644 §3.4.2.3), and the place in it where a page begins. */
import { type RawBuilder, sql } from "kysely";
import { chosenElement } from "./elements.ts";
import { foldSql, type ObjectKind, textAt, type WherePath } from "./where.ts";

/** Objects without a value come last, or first where the order is descending; those of equal value by id. */
export interface Order {
  /** Undefined: objects of this kind have no such attribute. */
  readonly path: WherePath | undefined;
  /** The attribute's type in whatever kind has it. */
  readonly type: string;
  readonly descending: boolean;
}

/** An object's place in an order: what it is ordered by, as text, and its id. */
export interface Place {
  readonly key: string | null;
  readonly id: string;
}

/** Texts are ordered by their first characters: a place must fit into an address, and a sort into memory. */
export const orderedCharacters = 512;

type Sql = RawBuilder<unknown>;

const castOf = (type: string): Sql => {
  if (type === "boolean") return sql`boolean`;
  return type === "decimal" || type === "integer" || type === "dateTime" ? sql`numeric` : sql`text`;
};

const valueSql = (path: WherePath, kind: ObjectKind) => {
  const json = sql`resource`;
  const split = path.multiValued.indexOf(true);
  if (split < 0) return textAt({ json, kind }, path.keys);
  const element = chosenElement(json, kind, path.keys.slice(0, split + 1));
  return { expression: sql`(${element} #>> ${path.keys.slice(split + 1)}::text[])`, folded: false };
};

/** What objects are ordered by: by code point, without case where the attribute has none, moments as moments. */
export const keySql = ({ path, type }: Order, kind: ObjectKind): Sql => {
  if (path === undefined) return sql`null::${castOf(type)}`;
  const { expression, folded } = valueSql(path, kind);
  if (type === "dateTime") return sql`extract(epoch from (${expression})::timestamptz)`;
  if (type === "boolean" || type === "decimal" || type === "integer")
    return sql`(${expression})::${castOf(type)}`;
  const text = path.caseExact || folded ? expression : foldSql(expression);
  return sql`left(${text}, ${sql.lit(orderedCharacters)})`;
};

const collated = (key: Sql, type: string): Sql => {
  const isText = !["boolean", "decimal", "integer", "dateTime"].includes(type);
  return isText ? sql`${key} collate "C"` : key;
};

/** PostgreSQL puts nulls where RFC 7644 wants those without a value: last, and first when descending. */
export const orderSql = (order: Order | undefined, key: Sql): Sql => {
  if (order === undefined) return sql`id`;
  return sql`${collated(key, order.type)} ${order.descending ? sql`desc` : sql`asc`}, id`;
};

/** Does an object come after this place? */
export const afterSql = (order: Order | undefined, key: Sql, place: Place): RawBuilder<boolean> => {
  const later = sql<boolean>`id > ${place.id}::uuid`;
  if (order === undefined) return later;
  const { descending, type } = order;
  if (place.key === null) {
    return descending
      ? sql<boolean>`(${key} is not null or ${later})`
      : sql<boolean>`(${key} is null and ${later})`;
  }
  const value = sql`${place.key}::${castOf(type)}`;
  const left = collated(key, type);
  const same = sql`(${key} = ${value} and ${later})`;
  return descending
    ? sql<boolean>`(${left} < ${value} or ${same})`
    : sql<boolean>`(${left} > ${value} or ${same} or ${key} is null)`;
};
