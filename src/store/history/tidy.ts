/** What of the past is deleted: what is old enough, and what is about people who are to be forgotten. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { DirectoryUserId } from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

const histories = [
  "directory_user_history",
  "directory_group_history",
  "membership_history",
  "account_link_history",
  "lost_link_history",
  "connection_history",
  "suspension_history",
] as const;

/** How many rows of one table are deleted at once. The rest is for the next time. */
const batch = 10_000;

const cutOff = (days: number) => sql`now() - make_interval(days => ${days}::integer)`;

/** Facts that ended before the cut-off. What holds stays, however old it is. */
const deletion = (tx: TenantTx, table: (typeof histories)[number], days: number) =>
  sql`${sql.ref(table)} as (delete from ${sql.table(table)} where ctid in (
    select ctid from ${sql.table(table)}
    where organization_id = ${tx.organization} and forgotten_at < ${cutOff(days)}
    order by forgotten_at limit ${batch}) returning 1)`;

/**
 * Deletes facts that ended more than `days` days ago, a bounded number at a time, and says from when on the rest is
 * complete. Gives how many were deleted.
 */
export const tidyHistory = (tx: TenantTx, days: number) =>
  run({
    execute: async () => {
      const counted = histories.map((table) => sql`(select count(*) from ${sql.ref(table)})`);
      const { rows } = await sql<{ deleted: number }>`
        with ${sql.join(histories.map((table) => deletion(tx, table, days)))},
        deleted as (select ${sql.join(counted, sql` + `)} as count),
        said as (insert into history_horizon as h (organization_id, complete_since)
          select ${tx.organization}::uuid, ${cutOff(days)} from deleted where count > 0
          on conflict (organization_id) do update
            set complete_since = greatest(h.complete_since, excluded.complete_since))
        select count::int as deleted from deleted`.execute(tx.db);
      return rows[0]?.deleted ?? 0;
    },
  });

/**
 * Deletes all that history says of these directory users: what they were, which groups they were in, whose they were.
 * To be called after their rows are gone, for what is still there is written again with its next change.
 */
export const forgetHistory = Effect.fn("forgetHistory")(function* (
  tx: TenantTx,
  users: ReadonlyArray<DirectoryUserId>,
) {
  const of = { directory_user_history: "id", membership_history: "user_id", account_link_history: "user_id" };
  for (const [table, column] of Object.entries({ ...of, lost_link_history: "user_id" })) {
    yield* run({
      execute: () =>
        sql`delete from ${sql.table(table)}
          where organization_id = ${tx.organization} and ${sql.ref(column)} = ${uuids(users)}`.execute(tx.db),
    });
  }
});
