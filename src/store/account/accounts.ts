import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, DirectoryUserId, EventId, PlanId } from "../../domain/index.ts";
import { fixed } from "../engine/fixed.ts";
import { run, uuidArray, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface AccountState {
  readonly id: AccountId;
  readonly active: boolean;
  readonly because: string;
  /** When time alone may change its roles, in milliseconds since 1970; `null`: never. */
  readonly dueAt: number | null;
  /** When it was first looked at by the mapping that it was looked at by last, in milliseconds since 1970. */
  readonly evaluatedAt: number;
}

/** A state to write. `isNewlyJudged`: by another mapping than before. */
export interface NewState extends Omit<AccountState, "evaluatedAt"> {
  readonly isNewlyJudged: boolean;
}

const state = sql`id, active, active_because as because,
  (extract(epoch from due_at) * 1000)::float8 as "dueAt",
  (extract(epoch from coalesce(evaluated_at, created_at)) * 1000)::float8 as "evaluatedAt"`;

/**
 * Locks accounts in id order, then reads them. Facts must be read after this and not before: of two
 * transactions that touch one account, the later one then sees what the earlier one committed.
 */
export const lockAccounts = (tx: TenantTx, ids: ReadonlyArray<AccountId>) => locked(tx, { ids });
const locked = fixed<{ readonly ids: ReadonlyArray<AccountId> }, AccountState>(
  (at) => sql<AccountState>`select ${state} from account
    where organization_id = ${at.organization} and id = any(${at.ids}::uuid[]) order by id for update`,
);

/** The same for the accounts of these directory users. */
export const lockAccountsOf = (tx: TenantTx, users: ReadonlyArray<DirectoryUserId>) =>
  lockedOf(tx, { users });
const lockedOf = fixed<{ readonly users: ReadonlyArray<DirectoryUserId> }, AccountState>(
  (at) => sql<AccountState>`select ${state} from account
    where organization_id = ${at.organization} and id in (
      select account_id from account_link
      where organization_id = ${at.organization} and user_id = any(${at.users}::uuid[]))
    order by id for update`,
);

/**
 * Writes the states of any number of accounts in one statement. The clock is read while the mapping is held: whatever was
 * put in force before is older, and whatever is put in force later is younger.
 */
export const writeStates = (tx: TenantTx, states: ReadonlyArray<NewState>) =>
  states.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`update account a set active = s.active, active_because = s.because,
              due_at = to_timestamp(s."dueAt" / 1000), updated_at = now(),
              evaluated_at = case when s."isNewlyJudged" then clock_timestamp() else a.evaluated_at end
            from jsonb_to_recordset(${JSON.stringify(states)}::jsonb)
              s(id uuid, active boolean, because text, "dueAt" float8, "isNewlyJudged" boolean)
            where a.organization_id = ${tx.organization} and a.id = s.id
              and a.id = ${uuids(states.map(({ id }) => id))}`.execute(tx.db),
      });

export interface PendingRow {
  readonly id: AccountId;
  readonly cause: EventId;
}

/** A waiting account as it is taken. */
export interface TakenRow extends PendingRow {
  readonly inferredBy: PlanId | null;
  readonly named: boolean;
}

/** What the accounts that are marked may lose, and how much that weighs. */
export interface Weight {
  /** They go first. */
  readonly loses: boolean;
  /** The cause under which the guard counts what they lose. */
  readonly inferred?: PlanId | null;
  /** It was said of these very people. */
  readonly named?: boolean;
}

/**
 * One that waits already is only ever made more urgent. What was said by name stays that, whatever is inferred before or
 * after; what was inferred stays that, whatever else brings the account up, and keeps its cause.
 */
const onConflict = sql`on conflict (organization_id, account_id) do update set
  named = pending_account.named or excluded.named,
  inferred_by = case when pending_account.named or excluded.named then null
    else coalesce(pending_account.inferred_by, excluded.inferred_by) end,
  cause_event_id = case when pending_account.inferred_by is not null and not excluded.named
    then pending_account.cause_event_id else excluded.cause_event_id end,
  loses = pending_account.loses or excluded.loses`;

