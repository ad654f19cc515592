/** What was: the history of an account, and the roles it had at a moment. */
import { Effect } from "effect";
import type { AccountId } from "../../domain/index.ts";
import {
  activityAt,
  type DecisionRow,
  decisionAt,
  findEvents,
  groupNames,
  type HistoryRow,
  listHistory,
  type TenantTx,
} from "../../store/index.ts";
import { countOf, idOf, inOrganization } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Account } from "./account.ts";
import { connectionSlugs, Event, type EventModel, eventModel } from "./event.ts";

interface EntryModel extends Omit<HistoryRow, "cause"> {
  readonly cause: EventModel | null;
}

const Entry = builder.objectRef<EntryModel>("HistoryEntry").implement({
  description: "A decision about the account, or an event about the account itself.",
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    at: t.expose("at", { type: "DateTime" }),
    type: t.exposeString("type"),
    gained: t.stringList({
      description: "`role`, or `role@scope`. Of a decision without gained and lost roles, reasons changed.",
      resolve: ({ gained }) => [...gained],
    }),
    lost: t.stringList({ resolve: ({ lost }) => [...lost] }),
    because: t.exposeString("because", {
      nullable: true,
      description: "Why it became active or inactive.",
    }),
    mappingVersion: t.exposeInt("mappingVersion", { nullable: true }),
    cause: t.expose("cause", { type: Event, nullable: true }),
  }),
});

interface PastReasonModel {
  readonly rule: string;
  readonly because: string;
  readonly groupId: string | null;
  readonly group: string | null;
}

interface PastRoleModel {
  readonly role: string;
  readonly scope: string;
  readonly reasons: ReadonlyArray<PastReasonModel>;
}

interface RolesAtModel {
  readonly active: boolean;
  readonly activeBecause: string | null;
  readonly decidedAt: Date | null;
  readonly mappingVersion: number | null;
  readonly roles: ReadonlyArray<PastRoleModel>;
  readonly cause: EventModel | null;
}

const PastReason = builder.objectRef<PastReasonModel>("PastReason").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    rule: t.exposeString("rule"),
    because: t.exposeString("because"),
    groupId: t.exposeID("groupId", { nullable: true }),
    group: t.exposeString("group", { nullable: true, description: "Its name now; none where it is gone." }),
  }),
});

const PastRole = builder.objectRef<PastRoleModel>("PastRole").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope"),
    reasons: t.expose("reasons", { type: [PastReason] }),
  }),
});

const RolesAt = builder.objectRef<RolesAtModel>("RolesAt").implement({
  description: "What was in force at a moment, by the last decision up to then.",
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    active: t.exposeBoolean("active"),
    activeBecause: t.exposeString("activeBecause", { nullable: true }),
    decidedAt: t.expose("decidedAt", {
      type: "DateTime",
      nullable: true,
      description: "None: nothing had been decided yet, and there was no role.",
    }),
    mappingVersion: t.exposeInt("mappingVersion", { nullable: true }),
    roles: t.expose("roles", { type: [PastRole] }),
    cause: t.expose("cause", { type: Event, nullable: true }),
  }),
});

const eventsById = Effect.fnUntraced(function* (tx: TenantTx, ids: ReadonlyArray<string>) {
  const rows = yield* findEvents(tx, ids);
  return new Map<string, EventModel>(
    rows.map(eventModel(yield* connectionSlugs(tx))).map((event) => [event.id, event]),
  );
});

const viewHistory = Effect.fnUntraced(function* (
  tx: TenantTx,
  account: AccountId,
  first: number,
  before: string | null | undefined,
) {
  const limit = yield* countOf("first", first);
  const from = before ? { before: yield* idOf("before", before) } : {};
  const rows = yield* listHistory(tx, account, { limit, ...from });
  const events = yield* eventsById(
    tx,
    rows.map(({ cause }) => cause),
  );
  return rows.map((row): EntryModel => ({ ...row, cause: events.get(row.cause) ?? null }));
});

const rolesOf = Effect.fnUntraced(function* (tx: TenantTx, { roles }: DecisionRow) {
  const groups = yield* groupNames(
    tx,
    roles.flatMap(({ reasons }) => reasons.flatMap(({ group }) => group ?? [])),
  );
  return roles.map(
    ({ role, scope, reasons }): PastRoleModel => ({
      role,
      scope,
      reasons: reasons.map(({ rule, because, group }) => ({
        rule,
        because,
        groupId: group,
        group: groups.get(group ?? "") ?? null,
      })),
    }),
  );
});

const viewRolesAt = Effect.fnUntraced(function* (tx: TenantTx, account: AccountId, moment: Date) {
  const decided = yield* decisionAt(tx, account, moment);
  const activity = yield* activityAt(tx, account, moment);
  const events = yield* eventsById(tx, decided === undefined ? [] : [decided.cause]);
  return {
    active: activity?.active ?? true,
    activeBecause: activity?.because ?? null,
    decidedAt: decided?.at ?? null,
    mappingVersion: decided?.mappingVersion ?? null,
    roles: decided === undefined ? [] : yield* rolesOf(tx, decided),
    cause: events.get(decided?.cause ?? "") ?? null,
  } satisfies RolesAtModel as RolesAtModel;
});

builder.objectFields(Account, (t) => ({
  history: t.field({
    type: [Entry],
    description: "What changed its roles and its state, newest first. `before`: the id to go on from.",
    authScopes: { permission: "account:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }), before: t.arg.id() },
    resolve: ({ id, siblings }, { first, before }, { caller, run }) =>
      run(
        inOrganization(caller, siblings.organization, "account:read", (tx) =>
          viewHistory(tx, id, first, before),
        ),
      ),
  }),
  rolesAt: t.field({
    type: RolesAt,
    authScopes: { permission: "account:read" },
    args: { moment: t.arg({ type: "DateTime", required: true }) },
    resolve: ({ id, siblings }, { moment }, { caller, run }) =>
      run(inOrganization(caller, siblings.organization, "account:read", (tx) => viewRolesAt(tx, id, moment))),
  }),
}));
