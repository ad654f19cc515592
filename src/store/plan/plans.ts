/** Plans themselves. Their rows are the progress that people see. */
import { Effect } from "effect";
import { sql } from "kysely";
import type {
  ConnectionId,
  EventId,
  JsonObject,
  OperatorId,
  PlanId,
  PlanKind,
  PlanState,
  PlanSummary,
} from "../../domain/index.ts";
import { first, jsonb, oneRow, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface PlanRow {
  readonly id: PlanId;
  readonly kind: PlanKind;
  readonly state: PlanState;
  readonly connectionId: ConnectionId | null;
  readonly causeEventId: EventId;
  readonly authorId: OperatorId | null;
  readonly mappingVersion: number;
  readonly baseVersion: number;
  readonly catalogueVersion: number;
  readonly hash: string | null;
  readonly summary: PlanSummary;
  readonly createdAt: Date;
  readonly approvedBy: OperatorId | null;
  readonly approvedAt: Date | null;
  readonly appliedAt: Date | null;
  readonly endedAt: Date | null;
  readonly undoUntil: Date | null;
  readonly appliedEventId: EventId | null;
}

const columns = [
  "id",
  "kind",
  "state",
  "connection_id as connectionId",
  "cause_event_id as causeEventId",
  "author_id as authorId",
  "mapping_version as mappingVersion",
  "base_version as baseVersion",
  "catalogue_version as catalogueVersion",
  "hash",
  "summary",
  "created_at as createdAt",
  "approved_by as approvedBy",
  "approved_at as approvedAt",
  "applied_at as appliedAt",
  "ended_at as endedAt",
  "undo_until as undoUntil",
  "applied_event_id as appliedEventId",
] as const;

export interface NewPlan {
  readonly id: PlanId;
  readonly kind: PlanKind;
  readonly connection: ConnectionId | null;
  readonly cause: EventId;
  readonly author: OperatorId | null;
  readonly mappingVersion: number;
  readonly baseVersion: number;
  readonly catalogueVersion: number;
  readonly summary: PlanSummary;
}

/** A plan that a job has still to evaluate. */
export const insertPlan = Effect.fn("insertPlan")(function* (tx: TenantTx, plan: NewPlan) {
  const rows = yield* run(
    tx.db
      .insertInto("plan")
      .values({
        organization_id: tx.organization,
        id: plan.id,
        kind: plan.kind,
        state: "evaluating",
        connection_id: plan.connection,
        cause_event_id: plan.cause,
        author_id: plan.author,
        mapping_version: plan.mappingVersion,
        base_version: plan.baseVersion,
        catalogue_version: plan.catalogueVersion,
        summary: jsonb(plan.summary as unknown as JsonObject),
      })
      .returning(columns)
      .$castTo<PlanRow>(),
  );
  return yield* oneRow(rows);
});

const plans = (tx: TenantTx) =>
  tx.db.selectFrom("plan").select(columns).where("organization_id", "=", tx.organization).$castTo<PlanRow>();

export const findPlan = (tx: TenantTx, id: string) => first(plans(tx).where("id", "=", id));

/** Held until the transaction ends: whoever changes the plan's state waits for it. */
export const lockPlan = (tx: TenantTx, id: string) => first(plans(tx).where("id", "=", id).forUpdate());

/** Newest first; `before` is the id to go on from. */
export const listPlans = (tx: TenantTx, options: { readonly limit: number; readonly before?: string }) => {
  // What is only being counted is no plan yet.
  const query = plans(tx).where("state", "<>", "collecting").orderBy("id", "desc").limit(options.limit);
  return run(options.before === undefined ? query : query.where("id", "<", options.before));
};

export interface PlanChanges {
  readonly state: PlanState;
  readonly hash?: string;
  readonly summary?: PlanSummary;
  readonly approvedBy?: OperatorId | null;
  readonly appliedEvent?: EventId;
  /** The catalogue that it was evaluated with. */
  readonly catalogueVersion?: number;
}

/** How long an applied plan can be undone. */
const undoHours = 24;

const resting: ReadonlySet<PlanState> = new Set(["applied", "stale", "rejected", "undone"]);

/** Brings the plan to another state, with what comes with it. Times are the database's. */
export const updatePlan = (tx: TenantTx, id: PlanId, changes: PlanChanges) =>
  run(
    tx.db
      .updateTable("plan")
      .set({
        state: changes.state,
        ...(changes.hash === undefined ? {} : { hash: changes.hash }),
        ...(changes.summary === undefined
          ? {}
          : { summary: jsonb(changes.summary as unknown as JsonObject) }),
        ...(changes.approvedBy === undefined
          ? {}
          : { approved_by: changes.approvedBy, approved_at: sql<Date>`now()` }),
        ...(changes.appliedEvent === undefined ? {} : { applied_event_id: changes.appliedEvent }),
        ...(changes.catalogueVersion === undefined ? {} : { catalogue_version: changes.catalogueVersion }),
        ...(changes.state === "applied"
          ? {
              applied_at: sql<Date>`now()`,
              undo_until: sql<Date>`now() + make_interval(hours => ${undoHours})`,
            }
          : {}),
        ...(resting.has(changes.state) ? { ended_at: sql<Date>`now()` } : {}),
      })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id),
  );
