/** Plans asked for. A job evaluates them: everyone of a large organization takes longer than a request may. */
import { Effect } from "effect";
import {
  type ConnectionId,
  type EventId,
  emptySummary,
  NotFound,
  type OperatorId,
  type Origin,
  type PlanId,
  type PlanSummary,
} from "../../domain/index.ts";
import {
  catalogueMark,
  findMappingIn,
  insertPlan,
  type NewPlan,
  newId,
  publishedVersion,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";
import { draftDigest } from "./subject.ts";
import { enqueuePlan } from "./work.ts";

type Wanted = Pick<NewPlan, "kind" | "mappingVersion" | "baseVersion"> & {
  readonly connection?: ConnectionId;
  readonly summary?: Partial<PlanSummary>;
};

const make = Effect.fn("makePlan")(function* (tx: TenantTx, origin: Origin, wanted: Wanted) {
  const { kind, mappingVersion, baseVersion, connection = null } = wanted;
  const id = newId<PlanId>();
  const event = yield* recordEvent(tx, {
    id: newId<EventId>(),
    type: "plan.made",
    origin,
    subject: { kind: "plan", id },
    data: { kind, mappingVersion, baseVersion, ...(connection === null ? {} : { connection }) },
  });
  const plan = yield* insertPlan(tx, {
    id,
    kind,
    connection,
    cause: event,
    author: origin.actor.kind === "operator" ? (origin.actor.id as OperatorId | null) : null,
    mappingVersion,
    baseVersion,
    catalogueVersion: (yield* catalogueMark(tx)).version,
    summary: { ...emptySummary, ...wanted.summary },
  });
  yield* enqueuePlan(tx, id);
  return plan;
});

/** What putting the draft in force would change, for everyone. */
export const previewMapping = Effect.fn("previewMapping")(function* (tx: TenantTx, origin: Origin) {
  const draft = yield* findMappingIn(tx, "draft");
  if (draft === undefined) {
    const hint = 'Write one with "mapping draft"; "plan pending" shows what waits without one.';
    return yield* new NotFound({ kind: "draft", id: "of the mapping", hint });
  }
  const baseVersion = yield* publishedVersion(tx);
  const summary = { draft: draftDigest(draft) };
  return yield* make(tx, origin, { kind: "mapping", mappingVersion: draft.version, baseVersion, summary });
});

/** The differences that wait because something was published or changed without applying it. */
export const previewPending = Effect.fn("previewPending")(function* (tx: TenantTx, origin: Origin) {
  const version = yield* publishedVersion(tx);
  return yield* make(tx, origin, { kind: "pending", mappingVersion: version, baseVersion: version });
});

/** What would change if the connection were enabled, or disabled. */
export const previewConnection = Effect.fn("previewConnection")(function* (
  tx: TenantTx,
  origin: Origin,
  connection: ConnectionId,
  enables: boolean,
) {
  const version = yield* publishedVersion(tx);
  const wanted = { kind: "source", mappingVersion: version, baseVersion: version } as const;
  return yield* make(tx, origin, { ...wanted, connection, summary: { enables } });
});

/** What follows as a connection counts that was only read so far. */
export const previewFirstSync = Effect.fn("previewFirstSync")(function* (
  tx: TenantTx,
  origin: Origin,
  connection: ConnectionId,
) {
  const version = yield* publishedVersion(tx);
  return yield* make(tx, origin, {
    kind: "first-sync",
    mappingVersion: version,
    baseVersion: version,
    connection,
  });
});
