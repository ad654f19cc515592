/** What is kept of each login, and until when what it said is believed. */

import { Effect } from "effect";
import { sql } from "kysely";
import {
  type AccountId,
  type ApplicationId,
  type ConnectionId,
  type DirectoryUserId,
  type JsonObject,
  type LoginCheck,
  type LoginId,
  type LoginOutcome,
  type LoginSettings,
  type LoginTest,
  type SessionEnd,
  usualLogin,
} from "../../domain/index.ts";
import { first, jsonb, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { sessionOf } from "./sessions.ts";

export interface NewLogin {
  readonly id: LoginId;
  readonly connection: ConnectionId;
  readonly application: ApplicationId | null;
  readonly account: AccountId | null;
  readonly user: DirectoryUserId | null;
  readonly outcome: LoginOutcome;
  readonly checks: ReadonlyArray<LoginCheck>;
  /** Of a test, what it told of. */
  readonly tested?: LoginTest;
  /** The provider's own session: its name there, and when it ends by itself, in milliseconds since 1970. */
  readonly session?: { readonly id: string | null; readonly until: number | null };
}

/** An accepted login ends with what it said, or with the provider's session where that is sooner. */
const untilOf = (tx: TenantTx, { user, session }: NewLogin) =>
  sql<Date>`(select least(f.until, ${session?.until == null ? null : new Date(session.until)}::timestamptz)
    from login_facts f where f.organization_id = ${tx.organization} and f.user_id = ${user}::uuid)`;

export const addLogin = (tx: TenantTx, login: NewLogin) =>
  run(
    tx.db.insertInto("login").values({
      organization_id: tx.organization,
      id: login.id,
      connection_id: login.connection,
      application_id: login.application,
      account_id: login.account,
      user_id: login.user,
      outcome: login.outcome,
      checks: jsonb(login.checks),
      tested: login.tested === undefined ? null : jsonb(login.tested),
      provider_session: login.session?.id ?? null,
      until: login.outcome === "accepted" ? untilOf(tx, login) : null,
    }),
  );

export interface LoginRow extends Omit<NewLogin, "connection" | "application" | "session" | "tested"> {
  readonly at: Date;
  readonly connectionSlug: string;
  /** `null`: the application is gone. */
  readonly applicationSlug: string | null;
  /** Of a test that is not forgotten, what it told of. */
  readonly tested: LoginTest | null;
  /** Is it a session? `null`: it never was one, refused or not fetched. */
  readonly active: boolean | null;
  readonly endedBecause: SessionEnd | null;
  /** `null`: it has not ended, or by nothing that has a moment. */
  readonly endedAt: Date | null;
}

const logins = (tx: TenantTx) =>
  tx.db
    .selectFrom("login as l")
    .innerJoin("connection as c", (join) =>
      join.onRef("c.organization_id", "=", "l.organization_id").onRef("c.id", "=", "l.connection_id"),
    )
    .leftJoin("application as p", (join) =>
      join.onRef("p.organization_id", "=", "l.organization_id").onRef("p.id", "=", "l.application_id"),
    )
    .leftJoin("account as named", (join) =>
      join.onRef("named.organization_id", "=", "l.organization_id").onRef("named.id", "=", "l.account_id"),
    )
    .leftJoin("account as a", (join) =>
      join
        .onRef("a.organization_id", "=", "l.organization_id")
        .on("a.id", "=", sql<string>`coalesce(named.merged_into, named.id)`),
    )
    .leftJoinLateral(sessionOf.as("s"), (join) => join.onTrue())
    .select([
      "l.id",
      "c.slug as connectionSlug",
      "p.slug as applicationSlug",
      "l.account_id as account",
      "l.user_id as user",
      "l.outcome",
      "l.checks",
      "l.tested",
      "l.at",
      sql`case when s.here then s.because is null end`.as("active"),
      "s.because as endedBecause",
      "s.ended as endedAt",
    ])
    .where("l.organization_id", "=", tx.organization)
    .$castTo<LoginRow>();

/** The newest first; `before` is the id to go on from. */
export const listLogins = (tx: TenantTx, limit: number, before?: string) =>
  run(
    (before === undefined ? logins(tx) : logins(tx).where("l.id", "<", before))
      .orderBy("l.id", "desc")
      .limit(limit),
  );

export const findLogin = (tx: TenantTx, id: string) => first(logins(tx).where("l.id", "=", id));

export const loginSettingsOf = (tx: TenantTx, connection: ConnectionId) =>
  first(
    tx.db
      .selectFrom("login_settings")
      .select(["provisioning", "lapse_days as lapseDays"])
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection)
      .$castTo<LoginSettings>(),
  ).pipe(Effect.map((row) => row ?? usualLogin));

