/** The roles accounts have, and why: each reason with its names, and the request that brought it. */
import { Effect } from "effect";
import type { AccountId, Reason as StoredReason } from "../../domain/index.ts";
import {
  actorLabels,
  type DecidedRow,
  type EventRow,
  findEvents,
  groupNames,
  listDecided,
  loadAssignments,
  operatorNames,
  type TenantTx,
} from "../../store/index.ts";
import { type Caller, inOrganization, type Target } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { connectionSlugs, Event, type EventModel, eventModel } from "./event.ts";

/** What an operator decided, with the operator's name. */
interface Decided extends DecidedRow {
  readonly operator: string | null;
}

interface ReasonModel {
  readonly rule: string;
  readonly because: string;
  readonly connection: string | null;
  readonly group: string | null;
  readonly groupId: string | null;
  readonly cause: EventModel | null;
  readonly actorLabel: string | null;
  readonly decided: Decided | null;
}

interface AssignedRoleModel {
  readonly decisionId: string;
  readonly heldBy: string | null;
  readonly mappingVersion: number | null;
  readonly role: string;
  readonly scope: string;
  readonly since: Date;
  readonly reasons: ReadonlyArray<ReasonModel>;
}

const Reason = builder.objectRef<ReasonModel>("Reason").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    rule: t.exposeString("rule"),
    because: t.exposeString("because"),
    connection: t.exposeString("connection", {
      nullable: true,
      description: "None where an operator decided about the account itself.",
    }),
    group: t.exposeString("group", { nullable: true }),
    groupId: t.exposeID("groupId", { nullable: true }),
    requestId: t.string({ nullable: true, resolve: ({ cause }) => cause?.requestId }),
    cause: t.expose("cause", { type: Event, nullable: true }),
    actorLabel: t.exposeString("actorLabel", {
      nullable: true,
      description:
        "What whoever brought it is called: a token's or client's label, what asked for a run, an operator's name. For those who may read tokens, or operators.",
    }),
    operator: t.string({
      nullable: true,
      description: "Who granted it, or invited the person: the operator's name.",
      resolve: ({ decided }) => decided?.operator,
    }),
    note: t.string({
      nullable: true,
      description: "Why, in the operator's words.",
      resolve: ({ decided }) => decided?.reason,
    }),
    decidedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ decided }) => decided?.at }),
    until: t.field({
      type: "DateTime",
      nullable: true,
      description: "When the grant ends by itself.",
      resolve: ({ decided }) => decided?.until,
    }),
  }),
});

/** A role that an operator keeps from the account. */
export const Excluded = builder.objectRef<Decided>("Excluded").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "Empty: in every scope." }),
    operator: t.exposeString("operator", { nullable: true }),
    note: t.exposeString("reason", { description: "Why, in the operator's words." }),
    at: t.expose("at", { type: "DateTime" }),
    until: t.expose("until", { type: "DateTime", nullable: true }),
  }),
});

export const AssignedRole = builder.objectRef<AssignedRoleModel>("AssignedRole").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "What the role is limited to; empty where it is not." }),
    since: t.expose("since", { type: "DateTime" }),
    heldBy: t.exposeID("heldBy", {
      nullable: true,
      description:
        "The plan for which the guard keeps it though the facts no longer give it: the reasons were.",
    }),
    decisionId: t.exposeID("decisionId", { description: "The evaluation that gave the role." }),
    mappingVersion: t.exposeInt("mappingVersion", {
      nullable: true,
      description: "The version of the mapping that it went by.",
    }),
    reasons: t.expose("reasons", { type: [Reason] }),
  }),
});

/** Names of actors that do not belong to one organization, and whether those that do may be shown. */
export interface ActorNames {
  readonly others: ReadonlyMap<string, string>;
  readonly isForTokens: boolean;
}

