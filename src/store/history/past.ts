/** What decided about some accounts in a stretch of time: every state of every fact, in one statement. */
import { Effect } from "effect";
import { type RawBuilder, sql } from "kysely";
import type {
  AccountId,
  ConnectionFact,
  ConnectionId,
  DirectoryGroupId,
  DirectoryUserId,
  EventId,
  ExclusionFact,
  GrantFact,
  GroupKind,
  JsonObject,
  Mark,
  RoleKey,
} from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import { nobody } from "../id.ts";
import type { TenantTx } from "../store.ts";

/** All times are milliseconds since 1970, with fractions. `…In`: when the transaction that said so began. */
export interface Lasting {
  readonly learned: number;
  readonly learnedIn: number;
  /** `null` while it holds. */
  readonly forgotten: number | null;
  readonly forgottenIn: number | null;
}

export interface PastGroup extends Lasting {
  readonly externalId: string | null;
  readonly kind: GroupKind;
  readonly name: string;
}

export interface PastMembership extends Lasting {
  readonly group: DirectoryGroupId;
  readonly cause: EventId;
  readonly states: ReadonlyArray<PastGroup>;
}

export interface PastUser extends Lasting {
  readonly connection: ConnectionId;
  readonly active: boolean;
  readonly attributes: JsonObject;
  readonly cause: EventId;
}

export type PastMark = Mark & Lasting;

export interface PastLink extends Lasting {
  readonly user: DirectoryUserId;
  readonly marks: ReadonlyArray<PastMark>;
  readonly states: ReadonlyArray<PastUser>;
  readonly memberships: ReadonlyArray<PastMembership>;
}

/** When an operator's decision began, and when somebody ended it before its time. */
interface Ending {
  readonly created: number;
  readonly ended: number | null;
}

/** The roles that an account had from this decision on. */
export interface PastDecision {
  readonly at: number;
  readonly in: number;
  readonly cause: EventId;
  readonly roles: ReadonlyArray<{
    readonly role: RoleKey;
    readonly scope: string;
    readonly reasons: ReadonlyArray<{ readonly rule: string }>;
  }>;
}

export interface PastAccount {
  readonly account: AccountId;
  readonly links: ReadonlyArray<PastLink>;
  readonly lost: ReadonlyArray<Lasting & { readonly connection: ConnectionId }>;
  readonly suspensions: ReadonlyArray<Lasting & { readonly cause: EventId }>;
  readonly grants: ReadonlyArray<GrantFact & Ending>;
  readonly exclusions: ReadonlyArray<ExclusionFact & Ending>;
  /** In the order they were made; the first may be from before. */
  readonly decisions: ReadonlyArray<PastDecision>;
}

export type PastConnection = ConnectionFact & Lasting;

/** From one moment to another, in milliseconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

type Part = RawBuilder<unknown>;

const milliseconds = (moment: Part): Part => sql`(extract(epoch from ${moment}) * 1000)::float8`;
const until = (moment: Part): Part => sql`(extract(epoch from ${moment}) * 1000)::bigint`;
const momentOf = (at: number): Part => sql`to_timestamp(${at}::float8 / 1000)`;

const lasting = (of: string): Part =>
  sql.join(
    (["learned", "forgotten"] as const).flatMap((what) => [
      sql`${sql.lit(what)}, ${milliseconds(sql.ref(`${of}.${what}_at`))}`,
      sql`${sql.lit(`${what}In`)}, ${milliseconds(sql.ref(`${of}.${what}_in`))}`,
    ]),
  );

/** Held at some time of the window. */
const within = (
  of: string,
  { from, to }: Window,
): Part => sql`${sql.ref(`${of}.learned_at`)} <= ${momentOf(to)}
  and (${sql.ref(`${of}.forgotten_at`)} is null or ${sql.ref(`${of}.forgotten_at`)} > ${momentOf(from)})`;

const all = (row: Part, from: Part, order: Part): Part => sql`coalesce((
  select jsonb_agg(jsonb_build_object(${row}) order by ${order}) from ${from}), '[]')`;

const groupStates = (window: Window) =>
  all(
    sql`'externalId', g.external_id, 'kind', g.kind, 'name', g.display_name, ${lasting("g")}`,
    sql`directory_group_history g where g.organization_id = m.organization_id and g.id = m.group_id
      and ${within("g", window)}`,
    sql`g.learned_at`,
  );

const memberships = (window: Window) =>
  all(
    sql`'group', m.group_id, 'cause', m.cause_event_id, 'states', ${groupStates(window)}, ${lasting("m")}`,
    sql`membership_history m where m.organization_id = l.organization_id and m.user_id = l.user_id
      and ${within("m", window)}`,
    sql`m.group_id, m.learned_at`,
  );

const userStates = (window: Window) =>
  all(
    sql`'connection', u.connection_id, 'active', u.active, 'attributes', u.resource,
      'cause', u.cause_event_id, ${lasting("u")}`,
    sql`directory_user_history u where u.organization_id = l.organization_id and u.id = l.user_id
      and ${within("u", window)}`,
    sql`u.learned_at`,
  );