export const setLoginSettings = (
  tx: TenantTx,
  connection: ConnectionId,
  { provisioning, lapseDays }: LoginSettings,
) =>
  run(
    tx.db
      .insertInto("login_settings")
      .values({
        organization_id: tx.organization,
        connection_id: connection,
        provisioning,
        lapse_days: lapseDays,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["organization_id", "connection_id"])
          .doUpdateSet({ provisioning, lapse_days: lapseDays }),
      ),
  );

/**
 * Until when what a login said of this person is believed, and what it did not say. A login that does not say again what
 * an earlier one said of groups (`renews`: it does) does not make that be believed for longer.
 */
export const believeUntil = (
  tx: TenantTx,
  facts: {
    readonly connection: ConnectionId;
    readonly user: DirectoryUserId;
    readonly days: number;
    readonly missing: string | null;
    readonly renews: boolean;
    readonly saidAt: Date;
  },
) =>
  run({
    execute: () =>
      sql`insert into login_facts (organization_id, connection_id, user_id, until, said_at, missing)
        values (${tx.organization}, ${facts.connection}, ${facts.user},
          now() + make_interval(days => ${facts.days}::int), ${facts.saidAt}, ${facts.missing})
        on conflict (organization_id, user_id) do update set missing = excluded.missing, said_at = excluded.said_at,
          until = case when ${facts.renews} then excluded.until else login_facts.until end`.execute(tx.db),
  });

/** When the provider said what was taken of this person last; undefined where nothing is believed. */
export const saidOf = (tx: TenantTx, user: DirectoryUserId) =>
  first(
    tx.db
      .selectFrom("login_facts")
      .select("said_at as at")
      .where("organization_id", "=", tx.organization)
      .where("user_id", "=", user)
      .$castTo<{ at: Date }>(),
  ).pipe(Effect.map((row) => row?.at));

/** Two logins of one person, or a login and the end of what the last one said, wait for each other. */
export const lockLoginUser = (tx: TenantTx, user: DirectoryUserId) =>
  run({
    execute: () =>
      sql`select id from directory_user where organization_id = ${tx.organization} and id = ${user} for update`.execute(
        tx.db,
      ),
  });

/** Holds the connection as it is until the transaction ends. Is it enabled, and are its settings these, where they are given? */
export const isEnabledStill = (tx: TenantTx, connection: ConnectionId, settings?: JsonObject) =>
  first({
    execute: async () => {
      const { rows } = await sql<{ enabled: boolean }>`select enabled
          and (${settings === undefined} or settings = ${jsonb(settings ?? {})}) as enabled from connection
        where organization_id = ${tx.organization} and id = ${connection} for share`.execute(tx.db);
      return rows;
    },
  }).pipe(Effect.map((row) => row?.enabled === true));

/** Takes up to `limit` of those whose logins are no longer believed. */
export const takeLapsed = (tx: TenantTx, limit: number) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ connection: ConnectionId; user: DirectoryUserId }>`
        delete from login_facts where organization_id = ${tx.organization} and user_id in (
          select user_id from login_facts where organization_id = ${tx.organization} and until <= now()
          order by until limit ${limit} for update skip locked)
        returning connection_id as connection, user_id as "user"`.execute(tx.db);
      return rows;
    },
  });

/** Whether another enabled connection of the same directory tells of its groups: then a login does not. */
export const isFedByAnother = (tx: TenantTx, connection: ConnectionId) =>
  first({
    execute: async () => {
      const { rows } = await sql<{ slug: string }>`
        select o.slug from connection c join connection o on o.organization_id = c.organization_id
          and o.directory_id = c.directory_id and o.id <> c.id and o.enabled and not o.waits
          and o.kind in ('scim', 'keycloak', 'zitadel')
        where c.organization_id = ${tx.organization} and c.id = ${connection} order by o.slug limit 1`.execute(
        tx.db,
      );
      return rows;
    },
  }).pipe(Effect.map((row) => row?.slug));

/**
 * Forgets who came by the account's logins: what is left of each says when one was taken or refused, and nothing of
 * whom. Codes that were not fetched are worth nothing any more.
 */
export const forgetLogins = Effect.fn("forgetLogins")(function* (tx: TenantTx, account: AccountId) {
  const { organization, db } = tx;
  yield* run(
    db.deleteFrom("login_code").where("organization_id", "=", organization).where("account_id", "=", account),
  );
  yield* run({
    execute: () =>
      sql`delete from login_facts where organization_id = ${organization} and user_id in (
        select user_id from lost_link where organization_id = ${organization} and account_id = ${account})`.execute(
        db,
      ),
  });
  yield* run(
    db
      .updateTable("login")
      .set({ account_id: null, user_id: null, provider_session: null, tested: null })
      .where("organization_id", "=", organization)
      .where("account_id", "=", account),
  );
});
