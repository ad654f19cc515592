/** The roles accounts have, and why: each reason with its names, and the request that brought it. */
import { Effect } from "effect";
import type { AccountId, Reason as StoredReason } from "../../domain/index.ts";
import {
  actorLabels,
  type EventRow,
  findEvents,
  groupNames,
  loadAssignments,
  type TenantTx,
} from "../../store/index.ts";
import { builder } from "../builder.ts";
import { connectionSlugs, Event, type EventModel, eventModel } from "./event.ts";

interface ReasonModel {
  readonly rule: string;
  readonly because: string;
  readonly connection: string | null;
  readonly group: string | null;
  readonly groupId: string | null;
  readonly cause: EventModel | null;
  readonly actorLabel: string | null;
}

interface AssignedRoleModel {
  readonly decisionId: string;
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
  }),
});

export const AssignedRole = builder.objectRef<AssignedRoleModel>("AssignedRole").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "What the role is limited to; empty where it is not." }),
    since: t.expose("since", { type: "DateTime" }),
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
  return ({ rule, because, connection, group, cause }: StoredReason): ReasonModel => ({
    rule,
    because,
    connection: connection === null ? null : (slugs.get(connection) ?? null),
    group: groups.get(group ?? "") ?? null,
    groupId: group,
    cause: events.get(cause) ?? null,
    actorLabel: labels.get(events.get(cause)?.actorId ?? "") ?? null,
  });
});

/** The roles of these accounts by account: as many queries for 500 as for one. */
export const explainRoles = Effect.fn("explainRoles")(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountId>,
  actors: ActorNames,
) {
  const assignments = yield* loadAssignments(tx, accounts);
  const all = [...assignments.values()].flat();
  const named = yield* namesFor(
    tx,
    all.flatMap(({ reasons }) => reasons),
    actors,
  );
  const model = ({ reasons, ...role }: (typeof all)[number]): AssignedRoleModel => ({
    ...role,
    reasons: reasons.map(named),
  });
  return new Map([...assignments].map(([account, roles]) => [account, roles.map(model)]));
});
