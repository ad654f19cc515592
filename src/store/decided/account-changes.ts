/** Whole accounts, as operators change them: suspended, joined, parted, erased. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, DirectoryUserId, EventId } from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import { forgetHistory } from "../history/index.ts";
import type { TenantTx } from "../store.ts";

/** The event by which an operator suspended the account; null: it counts again. */
export const setSuspended = (tx: TenantTx, account: AccountId, event: EventId | null) =>
  run(
    tx.db
      .updateTable("account")
      .set({ suspended_by: event, updated_at: sql`now()` })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", account),
  );

export const suspensionOf = (tx: TenantTx, account: AccountId) =>
  run(
    tx.db
      .selectFrom("account")
      .select("suspended_by as suspendedBy")
      .where("organization_id", "=", tx.organization)
      .where("id", "=", account)
      .$castTo<{ suspendedBy: EventId | null }>(),
  ).pipe(Effect.map(([row]) => row?.suspendedBy ?? null));

/** The keys by which others could be joined to these accounts right now. */
export const joinKeysOf = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  run({
    execute: async () => {
      const { rows } = await sql<{
        user: DirectoryUserId;
        externalId: string | null;
        userNameKey: string;
        emailKey: string | null;
      }>`
        select u.id as "user", u.external_id as "externalId", u.user_name_key as "userNameKey", u.email_key as "emailKey"
        from account_link l join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
        where l.organization_id = ${tx.organization} and l.account_id = ${uuids(accounts)}
        union all
        select user_id, external_id, '', null from lost_link
        where organization_id = ${tx.organization} and account_id = ${uuids(accounts)}`.execute(tx.db);
      return rows.map(({ user, ...keys }) => ({ user, keys }));
    },
  });

const moving = (tx: TenantTx, table: string, from: AccountId, to: AccountId) =>
  run({
    execute: async () => {
      const moved = await sql`update ${sql.table(table)} set account_id = ${to}
        where organization_id = ${tx.organization} and account_id = ${from}`.execute(tx.db);
      return Number(moved.numAffectedRows ?? 0);
    },
  });

export interface Moved {
  readonly links: number;
  readonly lostLinks: number;
  readonly grants: number;
  readonly exclusions: number;
  readonly aliases: number;
}

/**
 * Moves all that decides about `from` to `to` and makes it another name of it: what applications know it by still finds
 * somebody. Who was suspended by either name is suspended.
 */
export const mergeAccounts = Effect.fn("mergeAccounts")(function* (
  tx: TenantTx,
  from: AccountId,
  to: AccountId,
) {
  const links = yield* moving(tx, "account_link", from, to);
  const lostLinks = yield* moving(tx, "lost_link", from, to);
  const grants = yield* moving(tx, "role_grant", from, to);
  const exclusions = yield* moving(tx, "exclusion", from, to);
  yield* moving(tx, "invitation", from, to);
  const rows = yield* run(
    tx.db
      .updateTable("account")
      .set({ merged_into: to })
      .where("organization_id", "=", tx.organization)
      .where((where) => where.or([where("id", "=", from), where("merged_into", "=", from)]))
      .returning("id"),
  );
  yield* run({
    execute: () =>
      sql`update account k set suspended_by = coalesce(k.suspended_by, o.suspended_by) from account o
        where k.organization_id = ${tx.organization} and k.id = ${to}
          and o.organization_id = k.organization_id and o.id = ${from}`.execute(tx.db),
  });
  return { links, lostLinks, grants, exclusions, aliases: rows.length - 1 } satisfies Moved as Moved;
});

/** Nobody gets rid of what was decided against them by being taken for two people. */
const inheritLimits = Effect.fnUntraced(function* (tx: TenantTx, account: AccountId, own: AccountId) {
  yield* run({
    execute: () =>
      sql`insert into exclusion (organization_id, id, account_id, role, scope, reason, cause_event_id, created_at, expires_at)
        select organization_id, gen_random_uuid(), ${own}::uuid, role, scope, reason, cause_event_id, created_at, expires_at
        from exclusion
        where organization_id = ${tx.organization} and account_id = ${account} and ended_at is null`.execute(
        tx.db,
      ),
  });
  yield* run({
    execute: () =>
      sql`update account k set suspended_by = o.suspended_by from account o
        where k.organization_id = ${tx.organization} and k.id = ${own}
          and o.organization_id = k.organization_id and o.id = ${account}`.execute(tx.db),
  });
});