/** Marks accounts to be looked at by a job. */
export const addPending = (
  tx: TenantTx,
  accounts: ReadonlyArray<PendingRow>,
  { loses, inferred = null, named = false }: Weight,
) => {
  const ids = accounts.map(({ id }) => id);
  const causes = accounts.map(({ cause }) => cause);
  return run({
    execute: () =>
      sql`insert into pending_account (organization_id, account_id, cause_event_id, loses, inferred_by, named)
        select distinct on (a) ${tx.organization}::uuid, a, c, ${loses}, ${inferred}::uuid, ${named}
        from unnest(${uuidArray(ids)}, ${uuidArray(causes)}) p(a, c)
        order by a ${onConflict}`.execute(tx.db),
  });
};

/** Every account of the organization is to be looked at again: a mapping was published and applied. */
export const addEveryonePending = (tx: TenantTx, cause: EventId, inferred: PlanId | null) =>
  run({
    execute: () =>
      sql`insert into pending_account (organization_id, account_id, cause_event_id, loses, inferred_by)
        select organization_id, id, ${cause}::uuid, false, ${inferred}::uuid from account
        where organization_id = ${tx.organization} and merged_into is null order by id ${onConflict}`.execute(
        tx.db,
      ),
  });

/** Marks up to `limit` accounts to be looked at whose moment is `now` or before, and gives their number. */
export const addDuePending = (tx: TenantTx, cause: EventId, now: Date, limit: number) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId }>`
        with due as (
          update account set due_at = null where organization_id = ${tx.organization} and id in (
            select id from account where organization_id = ${tx.organization} and due_at <= ${now}
            order by due_at limit ${limit} for update skip locked)
          returning id)
        insert into pending_account (organization_id, account_id, cause_event_id, loses)
        select ${tx.organization}::uuid, id, ${cause}::uuid, true from due order by id
        on conflict (organization_id, account_id) do update set loses = true
        returning account_id as id`.execute(tx.db);
      return rows.length;
    },
  });

/** Those who have, or had and lost, a directory user of this connection: all that its settings decide about. */
const accountsOfConnectionSql = (tx: TenantTx, connection: ConnectionId) => sql`
  select account_id as id from account_link
  where organization_id = ${tx.organization} and connection_id = ${connection}
  union
  select account_id from lost_link where organization_id = ${tx.organization} and connection_id = ${connection}`;

/** Up to `limit` of the accounts that this connection has, or had, a directory user of. */
export const accountsOfConnection = (tx: TenantTx, connection: ConnectionId, limit: number) =>
  run({
    execute: async () => {
      const query = sql<{
        id: AccountId;
      }>`${accountsOfConnectionSql(tx, connection)} order by 1 limit ${limit}`;
      return (await query.execute(tx.db)).rows.map((row) => row.id);
    },
  });

/** Marks all of them to be looked at by a job, however many they are. */
export const addConnectionPending = (
  tx: TenantTx,
  connection: ConnectionId,
  cause: EventId,
  { loses, named = false }: Weight,
) =>
  run({
    execute: () =>
      sql`insert into pending_account (organization_id, account_id, cause_event_id, loses, named)
        select ${tx.organization}::uuid, id, ${cause}::uuid, ${loses}, ${named}
        from (${accountsOfConnectionSql(tx, connection)}) touched order by id ${onConflict}`.execute(tx.db),
  });

/** Takes up to `limit` waiting accounts, those who may lose roles first. Two workers never take the same. */
export const takePending = (tx: TenantTx, limit: number) =>
  run({
    execute: async () => {
      const { rows } = await sql<TakenRow>`
        delete from pending_account p using (
          select account_id from pending_account where organization_id = ${tx.organization}
          order by loses desc, since, account_id limit ${limit} for update skip locked) t, account a
        where p.organization_id = ${tx.organization} and p.account_id = t.account_id
          and a.organization_id = p.organization_id and a.id = p.account_id
        returning coalesce(a.merged_into, a.id) as id, p.cause_event_id as cause,
          p.inferred_by as "inferredBy", p.named`.execute(tx.db);
      return rows;
    },
  });

export const countPending = (tx: TenantTx) =>
  run(tx.db.selectFrom("pending_account").select(sql<number>`count(*)::int`.as("count"))).pipe(
    Effect.map((rows) => rows[0]?.count ?? 0),
  );