/** Clocks, not the beginnings of transactions: the mark stands before the call, and goes with what it marked. */
const marks = all(
  sql`'fact', i.fact, 'object', i.object, 'before', i.before, 'learned', ${milliseconds(sql`i.created_at`)},
    'learnedIn', ${milliseconds(sql`i.created_at`)}, 'forgotten', ${milliseconds(sql`i.ended_at`)},
    'forgottenIn', ${milliseconds(sql`i.ended_at`)}`,
  sql`(select u.connection_id, u.resource->>'externalId' as subject from directory_user_history u
      where u.organization_id = l.organization_id and u.id = l.user_id order by u.learned_at desc limit 1) u
    join sync_state s on s.organization_id = l.organization_id and s.connection_id = u.connection_id
    join intent i on i.organization_id = l.organization_id and i.identity = s.source_identity
      and i.subject = u.subject and i.subject <> ''`,
  sql`i.id`,
);

const links = (window: Window) =>
  all(
    sql`'user', l.user_id, 'states', ${userStates(window)}, 'memberships', ${memberships(window)},
      'marks', ${marks}, ${lasting("l")}`,
    sql`account_link_history l where l.organization_id = a.organization_id and l.account_id = a.id
      and ${within("l", window)}`,
    sql`l.user_id, l.learned_at`,
  );

const ofAccount = (table: string, row: Part, window: Window) =>
  all(
    sql`${row}, ${lasting("h")}`,
    sql`${sql.table(table)} h where h.organization_id = a.organization_id and h.account_id = a.id
      and ${within("h", window)}`,
    sql`h.learned_at`,
  );

const decided = (table: string, row: Part, { from, to }: Window) =>
  all(
    sql`${row}'id', d.id, 'role', d.role, 'scope', d.scope, 'until', ${until(sql`d.expires_at`)},
      'cause', d.cause_event_id, 'created', ${milliseconds(sql`d.created_at`)},
      'ended', ${milliseconds(sql`d.ended_at`)}`,
    sql`${sql.table(table)} d where d.organization_id = a.organization_id and d.account_id = a.id
      and d.created_at <= ${momentOf(to)} and (d.ended_at is null or d.ended_at > ${momentOf(from)})`,
    sql`d.id`,
  );

/** Made in the window, and the last one before it. */
const decisions = ({ from, to }: Window) =>
  all(
    sql`'at', ${milliseconds(sql`coalesce(d.made_at, d.at)`)}, 'in', ${milliseconds(sql`d.at`)},
      'cause', d.cause_event_id, 'roles', d.outcome->'roles'`,
    sql`decision d where d.organization_id = a.organization_id and d.account_id = a.id
      and coalesce(d.made_at, d.at) <= ${momentOf(to)}
      and d.id >= coalesce((select b.id from decision b
        where b.organization_id = a.organization_id and b.account_id = a.id
          and coalesce(b.made_at, b.at) <= ${momentOf(from)} order by b.id desc limit 1), ${sql.lit(nobody)}::uuid)`,
    sql`d.id`,
  );

/** All that decided about these accounts in the window. */
export const loadPast = (tx: TenantTx, accounts: ReadonlyArray<AccountId>, window: Window) =>
  run({
    execute: async () => {
      const { rows } = await sql<PastAccount>`select a.id as account, ${links(window)} as links,
          ${ofAccount("lost_link_history", sql`'connection', h.connection_id`, window)} as lost,
          ${ofAccount("suspension_history", sql`'cause', h.cause_event_id`, window)} as suspensions,
          ${decided("role_grant", sql`'invitation', d.invitation_id, `, window)} as grants,
          ${decided("exclusion", sql``, window)} as exclusions,
          ${decisions(window)} as decisions
        from account a where a.organization_id = ${tx.organization} and a.id = ${uuids(accounts)}
        order by a.id`.execute(tx.db);
      return rows;
    },
  });

/** The connections as they were. */
export const loadPastConnections = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ row: PastConnection }>`
        select jsonb_build_object('id', c.id, 'slug', c.slug, 'kind', c.kind, 'enabled', c.enabled,
          'lifecycleAuthority', c.lifecycle_authority, 'waits', c.waits, ${lasting("c")}) as row
        from connection_history c where c.organization_id = ${tx.organization}`.execute(tx.db);
      return rows.map(({ row }) => row);
    },
  });

/** Accounts in id order, from behind `after`, and how many there are in all. */
export const pageOfAccounts = Effect.fn("pageOfAccounts")(function* (
  tx: TenantTx,
  limit: number,
  after: string | null,
) {
  const accounts = tx.db.selectFrom("account").where("organization_id", "=", tx.organization);
  const ids = yield* run(
    accounts
      .select("id")
      .$if(after !== null, (query) => query.where("id", ">", after ?? ""))
      .orderBy("id")
      .limit(limit)
      .$castTo<{ id: AccountId }>(),
  );
  const [counted] = yield* run(accounts.select(sql<number>`count(*)::int`.as("count")));
  return { ids: ids.map(({ id }) => id), total: counted?.count ?? 0 };
});

/** Since when the facts are known in full; `null`: since the organization was made. */
export const historyHorizon = (tx: TenantTx) =>
  run(tx.db.selectFrom("history_horizon").select("complete_since as since")).pipe(
    Effect.map(([row]) => row?.since ?? null),
  );
