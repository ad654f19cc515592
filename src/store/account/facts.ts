import { Effect } from "effect";
import { type RawBuilder, sql } from "kysely";
import type { AccountId, DesiredRole, Facts, RoleKey } from "../../domain/index.ts";
import { fixed } from "../engine/fixed.ts";
import { nobody } from "../id.ts";
import { type Marked, marksOf, unmarkedRows } from "../push/marks.ts";
import type { TenantTx } from "../store.ts";

const connection = sql`jsonb_build_object('id', c.id, 'slug', c.slug, 'kind', c.kind, 'enabled', c.enabled,
  'lifecycleAuthority', c.lifecycle_authority, 'waits', c.waits)`;

const groups = sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', g.id, 'externalId', g.external_id, 'kind', g.kind, 'name', g.display_name,
    'cause', m.cause_event_id) order by g.id)
  from membership m
  join directory_group g on g.organization_id = m.organization_id and g.id = m.group_id
  where m.organization_id = u.organization_id and m.user_id = u.id), '[]')`;

/** What clients push has no id of its source, and asks nothing more. */
const marks = sql`case when u.source_id <> '' then ${marksOf(sql`u.connection_id`, sql`u.source_id`)} end`;

const people = sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', u.id, 'connection', ${connection}, 'active', u.active,
    'attributes', u.resource, 'groups', ${groups}, 'cause', u.cause_event_id, 'marks', ${marks}) order by u.id)
  from account_link l
  join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
  join connection c on c.organization_id = u.organization_id and c.id = u.connection_id
  where l.organization_id = a.organization_id and l.account_id = a.id), '[]') as people`;

const lost = sql`coalesce((
  select jsonb_agg(distinct ${connection})
  from lost_link l
  join connection c on c.organization_id = l.organization_id and c.id = l.connection_id
  where l.organization_id = a.organization_id and l.account_id = a.id), '[]') as lost`;

const inMilliseconds = (column: RawBuilder<unknown>) => sql`(extract(epoch from ${column}) * 1000)::bigint`;

const grants = sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', g.id, 'invitation', g.invitation_id, 'role', g.role, 'scope', g.scope,
    'until', ${inMilliseconds(sql`g.expires_at`)}, 'cause', g.cause_event_id) order by g.id)
  from role_grant g
  where g.organization_id = a.organization_id and g.account_id = a.id and g.ended_at is null), '[]')`;

const exclusions = sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', x.id, 'role', x.role, 'scope', x.scope,
    'until', ${inMilliseconds(sql`x.expires_at`)}, 'cause', x.cause_event_id) order by x.id)
  from exclusion x
  where x.organization_id = a.organization_id and x.account_id = a.id and x.ended_at is null), '[]')`;

const decided = sql`jsonb_build_object('suspended', a.suspended_by, 'grants', ${grants},
  'exclusions', ${exclusions}) as decided`;

/** Every reason of the assignment `r` at hand. */
export const reasons = sql`coalesce((
  select jsonb_agg(jsonb_build_object('rule', w.rule, 'connection', w.connection_id, 'person', nullif(w.user_id, ${sql.lit(nobody)}::uuid),
    'group', w.group_id, 'because', w.because, 'cause', w.cause_event_id)
    order by w.rule, w.user_id, w.reason_key)
  from assignment_reason w where w.organization_id = r.organization_id and w.account_id = r.account_id
    and w.role = r.role and w.scope = r.scope), '[]')`;

const roles = sql`coalesce((
  select jsonb_agg(jsonb_build_object('role', r.role, 'scope', r.scope, 'reasons', ${reasons})
    order by r.role, r.scope)
  from assignment r where r.organization_id = a.organization_id and r.account_id = a.id), '[]') as roles`;

const published = sql`coalesce((
  select v.version from mapping_version v
  where v.organization_id = a.organization_id and v.state = 'published'), 0) as "mappingVersion"`;

const ruledSince = sql`(
  select (extract(epoch from v.published_at) * 1000)::float8 from mapping_version v
  where v.organization_id = a.organization_id and v.state = 'published') as "ruledSince"`;

const catalogue = sql`coalesce((
  select c.stamp::text from catalogue c where c.organization_id = a.organization_id), '') as catalogue`;

const pushes = sql`exists (
  select from push p where p.organization_id = a.organization_id and p.mode = 'enforce') as pushes`;

/** `accounts` bound as one array, so that the text does not depend on how many they are. */
interface Asked {
  readonly accounts: ReadonlyArray<AccountId>;
}

type MarkedRow<Row> = Omit<Row, "people"> & { readonly people: ReadonlyArray<Marked> };

const select = <Row>(columns: ReadonlyArray<RawBuilder<unknown>>) =>
  fixed<Asked, MarkedRow<Row>>(
    (at) => sql<MarkedRow<Row>>`select a.id as account, ${sql.join(columns)} from account a
      where a.organization_id = ${at.organization} and a.id = any(${at.accounts}::uuid[]) order by a.id`,
  );

/** All that decides about these accounts' roles: as many statements for 500 accounts as for one. */
export const loadFacts = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  Effect.map(factsOf(tx, { accounts }), unmarkedRows<Facts>);
const factsOf = select<Facts>([people, lost, decided]);

const withheld = sql`coalesce((
  select jsonb_agg(jsonb_build_object('role', w.role, 'scope', w.scope))
  from withheld w where w.organization_id = a.organization_id and w.account_id = a.id), '[]') as withheld`;

/** An account's facts, the roles it has, and the mapping and catalogue in force (0: none), all of one moment. */
export interface Standing extends Facts {
  readonly roles: ReadonlyArray<DesiredRole>;
  /** What the guard keeps in spite of the facts. An empty role: that the account is active. */
  readonly withheld: ReadonlyArray<Pick<DesiredRole, "scope"> & { readonly role: RoleKey | "" }>;
  readonly mappingVersion: number;
  /** When it was put in force, in milliseconds since 1970; `null`: none is. */
  readonly ruledSince: number | null;
  /** Its stamp. */
  readonly catalogue: string;
  /** Is anything written outward? */
  readonly pushes: boolean;
}

/** What reconciling compares, in one statement. To be read after the accounts were locked. */
export const loadStandings = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  Effect.map(standingsOf(tx, { accounts }), unmarkedRows<Standing>);
const standingsOf = select<Standing>([
  people,
  lost,
  decided,
  roles,
  withheld,
  published,
  ruledSince,
  catalogue,
  pushes,
]);
