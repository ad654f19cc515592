/**
 * Histories: what a table said and says, with the time it was learned. Triggers write them, one statement for each
 * statement, so that no code path can forget to. They run as whoever writes the table, under the same policies.
 */
import { tenantTable } from "./tenant.ts";

type Columns = Readonly<Record<string, string>>;

export interface History {
  readonly table: string;
  readonly key: Columns;
  /** What decides. A row in which nothing else changes is no news. */
  readonly kept: Columns;
  /** What says, in a row from before there was a history, since when it is there. */
  readonly since: string;
}

export const historyOf = ({ table }: History) => `${table}_history`;

const declared = (columns: Columns) => Object.entries(columns).map(([name, type]) => `${name} ${type}`);

const namesOf = ({ key, kept }: History) => ["organization_id", ...Object.keys(key), ...Object.keys(kept)];

/**
 * `…_at` is the clock when the statement ran: it waited for whoever had the row before, so that times follow the order
 * of commits. `…_in` is when its transaction began: all that one transaction did is one change.
 */
const historyTable = (history: History): ReadonlyArray<string> => [
  ...tenantTable(
    historyOf(history),
    `${[...declared(history.key), ...declared(history.kept)].join(", ")},
    learned_at timestamptz not null,
    learned_in timestamptz not null,
    forgotten_at timestamptz,
    forgotten_in timestamptz,
    primary key (organization_id, ${Object.keys(history.key).join(", ")}, learned_at)`,
  ),
  `create index on ${historyOf(history)} (organization_id, forgotten_at) where forgotten_at is not null`,
];

const sameKey = ({ key }: History, a: string, b: string) =>
  ["organization_id", ...Object.keys(key)].map((name) => `${a}.${name} = ${b}.${name}`).join(" and ");

/** A clock may be too coarse to tell two statements apart: then the later one is what was learned. */
const learn = (history: History, from: string, condition = "") => {
  const names = namesOf(history);
  const overwritten = [...Object.keys(history.kept), "learned_in"].map(
    (name) => `${name} = excluded.${name}`,
  );
  return `insert into ${historyOf(history)} (${names.join(", ")}, learned_at, learned_in)
    select ${names.map((name) => `n.${name}`).join(", ")}, moment, now() from ${from} n ${condition}
    on conflict (organization_id, ${Object.keys(history.key).join(", ")}, learned_at) do update
      set ${[...overwritten, "forgotten_at = null", "forgotten_in = null"].join(", ")}`;
};

const forget = (history: History, from: string, condition = "") =>
  `update ${historyOf(history)} h set forgotten_at = moment, forgotten_in = now() from ${from} n
    where ${sameKey(history, "h", "n")} and h.forgotten_at is null ${condition}`;

/** A plan is made once for a session: one made for a hundred thousand rows would read the whole history for one. */
const byIndex = "set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off";

const trigger = (name: string, when: string, options: string, statements: string) => [
  `create function ${name}() returns trigger language plpgsql ${options} as $$
    declare moment timestamptz := clock_timestamp();
    begin ${statements} return null; end $$`,
  `create trigger ${name} ${when} execute function ${name}()`,
];

const isOther = ({ kept }: History) => {
  const row = (of: string) =>
    `(${Object.keys(kept)
      .map((name) => `${of}.${name}`)
      .join(", ")})`;
  return `and ${row("h")} is distinct from ${row("n")}`;
};

/** What writes the history: a function and a trigger for each way a row changes. */
export const historyTriggers = (history: History): ReadonlyArray<string> => {
  const { table } = history;
  const unknown = `where not exists (select from ${historyOf(history)} h
    where ${sameKey(history, "h", "n")} and h.forgotten_at is null)`;
  return [
    ...trigger(
      `${table}_added`,
      `after insert on ${table} referencing new table as new_rows for each statement`,
      "",
      `${learn(history, "new_rows")};`,
    ),
    ...trigger(
      `${table}_changed`,
      `after update on ${table} referencing new table as new_rows for each statement`,
      byIndex,
      `${forget(history, "new_rows", isOther(history))}; ${learn(history, "new_rows", unknown)};`,
    ),
    ...trigger(
      `${table}_removed`,
      `after delete on ${table} referencing old table as old_rows for each statement`,
      byIndex,
      `${forget(history, "old_rows")};`,
    ),
  ];
};

/** The table of a history and what writes it. */
export const historyStatements = (history: History): ReadonlyArray<string> => [
  ...historyTable(history),
  ...historyTriggers(history),
];

/** What is there when its history begins, for one organization. */
export const seedOf = (history: History): string => {
  const names = namesOf(history).join(", ");
  return `insert into ${historyOf(history)} (${names}, learned_at, learned_in)
    select ${names}, ${history.since}, ${history.since} from ${history.table} where organization_id = ?`;
};
