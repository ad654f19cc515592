import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, DirectoryUserId, EventId } from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { TenantTx } from "../store.ts";

export type LinkVia = "new" | "external-id" | "user-name" | "email";

/** What correlation compares. `emailKey` only where the address is verified, else null. */
export interface CorrelationKeys {
  readonly externalId: string | null;
  readonly userNameKey: string;
  readonly emailKey: string | null;
}

/** Waits for every other transaction that joins people by one of these keys, in one order for all. */
export const lockCorrelation = (tx: TenantTx, keys: CorrelationKeys) => {
  const names = [
    keys.externalId === null ? null : `external|${keys.externalId}`,
    `user-name|${keys.userNameKey}`,
    keys.emailKey === null ? null : `email|${keys.emailKey}`,
  ].filter((name) => name !== null);
  return run({
    execute: () =>
      sql`select pg_advisory_xact_lock(k) from (
        select distinct hashtextextended(${tx.organization} || '|' || n, 0) as k
        from unnest(${names}::text[]) n order by 1) keys`.execute(tx.db),
  });
};

export interface Candidate {
  readonly accountId: AccountId;
  readonly via: Exclude<LinkVia, "new">;
  /** Do the two connections count as one directory? Only then may the match link by itself. */
  readonly sameDirectory: boolean;
  /** The account already has a directory user of this connection. */
  readonly taken: boolean;
  /** The account once had one here and lost it; then only an equal external id may link. */
  readonly lost: boolean;
  readonly lostSameExternalId: boolean;
}

/** Accounts of other connections' users, or of users lost here, that share a key. */
export const findCandidates = (tx: TenantTx, connection: ConnectionId, keys: CorrelationKeys) =>
  run({
    execute: async () => {
      const { rows } = await sql<Candidate>`
        with me as (select directory_id from connection
                    where organization_id = ${tx.organization} and id = ${connection}),
        matches as (
          select l.account_id, c.directory_id = me.directory_id as same,
            case when u.external_id = ${keys.externalId} then 1
                 when u.user_name_key = ${keys.userNameKey} then 2 else 3 end as rank
          from directory_user u
          join account_link l on l.organization_id = u.organization_id and l.user_id = u.id
          join connection c on c.organization_id = u.organization_id and c.id = u.connection_id
          cross join me
          where u.organization_id = ${tx.organization} and u.connection_id <> ${connection}
            and (u.external_id = ${keys.externalId} or u.user_name_key = ${keys.userNameKey}
                 or u.email_key = ${keys.emailKey})
          union all
          select account_id, true, 1 from lost_link
          where organization_id = ${tx.organization} and connection_id = ${connection}
            and external_id = ${keys.externalId})
        select m.account_id as "accountId",
          (array['external-id', 'user-name', 'email'])[min(m.rank)] as via, bool_or(m.same) as "sameDirectory",
          exists (select from account_link t where t.organization_id = ${tx.organization}
            and t.account_id = m.account_id and t.connection_id = ${connection}) as taken,
          count(lost.user_id) > 0 as lost,
          coalesce(bool_or(lost.external_id = ${keys.externalId}), false) as "lostSameExternalId"
        from matches m
        left join lost_link lost on lost.organization_id = ${tx.organization}
          and lost.account_id = m.account_id and lost.connection_id = ${connection}
        group by m.account_id order by m.account_id`.execute(tx.db);
      return rows;
    },
  });

export interface NewLink {
  readonly user: DirectoryUserId;
  readonly account: AccountId;
  readonly connection: ConnectionId;
  readonly via: LinkVia;
}

export const addLink = (tx: TenantTx, { user, account, connection, via }: NewLink) =>
  run({
    execute: () =>
      sql`insert into account_link (organization_id, user_id, account_id, connection_id, via)
        values (${tx.organization}, ${user}, ${account}, ${connection}, ${via})`.execute(tx.db),
  });

/** A new account and the link to its first directory user. `because`: why it counts as active until it is evaluated. */
export const addLinkedAccount = Effect.fn("addLinkedAccount")(function* (
  tx: TenantTx,
  { user, connection }: Omit<NewLink, "account" | "via">,
  because: string,
) {
  const id = newId<AccountId>();
  yield* run({
    execute: () =>
      sql`with made as (
          insert into account (organization_id, id, active, active_because)
          values (${tx.organization}, ${id}, true, ${because}))
        insert into account_link (organization_id, user_id, account_id, connection_id, via)
        values (${tx.organization}, ${user}, ${id}, ${connection}, 'new')`.execute(tx.db),
  });
  return id;
});

/** Ends the link of a user that its source deleted, and remembers that the account had it. */
export const loseLink = Effect.fn("loseLink")(function* (
  tx: TenantTx,
  user: DirectoryUserId,
  externalId: string | null,
  cause: EventId,
) {
  const rows = yield* run(
    tx.db
      .deleteFrom("account_link")
      .where("organization_id", "=", tx.organization)
      .where("user_id", "=", user)
      .returning(["account_id as account", "connection_id as connection"]),
  );
  const link = rows[0];
  if (link === undefined) return undefined;
  yield* run(
    tx.db.insertInto("lost_link").values({
      organization_id: tx.organization,
      account_id: link.account,
      user_id: user,
      connection_id: link.connection,
      external_id: externalId,
      cause_event_id: cause,
    }),
  );
  return link.account as AccountId;
});

/** The accounts of these directory users, each once. */
export const accountsOf = (tx: TenantTx, users: ReadonlyArray<DirectoryUserId>) =>
  run(
    tx.db
      .selectFrom("account_link")
      .select("account_id as id")
      .distinct()
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`user_id = ${uuids(users)}`),
  ).pipe(Effect.map((rows) => rows.map((row) => row.id as AccountId)));
