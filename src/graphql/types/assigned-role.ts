/** The roles accounts have, and why: each reason with its names, and the request that brought it. */
import { Effect } from "effect";
import type { AccountId, Reason as StoredReason } from "../../domain/index.ts";
import { findEvents, groupNames, loadAssignments, type TenantTx } from "../../store/index.ts";
import { builder } from "../builder.ts";
import { connectionSlugs, Event, type EventModel, eventModel } from "./event.ts";

interface ReasonModel {
  readonly rule: string;
  readonly because: string;
  readonly connection: string | null;
  readonly group: string | null;
  readonly groupId: string | null;
  readonly cause: EventModel | null;
}

interface AssignedRoleModel {
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
  }),
});

export const AssignedRole = builder.objectRef<AssignedRoleModel>("AssignedRole").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "What the role is limited to; empty where it is not." }),
    since: t.expose("since", { type: "DateTime" }),
    reasons: t.expose("reasons", { type: [Reason] }),
  }),
});

/** What the ids in these reasons stand for, in one query of each kind. */
const namesFor = Effect.fnUntraced(function* (tx: TenantTx, reasons: ReadonlyArray<StoredReason>) {
  const slugs = yield* connectionSlugs(tx);
  const groups = yield* groupNames(
    tx,
    reasons.flatMap(({ group }) => group ?? []),
  );
  const rows = yield* findEvents(
    tx,
    reasons.map(({ cause }) => cause),
  );
  const events = new Map(rows.map(eventModel(slugs)).map((event) => [event.id, event]));
  return ({ rule, because, connection, group, cause }: StoredReason): ReasonModel => ({
    rule,
    because,
    connection: connection === null ? null : (slugs.get(connection) ?? null),
    group: groups.get(group ?? "") ?? null,
    groupId: group,
    cause: events.get(cause) ?? null,
  });
});

/** The roles of these accounts by account: as many queries for 500 as for one. */
export const explainRoles = Effect.fn("explainRoles")(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountId>,
) {
  const assignments = yield* loadAssignments(tx, accounts);
  const all = [...assignments.values()].flat();
  const named = yield* namesFor(
    tx,
    all.flatMap(({ reasons }) => reasons),
  );
  const model = ({ role, scope, since, reasons }: (typeof all)[number]): AssignedRoleModel => ({
    role,
    scope,
    since,
    reasons: reasons.map(named),
  });
  return new Map([...assignments].map(([account, roles]) => [account, roles.map(model)]));
});
