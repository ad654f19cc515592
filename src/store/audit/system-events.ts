import { Effect } from "effect";
import { sql } from "kysely";
import { first, jsonb, run } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { SystemTx } from "../store.ts";
import type { EventRow, NewEvent } from "./events.ts";

/** Writes an event that belongs to no organization, in the transaction that made it true. */
export const recordSystemEvent = (
  { db }: SystemTx,
  { type, origin, subject, data }: Pick<NewEvent, "type" | "origin" | "subject" | "data">,
) =>
  run(
    db.insertInto("system_event").values({
      id: newId(),
      type,
      actor_kind: origin.actor.kind,
      actor_id: origin.actor.id,
      request_id: origin.request,
      subject_kind: subject.kind,
      subject_id: subject.id,
      data: jsonb(data ?? {}),
    }),
  );

/** The same, at most once a minute for one subject: what somebody keeps trying is one piece of news. */
export const recordSystemEventOnce = Effect.fn("recordSystemEventOnce")(function* (
  tx: SystemTx,
  event: Parameters<typeof recordSystemEvent>[1],
) {
  const known = yield* first(
    tx.db
      .selectFrom("system_event")
      .select("id")
      .where("subject_id", "=", event.subject.id)
      .where("type", "=", event.type)
      .where(sql<boolean>`at > now() - interval '1 minute'`)
      .limit(1),
  );
  if (known === undefined) yield* recordSystemEvent(tx, event);
});

/** Events of no organization, newest first; `before` is the id to go on from. */
export const listSystemEvents = (
  { db }: SystemTx,
  { limit, before }: { readonly limit: number; readonly before?: string },
) => {
  const query = db
    .selectFrom("system_event")
    .select([
      "id",
      "at",
      "type",
      "actor_kind as actorKind",
      "actor_id as actorId",
      sql<null>`null`.as("connectionId"),
      "request_id as requestId",
      "subject_kind as subjectKind",
      "subject_id as subjectId",
      sql<null>`null`.as("causeEventId"),
      "data",
    ])
    .orderBy("id", "desc")
    .limit(limit);
  return run((before === undefined ? query : query.where("id", "<", before)).$castTo<EventRow>());
};
