/** What a plan changes, in counts and for one account. */
import type { PlanChange, PlanCounts, PlannedRole, RoleCount } from "../../../domain/index.ts";
import { builder } from "../../builder.ts";

const PlannedRoleType = builder.objectRef<PlannedRole>("PlannedRole").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "What the role is limited to; empty where it is not." }),
  }),
});

export const Change = builder.objectRef<PlanChange>("PlanChange").implement({
  description: "What would change for one account.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    turns: t.boolean({
      nullable: true,
      description: "True: it becomes active. False: inactive. Null: it stays what it is.",
      resolve: ({ active }) => active?.to ?? null,
    }),
    gained: t.expose("gained", { type: [PlannedRoleType] }),
    lost: t.expose("lost", { type: [PlannedRoleType] }),
    otherReasons: t.exposeInt("changed", { description: "How many roles stay for other reasons." }),
  }),
});

const RoleCountType = builder.objectRef<RoleCount>("PlanRole").implement({
  description: "What would change for one role, in whatever scope, in numbers of accounts.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    before: t.exposeInt("before"),
    after: t.exposeInt("after"),
    gained: t.exposeInt("gained"),
    lost: t.exposeInt("lost"),
    reserved: t.exposeBoolean("reserved"),
    losesLastHolder: t.boolean({ resolve: ({ before, after }) => before > 0 && after === 0 }),
  }),
});

export const Counts = builder.objectRef<PlanCounts>("PlanCounts").implement({
  description: "In numbers of accounts. Operators are no accounts: no plan changes what they may do.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    accounts: t.exposeInt("accounts", { description: "All that were looked at." }),
    changed: t.exposeInt("changed"),
    gaining: t.exposeInt("gaining"),
    losing: t.exposeInt("losing"),
    losingPercent: t.float({
      resolve: ({ accounts, losing }) => (accounts === 0 ? 0 : Math.round((losing / accounts) * 1000) / 10),
    }),
    activated: t.exposeInt("activated"),
    deactivated: t.exposeInt("deactivated"),
    otherReasons: t.exposeInt("otherReasons", {
      description: "Those that keep their roles for other reasons.",
    }),
    roles: t.expose("roles", {
      type: [RoleCountType],
      description: "Those that somebody would gain or lose.",
    }),
  }),
});
