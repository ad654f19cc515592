/** What is to be written through a connection, and how that goes. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, PushMode, PushSettings } from "../../domain/index.ts";
import { first, jsonb, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface PushRow {
  readonly connectionId: ConnectionId;
  readonly mode: PushMode;
  readonly settings: PushSettings;
  /** Which directory is written, once it has told. */
  readonly identity: string | null;
  /** Does it call everybody by their email, as far as it has told? */
  readonly isNamedByEmail: boolean;
  readonly failures: number;
  readonly lastSuccessAt: Date | null;
  readonly retryAt: Date | null;
  readonly reason: string | null;
  readonly detail: string | null;
}

const columns = [
  "connection_id as connectionId",
  "mode",
  "settings",
  "identity",
  "named_by_email as isNamedByEmail",
  "failures",
  "last_success_at as lastSuccessAt",
  "retry_at as retryAt",
  "reason",
  "detail",
] as const;

const rows = (tx: TenantTx) =>
  tx.db.selectFrom("push").select(columns).where("organization_id", "=", tx.organization).$castTo<PushRow>();

export const listPushes = (tx: TenantTx) => run(rows(tx).orderBy("connection_id"));

export const findPush = (tx: TenantTx, connection: ConnectionId) =>
  first(rows(tx).where("connection_id", "=", connection));

/** Settings that are new: what went wrong with those before says nothing about them. */
export const putPush = (tx: TenantTx, connection: ConnectionId, mode: PushMode, settings: PushSettings) => {
  const set = { mode, settings: jsonb(settings), failures: 0, retry_at: null, reason: null, detail: null };
  return run(
    tx.db
      .insertInto("push")
      .values({ organization_id: tx.organization, connection_id: connection, ...set })
      .onConflict((conflict) => conflict.columns(["organization_id", "connection_id"]).doUpdateSet(set)),
  );
};

const one = (tx: TenantTx, connection: ConnectionId) =>
  tx.db
    .updateTable("push")
    .where("organization_id", "=", tx.organization)
    .where("connection_id", "=", connection);

/** Nothing keeps it from being tried at once. */
export const wakePush = (tx: TenantTx, connection: ConnectionId) =>
  run(one(tx, connection).set({ retry_at: null }));

/** How long a sign of life counts. A holder gives one every few seconds. */
const lease = sql<Date>`now() + interval '12 seconds'`;

/** The connection is `holder`'s to work, where it is to be written, nobody lives who works it, and its time has come. */
export const claimPush = (tx: TenantTx, connection: ConnectionId, holder: string) =>
  first(
    one(tx, connection)
      .set({ holder, lease_until: lease })
      .where("mode", "=", "enforce")
      .where((is) => is.or([is("holder", "is", null), is("lease_until", "<", sql<Date>`now()`)]))
      .where((is) => is.or([is("retry_at", "is", null), is("retry_at", "<=", sql<Date>`now()`)]))
      .returning(columns)
      .$castTo<PushRow>(),
  );

const held = (tx: TenantTx, connection: ConnectionId, holder: string) =>
  one(tx, connection).where("holder", "=", holder).where("mode", "=", "enforce");

/** A sign of life. False where it is another's by now, or no longer to be written. */
export const notePush = (tx: TenantTx, connection: ConnectionId, holder: string) =>
  run(held(tx, connection, holder).set({ lease_until: lease }).returning("connection_id")).pipe(
    Effect.map((found) => found.length > 0),
  );

/** Is it still this holder's? Nobody can take it over until the transaction ends. */
export const holdPush = (tx: TenantTx, connection: ConnectionId, holder: string) =>
  first(
    tx.db
      .selectFrom("push as p")
      .innerJoin("connection as c", (join) =>
        join.onRef("c.organization_id", "=", "p.organization_id").onRef("c.id", "=", "p.connection_id"),
      )
      .select("p.mode")
      .where("p.organization_id", "=", tx.organization)
      .where("p.connection_id", "=", connection)
      .where("p.holder", "=", holder)
      .where("p.mode", "=", "enforce")
      .where("c.enabled", "=", true)
      .forShare("p"),
  ).pipe(Effect.map((found) => found !== undefined));

export const noteIdentity = (tx: TenantTx, connection: ConnectionId, identity: string) =>
  run(one(tx, connection).set({ identity }));

export const noteNaming = (tx: TenantTx, connection: ConnectionId, isNamedByEmail: boolean) =>
  run(one(tx, connection).set({ named_by_email: isNamedByEmail }));

export interface PushTrouble {
  readonly reason: string;
  readonly detail: string;
  readonly retrySeconds: number;
}

/** It is nobody's from now on: done, or to be tried again after the trouble. */
export const releasePush = (
  tx: TenantTx,
  connection: ConnectionId,
  holder: string,
  trouble: PushTrouble | null,
) =>
  run(
    one(tx, connection)
      .where("holder", "=", holder)
      .set({
        holder: null,
        lease_until: null,
        ...(trouble === null
          ? { failures: 0, reason: null, detail: null, retry_at: null, last_success_at: sql`now()` }
          : {
              failures: sql`failures + 1`,
              reason: trouble.reason,
              detail: trouble.detail,
              retry_at: sql`now() + make_interval(secs => ${trouble.retrySeconds})`,
            }),
      }),
  );

/** Connections for which a job should be there: something waits, its time has come, and nobody lives who works it. */
export const listWaitingPushes = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows: found } = await sql<{ id: ConnectionId }>`
        select p.connection_id as id from push p
        join connection c on c.organization_id = p.organization_id and c.id = p.connection_id and c.enabled
        where p.organization_id = ${tx.organization} and p.mode = 'enforce'
          and (p.retry_at is null or p.retry_at <= now()) and (p.holder is null or p.lease_until < now())
          and exists (select from push_pending w
            left join pushed d on d.organization_id = w.organization_id
              and d.connection_id = w.connection_id and d.account_id = w.account_id
            where w.organization_id = p.organization_id and w.connection_id = p.connection_id
              and (d.retry_at is null or d.retry_at <= now()))`.execute(tx.db);
      return found.map(({ id }) => id);
    },
  });
