/** Statements of the hot paths, put together once. */
import { Effect } from "effect";
import { type Compilable, CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Unavailable } from "../../domain/index.ts";
import type { TenantTx } from "../store.ts";
import type { TenantTables } from "../tables/index.ts";
import { run } from "./run.ts";

type Parts<Values> = { readonly [Name in keyof Values]-?: RawBuilder<Values[Name]> };

/** Where the values go: each is a part of the statement. */
export type Places<Values> = Parts<Values & { readonly organization: string }>;

type Build<Values, Row> = (
  at: Places<Values>,
  db: Kysely<TenantTables>,
) => Pick<Compilable<Row>, "compile"> | RawBuilder<Row>;

/** Where the value of that name goes. */
class Place {
  readonly name: PropertyKey;
  constructor(name: PropertyKey) {
    this.name = name;
  }
}

const compile = <Values, Row>(build: Build<Values, Row>, db: Kysely<TenantTables>) => {
  const places = new Proxy({}, { get: (_, name) => sql`${new Place(name)}` });
  const statement = build(places as Parameters<Build<Values, Row>>[0], db);
  // What Kysely's own builders need no executor for, a raw one does.
  return (statement as RawBuilder<Row>).compile(db);
};

/**
 * A statement whose text is the same each time. Kysely builds and prints it the first time only: where a statement
 * takes microseconds to run, that costs more than running it. What is built may not depend on the values.
 */
export const fixed = <Values extends object, Row>(build: Build<Values, Row>) => {
  let compiled: CompiledQuery | undefined;
  return (tx: TenantTx, values: Values): Effect.Effect<ReadonlyArray<Row>, Unavailable> => {
    compiled ??= compile(build, tx.db);
    const named: Readonly<Record<PropertyKey, unknown>> = { ...values, organization: tx.organization };
    const parameters = compiled.parameters.map((each) => (each instanceof Place ? named[each.name] : each));
    const query = CompiledQuery.raw(compiled.sql, parameters);
    return run({ execute: async () => (await tx.db.executeQuery<Row>(query)).rows });
  };
};

/** The same for a statement that gives one row at most. */
export const fixedFirst = <Values extends object, Row>(build: Build<Values, Row>) => {
  const all = fixed(build);
  return (tx: TenantTx, values: Values) => Effect.map(all(tx, values), ([row]) => row);
};
