import type { PushedRole as PushedRoleModel } from "../../../domain/index.ts";
import {
  inOrganization,
  type PushTroubleView,
  type PushView,
  planPush,
  type Target,
  viewPushes,
  viewPushTroubles,
  viewWritten,
  type WrittenView,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Connection } from "../connection/index.ts";
import {
  GroupKind,
  IntentState,
  PushCreates,
  PushDrift,
  PushField,
  PushLeaving,
  PushMode,
  PushState,
} from "../enums.ts";
import { Organization } from "../organization.ts";
import { PushPlan } from "./plan.ts";

interface PushModel extends PushView {
  readonly organization: Target;
}

const PushedRole = builder
  .objectRef<PushedRoleModel & { readonly name: string | null }>("PushedRole")
  .implement({
    description: "Whoever has the role, in exactly this scope, is in this group or holds this role there.",
    authScopes: { permission: "push:read" },
    fields: (t) => ({
      role: t.exposeString("role"),
      scope: t.exposeString("scope", { description: "Empty where the role is not limited." }),
      group: t.exposeString("group", { description: "The outside system's own id." }),
      kind: t.expose("kind", { type: GroupKind }),
      name: t.exposeString("name", { nullable: true, description: "Null where it was not read." }),
    }),
  });

const person = { nullable: true, authScopes: { permission: "account:read" } } as const;

const WrittenFact = builder.objectRef<WrittenView>("WrittenFact").implement({
  description: "A fact there that is ours, because it was not so before we wrote it.",
  authScopes: { permission: "push:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    accountId: t.exposeID("account"),
    person: t.exposeString("person", person),
    subject: t.exposeString("subject", { description: "The person's id there." }),
    fact: t.exposeString("fact", { description: "user, membership, userName, name, email or active." }),
    object: t.string({
      description: "The group's id there; else empty.",
      resolve: ({ fact, object }) => (fact === "membership" ? object : ""),
    }),
    state: t.expose("state", { type: IntentState }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
  }),
});

const PushTrouble = builder.objectRef<PushTroubleView>("PushTrouble").implement({
  description: "An account of which something could not be written.",
  authScopes: { permission: "push:read" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    person: t.exposeString("person", person),
    reason: t.exposeString("reason"),
    detail: t.exposeString("detail", { nullable: true }),
    failures: t.exposeInt("failures"),
    retryAt: t.expose("retryAt", {
      type: "DateTime",
      nullable: true,
      description: "Null: only when asked.",
    }),
  }),
});

export const ConnectionPush = builder.objectRef<PushModel>("ConnectionPush").implement({
  description: "What is written through a connection into its system, and how that goes.",
  authScopes: { permission: "push:read" },
  fields: (t) => ({
    state: t.expose("state", { type: PushState }),
    mode: t.expose("mode", { type: PushMode }),
    creates: t.field({ type: PushCreates, resolve: ({ settings }) => settings.creates }),
    leaving: t.field({ type: PushLeaving, resolve: ({ settings }) => settings.leaving }),
    owns: t.field({
      type: [PushField],
      description: "Fields that are ours also on people whom we did not create.",
      resolve: ({ settings }) => [...settings.owns],
    }),
    drift: t.field({ type: PushDrift, resolve: ({ settings }) => settings.drift }),
    roles: t.field({
      type: [PushedRole],
      resolve: ({ settings, names }) =>
        settings.roles.map((one) => ({ ...one, name: names.get(one.group) ?? null })),
    }),
    problems: t.stringList({
      description: "Why it must not write as it is set: loops, and what somebody else owns.",
      resolve: ({ problems }) => [...problems],
    }),
    pending: t.exposeInt("pending", { description: "Accounts that wait to be looked at." }),
    held: t.exposeInt("held", { description: "Facts there that are ours." }),
    drifted: t.exposeInt("drifted", { description: "Facts of ours that somebody undid there." }),
    troubled: t.exposeInt("troubled", { description: "Accounts of which something could not be written." }),
    lastSuccessAt: t.expose("lastSuccessAt", { type: "DateTime", nullable: true }),
    failures: t.exposeInt("failures"),
    retryAt: t.expose("retryAt", { type: "DateTime", nullable: true }),
    reason: t.exposeString("reason", { nullable: true }),
    detail: t.exposeString("detail", { nullable: true }),
    troubles: t.field({
      type: [PushTrouble],
      args: { first: t.arg.int({ required: true, defaultValue: 50 }) },
      resolve: ({ organization, connectionId }, { first }, { caller, run }) =>
        run(
          inOrganization(caller, organization, "push:read", (tx) =>
            viewPushTroubles(tx, connectionId, first),
          ),
        ),
    }),
  }),
});

builder.objectField(Connection, "push", (t) =>
  t.field({
    type: ConnectionPush,
    nullable: true,
    description: "Null where nothing can be written.",
    authScopes: { permission: "push:read" },
    resolve: async ({ id, kind, siblings }, _args, { caller, once }) => {
      const { organization, pushes } = siblings;
      const views = await once(pushes, inOrganization(caller, organization, "push:read", viewPushes));
      const view = views.get(id);
      return kind === "scim" || view === undefined ? null : { ...view, organization };
    },
  }),
);

builder.objectField(Organization, "pushPlan", (t) =>
  t.field({
    type: PushPlan,
    description: "What would be written now through the connection. Asks nobody, writes nothing.",
    authScopes: { permission: "push:read" },
    args: {
      connection: t.arg.string({ required: true }),
      first: t.arg.int({ required: true, defaultValue: 100, description: "Accounts to look at." }),
      after: t.arg.id({ description: "The account to go on after." }),
    },
    resolve: (organization, { connection, first, after }, { caller, run }) =>
      run(planPush(caller, organization, connection, { first, after: after ?? null })),
  }),
);

builder.objectField(Organization, "writtenFacts", (t) =>
  t.field({
    type: [WrittenFact],
    description: "Facts outside that are or were ours, oldest first. `after`: the id to go on from.",
    authScopes: { permission: "push:read" },
    args: {
      connection: t.arg.string({ required: true }),
      states: t.arg({ type: [IntentState], required: true, defaultValue: ["held", "drifted"] }),
      first: t.arg.int({ required: true, defaultValue: 50 }),
      after: t.arg.id(),
    },
    resolve: (organization, { connection, ...page }, { caller, run }) =>
      run(inOrganization(caller, organization, "push:read", (tx) => viewWritten(tx, connection, page))),
  }),
);