/** Gives a directory user of the account an account of its own. False where it is none of the account's. */
export const splitUser = Effect.fn("splitUser")(function* (
  tx: TenantTx,
  account: AccountId,
  user: string,
  own: AccountId,
  because: string,
) {
  yield* run(
    tx.db
      .insertInto("account")
      .values({ organization_id: tx.organization, id: own, active: true, active_because: because }),
  );
  const rows = yield* run(
    tx.db
      .updateTable("account_link")
      .set({ account_id: own, via: "operator" })
      .where("organization_id", "=", tx.organization)
      .where("account_id", "=", account)
      .where("user_id", "=", user)
      .returning("connection_id as connection")
      .$castTo<{ connection: ConnectionId }>(),
  );
  if (rows.length === 1) yield* inheritLimits(tx, account, own);
  return rows.length === 1;
});

/** The account and every other name of it. */
const namesOf = (tx: TenantTx, account: AccountId) => sql`(select id from account
  where organization_id = ${tx.organization} and (id = ${account} or merged_into = ${account}))`;

const subjectsOf = (tx: TenantTx, account: AccountId) => sql`(
  select id from ${namesOf(tx, account)} names
  union select user_id from lost_link where organization_id = ${tx.organization} and account_id = ${account}
  union select id from invitation where organization_id = ${tx.organization} and account_id = ${account})`;

/** Invitations of the addresses that the person is known to have had, used or not. */
const ofTheirAddresses = (tx: TenantTx, account: AccountId) => sql`email_key in (
  select value::jsonb->>'email' from personal_value
  where organization_id = ${tx.organization} and subject_id in ${subjectsOf(tx, account)})`;

/** Accounts that have no directory user left and once had one with this email address. */
export const findLostAccounts = (tx: TenantTx, email: string) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId }>`
        select distinct l.account_id as id from lost_link l
        join personal_value p on p.organization_id = l.organization_id and p.subject_id = l.user_id
        where l.organization_id = ${tx.organization} and p.value::jsonb->>'email' = ${email}
          and not exists (select from account_link k
            where k.organization_id = l.organization_id and k.account_id = l.account_id)`.execute(tx.db);
      return rows.map((row) => row.id);
    },
  });

const usersOnceOf = (tx: TenantTx, account: AccountId) =>
  run(
    tx.db
      .selectFrom("lost_link")
      .select("user_id as id")
      .where("organization_id", "=", tx.organization)
      .where("account_id", "=", account)
      .$castTo<{ id: DirectoryUserId }>(),
  ).pipe(Effect.map((rows) => rows.map(({ id }) => id)));

/** What is still ours out there keeps what it needs to be taken back; once it ended, only ids stay. */
const forgetWritten = (tx: TenantTx, account: AccountId) =>
  run({
    execute: () =>
      sql`update intent set before = null, after = null, object = case fact when 'membership' then object else '' end
        where organization_id = ${tx.organization} and account_id = ${account}
          and state in ('released', 'ended')`.execute(tx.db),
  });

/**
 * Removes every personal value of the account's person, whoever said it. What happened, and why, stays: it refers to
 * values that nobody can read any more. Gives how many values that were.
 */
export const eraseAccount = Effect.fn("eraseAccount")(function* (tx: TenantTx, account: AccountId) {
  const { organization, db } = tx;
  yield* run({
    execute: () =>
      sql`update invitation set account_id = ${account}, ended_at = coalesce(ended_at, now())
        where organization_id = ${organization} and ${ofTheirAddresses(tx, account)}`.execute(db),
  });
  const gone = yield* run({
    execute: async () => {
      const removed = await sql`delete from personal_value
        where organization_id = ${organization} and subject_id in ${subjectsOf(tx, account)}`.execute(db);
      return Number(removed.numAffectedRows ?? 0);
    },
  });
  for (const change of [
    sql`update invitation set email_key = '', domain = '', reason = '', ended_at = coalesce(ended_at, now())`,
    sql`update role_grant set reason = '', ended_at = coalesce(ended_at, now())`,
    sql`update exclusion set reason = '', ended_at = coalesce(ended_at, now())`,
    sql`update lost_link set external_id = null`,
  ]) {
    yield* run({
      execute: () =>
        sql`${change} where organization_id = ${organization} and account_id = ${account}`.execute(db),
    });
  }
  yield* forgetWritten(tx, account);
  yield* forgetHistory(tx, yield* usersOnceOf(tx, account));
  return gone;
});
