import { createHmac, randomBytes } from "node:crypto";
import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, EventId, JsonObject, Origin } from "../../domain/index.ts";
import { first, run, uuids } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { TenantTx } from "../store.ts";

export interface NewEvent {
  /** Given where what the event caused had to be written before it. */
  readonly id?: EventId;
  /** Past tense, `subject.happened`: `user.created`, `group.members-changed`, `role.gained`. */
  readonly type: string;
  readonly origin: Origin;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Ids, counts and names of attributes. Never a personal value. */
  readonly data?: JsonObject;
  /** Personal values to keep by reference: erasing them leaves the event whole. */
  readonly personal?: JsonObject;
  readonly cause?: EventId;
}

/** Proves that `value` is the one the event spoke of, without the event holding it. */
export const personalMac = (salt: string, value: string): string =>
  createHmac("sha256", Buffer.from(salt, "base64")).update(value).digest("base64");

const personalRow = (tx: TenantTx, subjectId: string, personal: JsonObject) => {
  const value = JSON.stringify(personal);
  const salt = randomBytes(16).toString("base64");
  const row = { organization_id: tx.organization, id: newId(), subject_id: subjectId, salt, value };
  return { row, mac: personalMac(salt, value) };
};

const eventRow = (tx: TenantTx, id: EventId, { type, origin, subject, cause, data }: NewEvent) => ({
  organization_id: tx.organization,
  id,
  type,
  actor_kind: origin.actor.kind,
  actor_id: origin.actor.id,
  connection_id: origin.connection,
  request_id: origin.request,
  subject_kind: subject.kind,
  subject_id: subject.id,
  cause_event_id: cause ?? null,
  data: data ?? {},
});

/**
 * Writes an event in the transaction that made it true, with that transaction's last statement, and gives its id as
 * the cause of what follows.
 */
export const recordEvent = (tx: TenantTx, event: NewEvent): Effect.Effect<EventId> =>
  Effect.sync(() => {
    const id = event.id ?? newId<EventId>();
    const personal = event.personal && personalRow(tx, event.subject.id, event.personal);
    const references = { personal_id: personal?.row.id ?? null, personal_mac: personal?.mac ?? null };
    tx.addLast([
      { into: "personal_value", rows: personal === undefined ? [] : [personal.row] },
      { into: "event", rows: [{ ...eventRow(tx, id, event), ...references }] },
    ]);
    return id;
  });

const firstOf = (tx: TenantTx, { type, subject }: Pick<NewEvent, "type" | "subject">) =>
  tx.db
    .selectFrom("event")
    .select("id")
    .where("organization_id", "=", tx.organization)
    .where("subject_id", "=", subject.id)
    .where("type", "=", type)
    .limit(1);

/** The same, at most once a minute for one subject: what somebody keeps trying is one piece of news. */
export const recordEventOnce = Effect.fn("recordEventOnce")(function* (tx: TenantTx, event: NewEvent) {
  const recent = firstOf(tx, event).where(sql<boolean>`at > now() - interval '1 minute'`);
  if ((yield* first(recent)) === undefined) yield* recordEvent(tx, event);
});

/** Did this happen to the subject since then? */
export const hasEventSince = (tx: TenantTx, event: Pick<NewEvent, "type" | "subject">, since: Date) =>
  Effect.map(first(firstOf(tx, event).where("at", ">=", since)), (found) => found !== undefined);

export const recordEvents = (tx: TenantTx, events: ReadonlyArray<NewEvent>): Effect.Effect<void> =>
  Effect.forEach(events, (event) => recordEvent(tx, event), { discard: true });

export interface EventRow {
  readonly id: EventId;
  readonly at: Date;
  readonly type: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly connectionId: ConnectionId | null;
  readonly requestId: string | null;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly causeEventId: EventId | null;
  readonly data: JsonObject;
}

const columns = [
  "id",
  "at",
  "type",
  "actor_kind as actorKind",
  "actor_id as actorId",
  "connection_id as connectionId",
  "request_id as requestId",
  "subject_kind as subjectKind",
  "subject_id as subjectId",
  "cause_event_id as causeEventId",
  "data",
] as const;

/** Events newest first; `before` is the id to go on from, `subject` narrows to one thing's history. */
export const listEvents = (
  tx: TenantTx,
  options: { readonly limit: number; readonly before?: string; readonly subject?: string },
) => {
  let query = tx.db.selectFrom("event").select(columns).orderBy("id", "desc").limit(options.limit);
  if (options.before !== undefined) query = query.where("id", "<", options.before);
  if (options.subject !== undefined) query = query.where("subject_id", "=", options.subject);
  return run(query.$castTo<EventRow>());
};

export const findEvents = (tx: TenantTx, ids: ReadonlyArray<string>) =>
  run(
    tx.db
      .selectFrom("event")
      .select(columns)
      .where(sql<boolean>`id = ${uuids([...new Set(ids)])}`)
      .$castTo<EventRow>(),
  );