const labelsFor = Effect.fnUntraced(function* (
  tx: TenantTx,
  { others, isForTokens }: ActorNames,
  events: ReadonlyArray<EventRow>,
) {
  const ids = events.flatMap(({ actorId }) => actorId ?? []);
  const own = isForTokens ? yield* actorLabels(tx, [...new Set(ids)]) : new Map<string, string>();
  return new Map([...others, ...own]);
});

/** Of all accounts that are shown together. */
const mostDecided = 10_000;

type Assignment = NonNullable<ReturnType<Effect.Success<ReturnType<typeof loadAssignments>>["get"]>>[number];

/** What the ids in these reasons stand for, in one query of each kind. */
const namesFor = Effect.fnUntraced(function* (
  tx: TenantTx,
  reasons: ReadonlyArray<StoredReason>,
  actors: ActorNames,
) {
  const slugs = yield* connectionSlugs(tx);
  const groups = yield* groupNames(
    tx,
    reasons.flatMap(({ group }) => group ?? []),
  );
  const rows = yield* findEvents(
    tx,
    reasons.map(({ cause }) => cause),
  );
  const labels = yield* labelsFor(tx, actors, rows);
  const events = new Map(rows.map(eventModel(slugs)).map((event) => [event.id, event]));
  return ({ rule, because, connection, group, cause }: StoredReason): Omit<ReasonModel, "decided"> => ({
    rule,
    because,
    connection: connection === null ? null : (slugs.get(connection) ?? null),
    group: groups.get(group ?? "") ?? null,
    groupId: group,
    cause: events.get(cause) ?? null,
    actorLabel: labels.get(events.get(cause)?.actorId ?? "") ?? null,
  });
});

/** The rule's name that a grant's reason has. */
const ruleOf = ({ id, invitation }: DecidedRow): string =>
  invitation === null ? `grant:${id}` : `invitation:${invitation}`;

const readRoles = Effect.fnUntraced(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountId>,
  actors: ActorNames,
) {
  const assignments = yield* loadAssignments(tx, accounts);
  const reasons = [...assignments.values()].flat().flatMap((role) => role.reasons);
  const named = yield* namesFor(tx, reasons, actors);
  const of = { limit: mostDecided, accounts };
  const granted = reasons.some(({ connection }) => connection === null);
  const grants = granted ? yield* listDecided(tx, "grant", { ...of, ended: true }) : [];
  return {
    assignments,
    named,
    grants,
    exclusions: yield* listDecided(tx, "exclusion", { ...of, ended: false }),
  };
});

/** The roles of an account, and those that operators keep from it. */
export interface RolesModel {
  readonly roles: ReadonlyArray<AssignedRoleModel>;
  readonly exclusions: ReadonlyArray<Decided>;
}

/** The roles of these accounts by account: as many queries for 500 as for one. */
export const explainRoles = Effect.fn("explainRoles")(function* (
  caller: Caller,
  organization: Target,
  accounts: ReadonlyArray<AccountId>,
  actors: ActorNames,
) {
  const { assignments, named, grants, exclusions } = yield* inOrganization(
    caller,
    organization,
    "account:read",
    (tx) => readRoles(tx, accounts, actors),
  );
  // Operators stand outside of organizations.
  const names = yield* operatorNames([...grants, ...exclusions].flatMap(({ actorId }) => actorId ?? []));
  const known = (row: DecidedRow): Decided => ({ ...row, operator: names.get(row.actorId ?? "") ?? null });
  const byRule = new Map(grants.map((row) => [ruleOf(row), known(row)]));
  const roleModel = ({ reasons, ...role }: Assignment): AssignedRoleModel => ({
    ...role,
    reasons: reasons.map((reason) => ({ ...named(reason), decided: byRule.get(reason.rule) ?? null })),
  });
  return new Map<string, RolesModel>(
    accounts.map((id) => [
      id,
      {
        roles: (assignments.get(id) ?? []).map(roleModel),
        exclusions: exclusions.filter(({ account }) => account === id).map(known),
      },
    ]),
  );
});
