import { sql } from "kysely";
import type { AccountId, ConnectionId, DirectoryUserId } from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** An account as people look at it: its state, and the name and address its sources give. */
export interface AccountView {
  readonly id: AccountId;
  readonly active: boolean;
  readonly activeBecause: string;
  readonly createdAt: Date;
  readonly people: ReadonlyArray<{
    readonly id: DirectoryUserId;
    readonly connection: ConnectionId;
    readonly connectionSlug: string;
    readonly via: string;
    readonly active: boolean;
    readonly userName: string;
    readonly displayName: string | null;
    readonly email: string | null;
  }>;
}

const view = (tx: TenantTx) => sql`
  select a.id, a.active, a.active_because as "activeBecause", a.created_at as "createdAt",
    coalesce((select jsonb_agg(jsonb_build_object('id', u.id, 'connection', u.connection_id,
        'connectionSlug', c.slug, 'via', l.via, 'active', u.active, 'userName', u.resource->>'userName',
        'displayName', u.resource->>'displayName', 'email', u.email_key) order by u.id)
      from account_link l
      join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
      join connection c on c.organization_id = u.organization_id and c.id = u.connection_id
      where l.organization_id = a.organization_id and l.account_id = a.id), '[]') as people
  from account a where a.organization_id = ${tx.organization}`;

const rows = (tx: TenantTx, condition: ReturnType<typeof sql>) =>
  run({
    execute: async () => (await sql<AccountView>`${view(tx)} ${condition}`.execute(tx.db)).rows,
  });

/** Accounts in the order they came to be; `after` is the id to go on from. */
export const listAccounts = (tx: TenantTx, limit: number, after?: string) =>
  rows(
    tx,
    sql`and a.merged_into is null and (${after ?? null}::uuid is null or a.id > ${after ?? null}::uuid) order by a.id limit ${limit}`,
  );

/** By id, also by one that is another name of the account since it was merged. */
export const viewAccounts = (tx: TenantTx, ids: ReadonlyArray<string>) =>
  rows(
    tx,
    sql`and a.id in (select coalesce(named.merged_into, named.id) from account named
      where named.organization_id = ${tx.organization} and named.id = ${uuids(ids)}) order by a.id`,
  );

/** Accounts with a directory user whose email or userName is `key` (folded). Usually one; several when not joined. */
export const findAccountsByName = (tx: TenantTx, key: string) =>
  rows(
    tx,
    sql`and a.id in (select l.account_id from account_link l join directory_user u
      on u.organization_id = l.organization_id and u.id = l.user_id
      where u.organization_id = ${tx.organization} and (u.email_key = ${key} or u.user_name_key = ${key}))
      order by a.id`,
  );

const withUser = (tx: TenantTx, condition: ReturnType<typeof sql>) =>
  rows(
    tx,
    sql`and a.id in (select l.account_id from account_link l
      join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
      join connection c on c.organization_id = u.organization_id and c.id = u.connection_id
      where u.organization_id = ${tx.organization} and ${condition}) order by a.id`,
  );

/** Accounts with a directory user whose userName is `key` (folded). What somebody calls themselves at a login is none. */
export const findAccountsByUserName = (tx: TenantTx, key: string) =>
  withUser(tx, sql`u.user_name_key = ${key} and c.kind not in ('oidc', 'saml')`);

/** Accounts with a directory user that the connection of this slug knows by this id of its source. */
export const findAccountsByExternalId = (tx: TenantTx, connection: string, externalId: string) =>
  withUser(tx, sql`c.slug = ${connection} and u.external_id = ${externalId}`);
