import { Effect } from "effect";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { NotUnique, type Unavailable } from "../../domain/index.ts";
import { toUnavailable, violatedConstraint, withoutValues } from "./errors.ts";

interface Executable<T> {
  execute(): Promise<T>;
}

const orDie = (error: unknown) => {
  const unavailable = toUnavailable(error);
  return unavailable === undefined ? Effect.die(withoutValues(error)) : Effect.fail(unavailable);
};

/** Runs a promise of the driver: passing trouble becomes `Unavailable`, anything else is a defect. */
export const attempt = <T>(promise: () => Promise<T>): Effect.Effect<T, Unavailable> =>
  Effect.tryPromise({ try: promise, catch: (error) => error }).pipe(Effect.catch(orDie));

/** Runs one query. */
export const run = <T>(query: Executable<T>): Effect.Effect<T, Unavailable> => attempt(() => query.execute());

/** Runs one query and gives its first row, or undefined. */
export const first = <T>(query: Executable<ReadonlyArray<T>>): Effect.Effect<T | undefined, Unavailable> =>
  Effect.map(run(query), (rows) => rows[0]);

/** The one row that a write always gives back; anything else is a defect of ours. */
export const oneRow = <T>(rows: ReadonlyArray<T>): Effect.Effect<T> =>
  rows[0] === undefined ? Effect.die(new Error("A write gave no row back.")) : Effect.succeed(rows[0]);

/** Runs a write that may meet a unique constraint; `taken` names the failure for each constraint it expects. */
export const runUnique = <T>(
  query: Executable<T>,
  taken: Readonly<Record<string, string>>,
): Effect.Effect<T, Unavailable | NotUnique> =>
  Effect.tryPromise({ try: () => query.execute(), catch: (error) => error }).pipe(
    Effect.catch((error): Effect.Effect<never, Unavailable | NotUnique> => {
      const detail = taken[violatedConstraint(error) ?? ""];
      return detail === undefined ? orDie(error) : Effect.fail(new NotUnique({ detail }));
    }),
  );

/** A value for a `jsonb` column: always a bound parameter, never text in the statement. */
export const jsonb = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`;

/** A list bound as one array parameter, so that the statement's text does not depend on its length. */
export const uuids = (ids: ReadonlyArray<string>): RawBuilder<string> => sql`any(${[...ids]}::uuid[])`;
export const texts = (values: ReadonlyArray<string>): RawBuilder<string> => sql`any(${[...values]}::text[])`;

/** Rows of the same columns for one table. */
export interface RowSet {
  readonly into: string;
  readonly rows: ReadonlyArray<object>;
}

const insertSql = ({ into, rows }: RowSet): RawBuilder<unknown> => {
  const columns = sql.join(Object.keys(rows[0] ?? {}).map((name) => sql.ref(name)));
  return sql`insert into ${sql.table(into)} (${columns}) select ${columns}
    from jsonb_populate_recordset(null::${sql.table(into)}, ${JSON.stringify(rows)}::jsonb)`;
};

/**
 * Inserts any number of rows into any of the tables in one statement, whose text does not depend on how many they
 * are: on a busy server a round trip costs more than the insert. Foreign keys are checked at the statement's end.
 */
export const insertAll = <DB>(
  db: Kysely<DB>,
  sets: ReadonlyArray<RowSet>,
  prefix = "",
): Effect.Effect<void, Unavailable> => {
  const [last, ...others] = sets.filter(({ rows }) => rows.length > 0).toReversed();
  if (last === undefined) return Effect.void;
  const named = others.map((set) => sql`${sql.ref(`into_${set.into}`)} as (${insertSql(set)})`);
  const first = named.length === 0 ? sql`` : sql`with ${sql.join(named)} `;
  return Effect.asVoid(run({ execute: () => sql`${sql.raw(prefix)}${first}${insertSql(last)}`.execute(db) }));
};
