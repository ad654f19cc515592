/** What is different between two versions of a mapping. The order of rules, roles and keys means nothing. */
import type { Json } from "../domain/index.ts";
import { defaultId } from "./compile/index.ts";
import { byText } from "./order.ts";
import type { Mapping, Rule } from "./rule.ts";

/** A rule, or what a connection gives to everybody as if it were one. */
export type Row = Omit<Rule, "id"> & { readonly id: string };

export interface ChangedRow {
  readonly id: string;
  /** Which parts differ: `when`, `grant`, `deny`, `validFrom`, `validUntil`, `description`. */
  readonly parts: ReadonlyArray<string>;
  readonly before: Row;
  readonly after: Row;
}

export interface MappingDifference {
  readonly added: ReadonlyArray<Row>;
  readonly removed: ReadonlyArray<Row>;
  readonly changed: ReadonlyArray<ChangedRow>;
}

const rowsOf = ({ rules, defaults = [] }: Mapping): ReadonlyMap<string, Row> => {
  const given = Map.groupBy(defaults, ({ connection }) => connection);
  const ofDefaults = [...given].map(([connection, several]): Row => {
    const grant = several.flatMap((one) => one.grant);
    return { id: defaultId(connection), when: { connection }, grant };
  });
  return new Map([...rules, ...ofDefaults].map((row) => [row.id, row]));
};

const isList = (value: unknown): value is ReadonlyArray<Json> => Array.isArray(value);

/** The same text for values that differ only in the order of keys. */
const textOf = (value: unknown): string => {
  if (isList(value)) return `[${value.map(textOf).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const entries = Object.entries(value).toSorted(([a], [b]) => byText(a, b));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner)}`).join()}}`;
};

/** No roles are none, whether the list is there or not. */
const rolesText = (roles: ReadonlyArray<unknown> = []): string => roles.map(textOf).toSorted(byText).join();

const parts: Readonly<Record<string, (row: Row) => string>> = {
  when: ({ when }) => textOf(when),
  grant: ({ grant }) => rolesText(grant),
  deny: ({ deny }) => rolesText(deny),
  validFrom: ({ validFrom }) => validFrom ?? "",
  validUntil: ({ validUntil }) => validUntil ?? "",
  description: ({ description }) => description ?? "",
};

const differing = (before: Row, after: Row): ReadonlyArray<string> =>
  Object.entries(parts)
    .filter(([, show]) => show(before) !== show(after))
    .map(([name]) => name);

/** What must be done to `before` to get `after`, each list in the order of ids. A rule is the same while its id is. */
export const mappingDifference = (before: Mapping, after: Mapping): MappingDifference => {
  const [had, has] = [rowsOf(before), rowsOf(after)];
  const sorted = <T extends { readonly id: string }>(rows: ReadonlyArray<T>) =>
    rows.toSorted((a, b) => byText(a.id, b.id));
  return {
    added: sorted([...has.values()].filter(({ id }) => !had.has(id))),
    removed: sorted([...had.values()].filter(({ id }) => !has.has(id))),
    changed: sorted(
      [...has.values()].flatMap((row): ReadonlyArray<ChangedRow> => {
        const old = had.get(row.id);
        const parts = old === undefined ? [] : differing(old, row);
        return old === undefined || parts.length === 0
          ? []
          : [{ id: row.id, parts, before: old, after: row }];
      }),
    ),
  };
};
