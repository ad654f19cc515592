/** What is recorded of a connection's client, for a while. Only pseudonyms get here. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, JsonObject } from "../../domain/index.ts";
import { first, jsonb, oneRow, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface RecordingRow {
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly createdAt: Date;
  readonly endsAt: Date;
  /** More is recorded: neither its time nor its size is over. */
  readonly live: boolean;
  readonly exchanges: number;
  readonly skipped: number;
}

const rows = (tx: TenantTx) =>
  tx.db
    .selectFrom("recording as r")
    .select([
      "r.id",
      "r.connection_id as connectionId",
      "r.created_at as createdAt",
      "r.ends_at as endsAt",
      "r.skipped",
      sql<boolean>`r.ends_at > now() and r.key is not null`.as("live"),
      sql<number>`(select count(*)::int from recorded_exchange e
        where e.organization_id = r.organization_id and e.recording_id = r.id)`.as("exchanges"),
    ])
    .where("r.organization_id", "=", tx.organization)
    .orderBy("r.id", "desc")
    .$castTo<RecordingRow>();

export const findRecording = (tx: TenantTx, id: string) => first(rows(tx).where("r.id", "=", id));
export const listRecordings = (tx: TenantTx) => run(rows(tx));

/** Begins one. The connection says so to every request from now on. */
export const addRecording = Effect.fn("addRecording")(function* (
  tx: TenantTx,
  recording: {
    readonly id: string;
    readonly connectionId: ConnectionId;
    readonly key: string;
    readonly seconds: number;
    readonly exchanges: number;
    readonly bytes: number;
  },
) {
  const { endsAt } = yield* run(
    tx.db
      .insertInto("recording")
      .values({
        organization_id: tx.organization,
        id: recording.id,
        connection_id: recording.connectionId,
        key: recording.key,
        ends_at: sql`now() + make_interval(secs => ${recording.seconds}::int)`,
        exchanges_left: recording.exchanges,
        bytes_left: recording.bytes,
        skipped: 0,
      })
      .returning("ends_at as endsAt"),
  ).pipe(Effect.flatMap(oneRow));
  yield* run(
    tx.db
      .updateTable("connection")
      .set({ recording_id: recording.id, recording_until: endsAt })
      .where("id", "=", recording.connectionId),
  );
});

/** The key, where there is room for more. The row stays locked: exchanges are counted one after the other. */
export const takeRecordingKey = Effect.fn("takeRecordingKey")(function* (tx: TenantTx, id: string) {
  const found = yield* first(
    tx.db
      .selectFrom("recording")
      .select("key")
      .where("id", "=", id)
      .where("key", "is not", null)
      .where(sql<boolean>`ends_at > now()`)
      .forUpdate(),
  );
  return found?.key ?? undefined;
});

/** Nothing more is recorded, and nothing leads back from the pseudonyms. */
export const endRecording = Effect.fn("endRecording")(function* (tx: TenantTx, id: string) {
  yield* run(tx.db.updateTable("recording").set({ key: null }).where("id", "=", id));
  yield* run(
    tx.db
      .updateTable("connection")
      .set({ recording_id: null, recording_until: null })
      .where("recording_id", "=", id),
  );
});

/** Keeps an exchange, or counts that one was too large. Ends the recording with the last that it has room for. */
export const keepExchange = Effect.fn("keepExchange")(function* (
  tx: TenantTx,
  recording: string,
  id: string,
  exchange: JsonObject | undefined,
) {
  const bytes = exchange === undefined ? 0 : JSON.stringify(exchange).length;
  const { left } = yield* run(
    tx.db
      .updateTable("recording")
      .set({
        exchanges_left: sql`exchanges_left - 1`,
        bytes_left: sql`bytes_left - ${bytes}::int`,
        skipped: sql`skipped + ${exchange === undefined ? 1 : 0}::int`,
      })
      .where("id", "=", recording)
      .returning(sql<boolean>`exchanges_left > 0 and bytes_left > 0`.as("left")),
  ).pipe(Effect.flatMap(oneRow));
  if (exchange !== undefined) {
    yield* run(
      tx.db.insertInto("recorded_exchange").values({
        organization_id: tx.organization,
        recording_id: recording,
        id,
        exchange: jsonb(exchange),
      }),
    );
  }
  if (!left) yield* endRecording(tx, recording);
});

/** In the order in which the requests came. */
export const listExchanges = (tx: TenantTx, recording: string) =>
  run(
    tx.db
      .selectFrom("recorded_exchange")
      .select("exchange")
      .where("recording_id", "=", recording)
      .orderBy("id")
      .$castTo<{ readonly exchange: JsonObject }>(),
  ).pipe(Effect.map((found) => found.map(({ exchange }) => exchange)));

export const removeRecording = (tx: TenantTx, id: string) =>
  run(tx.db.deleteFrom("recording").where("id", "=", id));

/** Takes the key from those whose time is over, and forgets those that nobody fetched for a day. */
export const tidyRecordings = Effect.fn("tidyRecordings")(function* (tx: TenantTx) {
  const over = tx.db
    .updateTable("recording")
    .set({ key: null })
    .where("organization_id", "=", tx.organization);
  yield* run(over.where("key", "is not", null).where(sql<boolean>`ends_at < now()`));
  yield* run(
    tx.db
      .deleteFrom("recording")
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`ends_at < now() - interval '1 day'`),
  );
});
