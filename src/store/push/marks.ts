/** The marks of what we wrote, beside the facts they take away from (invariant 2). */
import { type RawBuilder, sql } from "kysely";
import { type Mark, type PersonFact, withoutOurs } from "../../domain/index.ts";

/** An intent counts from before its call until we took it back or handed it back. */
export const living = sql`('open', 'held', 'drifted')`;

/**
 * What is ours of the person `subject` (the source's id) in the directory that `connection` reads; null: nothing. All
 * connections to one directory share its marks.
 */
export const marksOf = (connection: RawBuilder<unknown>, subject: RawBuilder<unknown>) => sql`(
  select jsonb_agg(jsonb_build_object('fact', i.fact, 'object', i.object, 'before', i.before))
  from sync_state s
  join intent i on i.organization_id = s.organization_id and i.identity = s.source_identity
    and i.subject = ${subject} and i.state in ${living}
  where s.organization_id = u.organization_id and s.connection_id = ${connection})`;

/** A person as they are read, with their marks. */
export type Marked = Omit<PersonFact, "isOurs"> & { readonly marks: ReadonlyArray<Mark> | null };

export const unmarked = ({ marks, ...person }: Marked): PersonFact => withoutOurs(person, marks);

/** Rows whose people are still marked, as the facts they are. */
export const unmarkedRows = <Row extends { readonly people: ReadonlyArray<PersonFact> }>(
  rows: ReadonlyArray<Omit<Row, "people"> & { readonly people: ReadonlyArray<Marked> }>,
): ReadonlyArray<Row> => rows.map((row) => ({ ...row, people: row.people.map(unmarked) }) as unknown as Row);
