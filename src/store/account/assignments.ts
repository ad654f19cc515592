import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, DesiredRole, EventId, JsonObject, Reason } from "../../domain/index.ts";
import { type NewEvent, recordEvents } from "../audit/events.ts";
import { insertAll, run, uuids } from "../engine/run.ts";
import { nobody } from "../id.ts";
import type { TenantTx } from "../store.ts";
import { reasons } from "./facts.ts";

interface AssignmentRow extends DesiredRole {
  readonly accountId: AccountId;
  readonly since: Date;
  /** The decision that gave it, and the version of the mapping it went by. */
  readonly decisionId: string;
  readonly mappingVersion: number | null;
  /** The plan for which the guard keeps it though the facts no longer give it. */
  readonly heldBy: string | null;
}

/** The roles these accounts have, with every reason, in one query. */
export const loadAssignments = Effect.fn("loadAssignments")(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountId>,
) {
  const { rows } = yield* run({
    execute: () =>
      sql<AssignmentRow>`select r.account_id as "accountId", r.role, r.scope, r.since, r.decision_id as "decisionId",
          d.mapping_version as "mappingVersion", w.plan_id as "heldBy", ${reasons} as reasons
        from assignment r
        left join decision d on d.organization_id = r.organization_id and d.id = r.decision_id
        left join withheld w on w.organization_id = r.organization_id and w.account_id = r.account_id
          and w.role = r.role and w.scope = r.scope
        where r.organization_id = ${tx.organization} and r.account_id = ${uuids(accounts)}
        order by r.account_id, r.role, r.scope`.execute(tx.db),
  });
  return Map.groupBy(rows, (row) => row.accountId);
});

export interface RoleChange {
  readonly account: AccountId;
  readonly decision: string;
  readonly gained: ReadonlyArray<DesiredRole>;
  readonly lost: ReadonlyArray<DesiredRole>;
  readonly changed: ReadonlyArray<DesiredRole>;
}

const unnestRoles = (roles: ReadonlyArray<{ account: string; role: string; scope: string }>) => sql`unnest(
  ${roles.map((role) => role.account)}::uuid[], ${roles.map((role) => role.role)}::text[],
  ${roles.map((role) => role.scope)}::text[]) as v(account_id, role, scope)`;

const drop = (
  tx: TenantTx,
  table: "assignment" | "assignment_reason",
  roles: Parameters<typeof unnestRoles>[0],
) =>
  roles.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`delete from ${sql.table(table)} t using ${unnestRoles(roles)}
            where t.organization_id = ${tx.organization} and t.account_id = v.account_id
              and t.role = v.role and t.scope = v.scope`.execute(tx.db),
      });

const reasonRow = (tx: TenantTx, account: AccountId, { role, scope }: DesiredRole, reason: Reason) => ({
  organization_id: tx.organization,
  account_id: account,
  role,
  scope,
  rule: reason.rule,
  user_id: reason.person ?? nobody,
  reason_key: reason.group ?? reason.because,
  because: reason.because,
  group_id: reason.group,
  connection_id: reason.connection,
  cause_event_id: reason.cause,
});

const assignmentRows = (tx: TenantTx, { account, decision, gained }: RoleChange, at: Date) =>
  gained.map(({ role, scope }) => ({
    organization_id: tx.organization,
    account_id: account,
    role,
    scope,
    since: at,
    decision_id: decision,
  }));

const reasonRows = (tx: TenantTx, { account, gained, changed }: RoleChange) =>
  [...gained, ...changed].flatMap((role) =>
    role.reasons.map((reason) => reasonRow(tx, account, role, reason)),
  );

/** The record of evaluating one account once. */
export interface NewDecision {
  readonly id: string;
  readonly account: AccountId;
  readonly mappingVersion: number;
  readonly cause: EventId;
  readonly active: boolean;
  /** Ids only. */
  readonly outcome: JsonObject;
}

const decisionRow = (tx: TenantTx, decision: NewDecision) => ({
  organization_id: tx.organization,
  id: decision.id,
  account_id: decision.account,
  mapping_version: decision.mappingVersion,
  cause_event_id: decision.cause,
  active: decision.active,
  outcome: decision.outcome,
});

/** What evaluating some accounts led to. */
export interface Outcomes {
  readonly at: Date;
  readonly changes: ReadonlyArray<RoleChange>;
  readonly decisions: ReadonlyArray<NewDecision>;
  readonly events: ReadonlyArray<NewEvent>;
}

/** Writes the outcomes of any number of accounts in at most three statements, removals first. */
export const writeOutcomes = Effect.fn("writeOutcomes")(function* (
  tx: TenantTx,
  { at, changes, decisions, events }: Outcomes,
) {
  const flat = (pick: (change: RoleChange) => ReadonlyArray<DesiredRole>) =>
    changes.flatMap((change) => pick(change).map((role) => ({ ...role, ...change })));
  const lost = flat((change) => change.lost);
  const stale = flat((change) => change.changed);
  yield* drop(tx, "assignment", lost);
  yield* drop(tx, "assignment_reason", stale);
  yield* insertAll(tx.db, [
    { into: "assignment", rows: changes.flatMap((change) => assignmentRows(tx, change, at)) },
    { into: "assignment_reason", rows: changes.flatMap((change) => reasonRows(tx, change)) },
  ]);
  tx.addLast([{ into: "decision", rows: decisions.map((decision) => decisionRow(tx, decision)) }]);
  yield* recordEvents(tx, events);
});
