/** Who lost something lately by what was only inferred: many small losses are one large one. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, PlanId } from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** For so many hours a loss counts together with the next ones of its connection. */
export const lossHours = 24;

const since = sql`now() - make_interval(hours => ${sql.lit(lossHours)})`;

/** Whoever was given something since is not counted: they came back, or are looked after. Clocks differ by moments. */
const isLost = sql`not exists (select from assignment back where back.organization_id = l.organization_id
  and back.account_id = l.account_id and back.since > l.at + interval '5 seconds')`;

const again = sql`on conflict (organization_id, connection_id, account_id) do update set at = excluded.at`;

/** These accounts lose something by what the connection was taken to say. */
export const noteLosses = (tx: TenantTx, connection: ConnectionId, accounts: ReadonlyArray<AccountId>) =>
  run({
    execute: () =>
      sql`insert into inferred_loss (organization_id, connection_id, account_id)
        select distinct ${tx.organization}::uuid, ${connection}::uuid, a from unnest(${accounts}::uuid[]) a
        order by 3 ${again}`.execute(tx.db),
  });

/** The same of all accounts for which something is kept under this cause. */
export const noteWithheldLosses = (tx: TenantTx, connection: ConnectionId, cause: PlanId) =>
  run({
    execute: () =>
      sql`insert into inferred_loss (organization_id, connection_id, account_id)
        select distinct organization_id, ${connection}::uuid, account_id from withheld
        where organization_id = ${tx.organization} and plan_id = ${cause}::uuid
        order by 3 ${again}`.execute(tx.db),
  });

const counted = (query: ReturnType<typeof sql<{ count: number }>>, tx: TenantTx) =>
  run({ execute: () => query.execute(tx.db) }).pipe(Effect.map(({ rows }) => rows[0]?.count ?? 0));

/** How many others than these accounts lost something by the connection lately. */
export const countOtherLosses = (
  tx: TenantTx,
  connection: ConnectionId,
  accounts: ReadonlyArray<AccountId>,
) =>
  counted(
    sql<{ count: number }>`select count(*)::int as count from inferred_loss l
      where l.organization_id = ${tx.organization} and l.connection_id = ${connection}::uuid and l.at > ${since}
        and not l.account_id = ${uuids(accounts)} and ${isLost}`,
    tx,
  );

/** The same for others than those for which something is kept under this cause. */
export const countLossesBeside = (tx: TenantTx, connection: ConnectionId, cause: PlanId) =>
  counted(
    sql<{ count: number }>`select count(*)::int as count from inferred_loss l
      where l.organization_id = ${tx.organization} and l.connection_id = ${connection}::uuid and l.at > ${since}
        and ${isLost} and not exists (select from withheld w where w.organization_id = l.organization_id
          and w.account_id = l.account_id and w.plan_id = ${cause}::uuid)`,
    tx,
  );

/** Somebody has looked at what the connection takes: the count begins anew. */
export const forgetLosses = (tx: TenantTx, connection: ConnectionId) =>
  run(
    tx.db
      .deleteFrom("inferred_loss")
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection),
  );

/** Deletes what does not count any more. */
export const tidyLosses = (tx: TenantTx) =>
  run(
    tx.db
      .deleteFrom("inferred_loss")
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`at <= ${since}`),
  );
