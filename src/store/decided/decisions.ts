/** Grants and exclusions: rows of one form in two tables. */
import { sql } from "kysely";
import type { AccountId, EventId, InvitationId, RoleKey } from "../../domain/index.ts";
import { insertAll, run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export type DecidedKind = "grant" | "exclusion";

const tables = { grant: "role_grant", exclusion: "exclusion" } as const;

export interface NewDecided {
  readonly id: string;
  readonly account: AccountId;
  readonly role: RoleKey;
  readonly scope: string;
  /** In the operator's words. */
  readonly reason: string;
  readonly cause: EventId;
  readonly expiresAt: Date | null;
  /** Of a grant: the invitation it was before. */
  readonly invitation?: InvitationId | null;
}

export const addDecisions = (tx: TenantTx, kind: DecidedKind, rows: ReadonlyArray<NewDecided>) =>
  insertAll(tx.db, [
    {
      into: tables[kind],
      rows: rows.map(({ id, account, role, scope, reason, cause, expiresAt, invitation }) => ({
        organization_id: tx.organization,
        id,
        account_id: account,
        role,
        scope,
        reason,
        cause_event_id: cause,
        expires_at: expiresAt,
        ...(kind === "grant" ? { invitation_id: invitation ?? null } : {}),
      })),
    },
  ]);

export interface DecidedRow {
  readonly id: string;
  readonly account: AccountId;
  readonly role: RoleKey;
  readonly scope: string;
  readonly reason: string;
  readonly cause: EventId;
  readonly at: Date;
  readonly until: Date | null;
  readonly endedAt: Date | null;
  readonly invitation: InvitationId | null;
  /** The operator who decided it. */
  readonly actorId: string | null;
}

export interface DecidedWanted {
  readonly limit: number;
  /** The id to go on from. */
  readonly before?: string;
  readonly accounts?: ReadonlyArray<string>;
  readonly ids?: ReadonlyArray<string>;
  readonly role?: string;
  readonly scope?: string;
  /** Those that have ended too? */
  readonly ended: boolean;
}

const rows = (tx: TenantTx, kind: DecidedKind) => {
  const invitation = kind === "grant" ? sql`d.invitation_id` : sql`null::uuid`;
  // Who was invited was granted the role by whoever invited them, not by what brought them here.
  const cause = kind === "grant" ? sql`coalesce(i.cause_event_id, d.cause_event_id)` : sql`d.cause_event_id`;
  const invited =
    kind === "grant"
      ? sql`left join invitation i on i.organization_id = d.organization_id and i.id = d.invitation_id`
      : sql``;
  return sql`select d.id, d.account_id as account, d.role, d.scope, d.reason, d.cause_event_id as cause,
      d.created_at as at, d.expires_at as until, d.ended_at as "endedAt", ${invitation} as invitation,
      case when e.actor_kind = 'operator' then e.actor_id end as "actorId"
    from ${sql.table(tables[kind])} d ${invited}
    left join event e on e.organization_id = d.organization_id and e.id = ${cause}
    where d.organization_id = ${tx.organization}`;
};

/** Newest first. */
export const listDecided = (
  tx: TenantTx,
  kind: DecidedKind,
  { limit, before, accounts, ids, role, scope, ended }: DecidedWanted,
) =>
  run({
    execute: async () => {
      const conditions = [
        ...(before === undefined ? [] : [sql`d.id < ${before}::uuid`]),
        ...(accounts === undefined ? [] : [sql`d.account_id = ${uuids(accounts)}`]),
        ...(ids === undefined ? [] : [sql`d.id = ${uuids(ids)}`]),
        ...(role === undefined ? [] : [sql`d.role = ${role}`]),
        ...(scope === undefined ? [] : [sql`d.scope = ${scope}`]),
        ...(ended ? [] : [sql`d.ended_at is null`]),
      ];
      const more = conditions.map((condition) => sql` and ${condition}`);
      const query = sql<DecidedRow>`${rows(tx, kind)}${sql.join(more, sql``)} order by d.id desc limit ${limit}`;
      return (await query.execute(tx.db)).rows;
    },
  });

export const endDecisions = (tx: TenantTx, kind: DecidedKind, ids: ReadonlyArray<string>) =>
  run(
    tx.db
      .updateTable(tables[kind])
      .set({ ended_at: sql`now()` })
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`id = ${uuids(ids)}`),
  );
