/** Logins that an application fetched: sessions, until they end. */
import { sql } from "kysely";
import type {
  AccountId,
  ApplicationId,
  ConnectionId,
  LoginId,
  RoleKey,
  SessionEnd,
} from "../../domain/index.ts";
import { fixedFirst } from "../engine/fixed.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** The application has the answer: from now on the login is a session. Gives when it ends by itself. */
export const beginSession = (tx: TenantTx, login: LoginId) =>
  first(
    tx.db
      .updateTable("login")
      .set({ exchanged_at: sql`now()` })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", login)
      .returning("until")
      .$castTo<{ until: Date | null }>(),
  );

export interface Session {
  readonly id: LoginId;
  readonly account: AccountId;
  /** `null`: it goes on. */
  readonly endedBecause: SessionEnd | null;
  /** In milliseconds since 1970. */
  readonly until: number | null;
  readonly roles: ReadonlyArray<{ readonly role: RoleKey; readonly scope: string }>;
}

/** `at` is when a transaction began, which may be before a login that it waited for; its ids are made as it goes. */
const events = (subjects: ReturnType<typeof sql>, type: string) => sql`from event e
  where e.organization_id = l.organization_id and e.subject_id in (${subjects}) and e.type = ${sql.lit(type)}
    and (e.at >= l.at or e.id > l.id)`;

/** Whoever was deactivated once since then signs in again, also where they are active again. */
const deactivated = events(sql`l.account_id, a.id`, "account.deactivated");
const disabled = events(sql`c.id`, "connection.disabled");

/** Whom the login was of was parted from the account, or erased. */
const isSomebodyElses = sql`not exists (select from account_link k
  where k.organization_id = l.organization_id and k.user_id = l.user_id and k.account_id = a.id)`;

/** Of a session `l` through `c` of the account `a`, as they are at this moment: what it ended by. */
const endedBecause = sql`case when l.ended_at is not null then 'logout'
  when a.active is not true or ${isSomebodyElses} or exists (select ${deactivated}) then 'inactive'
  when not c.enabled or exists (select ${disabled}) then 'connection'
  when l.until is null or l.until <= now() then 'lapsed' end`;

/** One row of any login `l` that is or was a session, to be joined as `s`: what it ended by, and when; null: it goes on. */
export const sessionOf = sql<{ here: true; because: SessionEnd | null; ended: Date | null }>`(
  select true as here, e.because, case e.because when 'logout' then l.ended_at when 'inactive' then (select min(e.at) ${deactivated})
    when 'connection' then (select min(e.at) ${disabled}) when 'lapsed' then l.until end as ended
  from (select ${endedBecause} as because) e where l.outcome = 'accepted' and l.exchanged_at is not null)`;

const sessions = fixedFirst<{ readonly id: string; readonly application: string }, Session>(
  (at) => sql<Session>`select l.id, a.id as account,
      ${endedBecause} as "endedBecause",
      (extract(epoch from l.until) * 1000)::float8 as until,
      coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'scope', r.scope) order by r.role, r.scope)
        from assignment r where r.organization_id = a.organization_id and r.account_id = a.id), '[]') as roles
    from login l
    join connection c on c.organization_id = l.organization_id and c.id = l.connection_id
    join account named on named.organization_id = l.organization_id and named.id = l.account_id
    join account a on a.organization_id = named.organization_id and a.id = coalesce(named.merged_into, named.id)
    where l.organization_id = ${at.organization} and l.id = ${at.id}::uuid
      and l.application_id = ${at.application}::uuid and l.outcome = 'accepted' and l.exchanged_at is not null`,
);

/** The session of this application, as everything that decides about it is at this moment. */
export const findSession = (tx: TenantTx, id: string, application: ApplicationId) =>
  sessions(tx, { id, application });

/** Whose logins end: of a subject, of a session of the provider, or of both. */
export interface Ended {
  readonly subject: string | null;
  readonly session: string | null;
}

/** Ends the logins through this connection that fit, fetched or not, and gives those that had not ended. */
export const endLogins = (tx: TenantTx, connection: ConnectionId, { subject, session }: Ended) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: LoginId; account: AccountId }>`
        update login l set ended_at = now()
        where l.organization_id = ${tx.organization} and l.connection_id = ${connection}
          and l.outcome = 'accepted' and l.ended_at is null
          and (${session}::text is null or l.provider_session = ${session}::text)
          and (${subject}::text is null or l.user_id in (select u.id from directory_user u
            where u.organization_id = ${tx.organization} and u.connection_id = ${connection}
              and u.source_id = ${subject}::text))
        returning l.id, l.account_id as account`.execute(tx.db);
      return rows;
    },
  });
