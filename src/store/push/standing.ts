/** What writing an account outward looks at: its state, its roles, its people, what we hold of the one there. */
import { type RawBuilder, sql } from "kysely";
import type {
  AccountId,
  ConnectionId,
  GroupKind,
  JsonObject,
  PersonFact,
  RoleKey,
} from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { type Marked, marksOf, unmarked } from "./marks.ts";

/** A directory user of the account, without what is ours of it. */
export interface PushPerson extends PersonFact {
  /** In milliseconds since 1970. */
  readonly linkedAt: number;
  /** Of the very directory that is written, by whichever connection. */
  readonly isHere: boolean;
  readonly sourceId: string;
}

/** Our copy of the account's person there, ours or not. */
export interface PushCopy {
  readonly sourceId: string;
  readonly resource: JsonObject;
  readonly active: boolean;
  readonly groups: ReadonlyArray<{ readonly id: string; readonly kind: GroupKind }>;
}

/** How it stood the last time. */
export interface PushedRow {
  readonly remoteId: string | null;
  readonly digest: string | null;
  readonly failures: number;
  readonly reason: string | null;
  readonly detail: string | null;
  /** Did a person approve that they are deleted there? */
  readonly isApproved: boolean;
}

export interface PushStanding {
  readonly account: AccountId;
  readonly active: boolean;
  readonly roles: ReadonlyArray<{ readonly role: RoleKey; readonly scope: string }>;
  readonly people: ReadonlyArray<PushPerson>;
  readonly copy: PushCopy | null;
  readonly pushed: PushedRow | null;
}

type Part = RawBuilder<unknown>;

const fact = sql`jsonb_build_object('id', c.id, 'slug', c.slug, 'kind', c.kind, 'enabled', c.enabled,
  'lifecycleAuthority', c.lifecycle_authority, 'waits', c.waits)`;

const marks = sql`case when u.source_id <> '' then ${marksOf(sql`u.connection_id`, sql`u.source_id`)} end`;

const people = (connection: ConnectionId, identity: string): Part => sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', u.id, 'connection', ${fact}, 'active', u.active, 'groups', '[]'::jsonb,
    'attributes', u.resource, 'cause', u.cause_event_id, 'marks', ${marks},
    'sourceId', u.source_id, 'linkedAt', (extract(epoch from l.created_at) * 1000)::float8,
    'isHere', u.connection_id = ${connection} or exists (select from sync_state s
      where s.organization_id = u.organization_id and s.connection_id = u.connection_id
        and s.source_identity = ${identity})) order by u.id)
  from account_link l
  join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
  join connection c on c.organization_id = u.organization_id and c.id = u.connection_id
  where l.organization_id = a.organization_id and l.account_id = a.id), '[]')`;

const copy = (connection: ConnectionId): Part => sql`(
  select jsonb_build_object('sourceId', u.source_id, 'resource', u.resource, 'active', u.active,
    'groups', coalesce((select jsonb_agg(jsonb_build_object('id', g.source_id, 'kind', g.kind) order by g.source_id)
      from membership m join directory_group g on g.organization_id = m.organization_id and g.id = m.group_id
      where m.organization_id = u.organization_id and m.user_id = u.id and g.source_id <> ''), '[]'))
  from account_link l join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
  where l.organization_id = a.organization_id and l.account_id = a.id and l.connection_id = ${connection}
    and u.source_id <> '')`;

const roles = sql`coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'scope', r.scope)
  order by r.role, r.scope) from assignment r
  where r.organization_id = a.organization_id and r.account_id = a.id), '[]')`;

const pushed = (connection: ConnectionId): Part => sql`(
  select jsonb_build_object('remoteId', d.remote_id, 'digest', d.digest, 'failures', d.failures, 'reason', d.reason,
    'detail', d.detail, 'isApproved', d.approved)
  from pushed d where d.organization_id = a.organization_id and d.connection_id = ${connection}
    and d.account_id = a.id)`;

type Row = Omit<PushStanding, "people"> & {
  readonly people: ReadonlyArray<Marked & Pick<PushPerson, "linkedAt" | "isHere" | "sourceId">>;
};

const tell = ({ people: all, ...row }: Row): PushStanding => ({
  ...row,
  people: all.map(({ linkedAt, isHere, sourceId, ...person }) => ({
    ...unmarked(person),
    linkedAt,
    isHere,
    sourceId,
  })),
});

/** These accounts as they stand now, but for those that are another name of one. */
export const loadPushStandings = (
  tx: TenantTx,
  connection: ConnectionId,
  identity: string,
  accounts: ReadonlyArray<AccountId>,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<Row>`select a.id as account, a.active, ${roles} as roles,
          ${people(connection, identity)} as people, ${copy(connection)} as copy, ${pushed(connection)} as pushed
        from account a where a.organization_id = ${tx.organization} and a.id = ${uuids(accounts)}
          and a.merged_into is null order by a.id`.execute(tx.db);
      return rows.map(tell);
    },
  });

/** Ids of accounts in the order they came to be; `after` is the one to go on from. */
export const pageOfPushable = (tx: TenantTx, limit: number, after: AccountId | null) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId }>`select id from account
        where organization_id = ${tx.organization} and merged_into is null
          and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });
