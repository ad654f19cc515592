/** Roles for people who are not here yet, kept by their email address. */
import { Effect } from "effect";
import { sql } from "kysely";
import type {
  AccountId,
  ConnectionId,
  DirectoryUserId,
  EventId,
  InvitationId,
  RoleKey,
} from "../../domain/index.ts";
import { run, texts, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface NewInvitation {
  readonly id: InvitationId;
  /** Folded. */
  readonly emailKey: string;
  readonly domain: string;
  readonly role: RoleKey;
  readonly scope: string;
  readonly reason: string;
  readonly cause: EventId;
  /** When it ends, and what became of it with it. */
  readonly expiresAt: Date | null;
}

export const addInvitation = (
  tx: TenantTx,
  { id, emailKey, domain, role, scope, reason, cause, expiresAt }: NewInvitation,
) =>
  run(
    tx.db.insertInto("invitation").values({
      organization_id: tx.organization,
      id,
      email_key: emailKey,
      domain,
      role,
      scope,
      reason,
      cause_event_id: cause,
      expires_at: expiresAt,
    }),
  );

export interface InvitationRow {
  readonly id: InvitationId;
  readonly email: string;
  readonly role: RoleKey;
  readonly scope: string;
  readonly reason: string;
  readonly cause: EventId;
  readonly at: Date;
  readonly until: Date | null;
  readonly endedAt: Date | null;
  /** Who used it. */
  readonly account: AccountId | null;
  /** The operator who invited. */
  readonly actorId: string | null;
}

interface Wanted {
  readonly limit: number;
  readonly before?: string;
  readonly id?: string;
  readonly email?: string;
  readonly ended: boolean;
}

/** Newest first. */
export const listInvitations = (tx: TenantTx, { limit, before, id, email, ended }: Wanted) =>
  run({
    execute: async () => {
      const conditions = [
        ...(before === undefined ? [] : [sql` and i.id < ${before}::uuid`]),
        ...(id === undefined ? [] : [sql` and i.id = ${id}::uuid`]),
        ...(email === undefined ? [] : [sql` and i.email_key = ${email}`]),
        ...(ended ? [] : [sql` and i.ended_at is null`]),
        sql``,
      ];
      const { rows } = await sql<InvitationRow>`
        select i.id, i.email_key as email, i.role, i.scope, i.reason, i.cause_event_id as cause,
          i.created_at as at, i.expires_at as until, i.ended_at as "endedAt", i.account_id as account,
          case when e.actor_kind = 'operator' then e.actor_id end as "actorId"
        from invitation i
        left join event e on e.organization_id = i.organization_id and e.id = i.cause_event_id
        where i.organization_id = ${tx.organization}${sql.join(conditions, sql``)}
        order by i.id desc limit ${limit}`.execute(tx.db);
      return rows;
    },
  });

/** Ends those that are open still, and gives their ids: of two who end one, the second gets none. */
export const endInvitations = (tx: TenantTx, ids: ReadonlyArray<string>) =>
  run(
    tx.db
      .updateTable("invitation")
      .set({ ended_at: sql`now()` })
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`id = ${uuids(ids)}`)
      .where("ended_at", "is", null)
      .returning("id"),
  );

/** Is somebody with one of these addresses invited? One probe of an index, for statements that ask more. */
export const anyInvited = (tx: TenantTx, emails: ReadonlyArray<string>) =>
  sql<boolean>`exists (select from invitation where organization_id = ${tx.organization}
    and email_key = ${texts(emails)} and ended_at is null)`;

/** Does anybody here have this address? */
export const isEmailHere = (tx: TenantTx, email: string) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ here: boolean }>`select exists (
        select from directory_user where organization_id = ${tx.organization} and email_key = ${email}) as here`.execute(
        tx.db,
      );
      return rows[0]?.here === true;
    },
  });

export interface Arrival {
  readonly user: string;
  readonly email: string;
}

/** The directory users of a connection whose addresses are invited, with the event that last changed each. */
export const invitedThrough = (tx: TenantTx, connection: ConnectionId) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ user: DirectoryUserId; emailKey: string; cause: EventId }>`
        select u.id as "user", u.email_key as "emailKey", u.cause_event_id as cause
        from directory_user u
        where u.organization_id = ${tx.organization} and u.connection_id = ${connection}
          and exists (select from invitation i where i.organization_id = u.organization_id
            and i.email_key = u.email_key and i.ended_at is null)`.execute(tx.db);
      return rows;
    },
  });

export interface UsedInvitation extends Pick<InvitationRow, "id" | "role" | "scope" | "reason" | "until"> {
  readonly account: AccountId;
}

/**
 * Ends the invitations of these directory users' addresses and gives each with the account that used it: the first
 * has it. Nobody has one by a connection that is disabled or does not count yet, while inactive, or with an address whose domain another
 * organization has verified.
 */
export const takeInvitations = Effect.fn("takeInvitations")(function* (
  tx: TenantTx,
  arrivals: ReadonlyArray<Arrival>,
  now: Date,
) {
  return yield* run({
    execute: async () => {
      const { rows } = await sql<UsedInvitation>`
        with fit as (
          select distinct on (i.id) i.id, l.account_id
          from jsonb_to_recordset(${JSON.stringify(arrivals)}::jsonb) a("user" uuid, email text)
          join invitation i on i.organization_id = ${tx.organization} and i.email_key = a.email
          join directory_user u on u.organization_id = i.organization_id and u.id = a."user" and u.active
            and u.email_key = a.email
          join account_link l on l.organization_id = u.organization_id and l.user_id = u.id
          join connection c on c.organization_id = u.organization_id and c.id = u.connection_id and c.enabled
            and not c.waits
          where i.ended_at is null and (i.expires_at is null or i.expires_at > ${now})
            and not exists (select from verified_domain d
              where d.name = i.domain and d.organization_id <> i.organization_id)
          order by i.id, a."user")
        update invitation i set ended_at = ${now}, account_id = fit.account_id from fit
        where i.organization_id = ${tx.organization} and i.id = fit.id and i.ended_at is null
        returning i.id, i.account_id as account, i.role, i.scope, i.reason, i.expires_at as until`.execute(
        tx.db,
      );
      return rows;
    },
  });
});
