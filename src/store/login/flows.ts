/** Logins and replies that were used, and the codes that applications fetch their answer with. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ApplicationId, ConnectionId, DirectoryUserId, LoginId } from "../../domain/index.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/**
 * Remembers that a login under way or a reply was used, by a hash, until it means nothing any more. False where it was
 * used before: of two at once, one waits for the other and then gets this.
 */
export const useOnce = (tx: TenantTx, connection: ConnectionId, hash: string, until: Date) =>
  run(
    tx.db
      .insertInto("login_once")
      .values({
        organization_id: tx.organization,
        connection_id: connection,
        hash,
        expires_at: until,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("hash"),
  ).pipe(Effect.map((rows) => rows.length === 1));

export interface Code {
  readonly id: string;
  readonly hash: string;
  readonly login: LoginId;
  readonly application: ApplicationId;
  readonly account: AccountId;
}

export const addCode = (tx: TenantTx, code: Code, seconds: number) =>
  run(
    tx.db.insertInto("login_code").values({
      organization_id: tx.organization,
      id: code.id,
      hash: code.hash,
      login_id: code.login,
      application_id: code.application,
      account_id: code.account,
      expires_at: sql`now() + make_interval(secs => ${seconds}::int)`,
    }),
  );

export interface TakenCode extends Code {
  /** Who signed in. */
  readonly user: DirectoryUserId;
}

/** Takes a code of this application: whoever asks next finds none, whether or not the first had the right one. */
export const takeCode = (tx: TenantTx, id: string, application: ApplicationId) =>
  first({
    execute: async () => {
      const { rows } = await sql<TakenCode>`
        delete from login_code k using login l, connection c
        where k.organization_id = ${tx.organization} and k.id = ${id}
          and k.application_id = ${application} and k.expires_at > now()
          and l.organization_id = k.organization_id and l.id = k.login_id and l.ended_at is null
          and c.organization_id = l.organization_id and c.id = l.connection_id and c.enabled
        returning k.id, k.hash, k.login_id as login, k.application_id as application, k.account_id as account,
          l.user_id as "user"`.execute(tx.db);
      return rows;
    },
  });

/** Days that what became of a login is kept, and for as long as it is a session. A refused one is for whoever asks why, and anybody can cause them. */
const keptDays = { accepted: 90, refused: 30, tested: 30 };

/** Of one connection, the newest. */
const mostRefused = 5_000;

const atOnce = 10_000;

const removeLogins = (tx: TenantTx, outcome: keyof typeof keptDays) =>
  run({
    execute: () =>
      sql`delete from login where ctid in (select ctid from login where organization_id = ${tx.organization}
        and outcome = ${outcome} and at < now() - make_interval(days => ${keptDays[outcome]}::int) and (until is null or until < now())
        order by at limit ${atOnce})`.execute(tx.db),
  });

const removeManyRefused = (tx: TenantTx) =>
  run({
    execute: () =>
      sql`delete from login where ctid in (select ctid from (
          select ctid, row_number() over (partition by connection_id order by id desc) as place from login
          where organization_id = ${tx.organization} and outcome = 'refused') refused
        where place > ${mostRefused} limit ${atOnce})`.execute(tx.db),
  });

/** Removes what is over, some rows at a time. */
export const removeOverLogins = Effect.fn("removeOverLogins")(function* (tx: TenantTx) {
  for (const table of ["login_once", "login_code"]) {
    const name = sql.table(table);
    yield* run({
      execute: () =>
        sql`delete from ${name} where ctid in (select ctid from ${name}
          where organization_id = ${tx.organization} and expires_at < now() limit ${atOnce})`.execute(tx.db),
    });
  }
  yield* removeLogins(tx, "accepted");
  yield* removeLogins(tx, "refused");
  yield* removeLogins(tx, "tested");
  yield* removeManyRefused(tx);
});
