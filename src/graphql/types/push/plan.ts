import { takesAway } from "../../../sync/index.ts";
import type { PlannedPush } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { GroupKind } from "../enums.ts";

type Planned = PlannedPush["changes"][number];
type PlannedChangeOf = Planned["change"];

const words = {
  Create: "create",
  Update: "update",
  Remove: "remove",
  Join: "join",
  Leave: "leave",
} as const satisfies Record<PlannedChangeOf["_tag"], string>;

const PlannedWrite = builder.objectRef<Planned>("PlannedWrite").implement({
  description: "One thing that would be written for an account.",
  authScopes: { permission: "push:read" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    person: t.exposeString("person", {
      nullable: true,
      authScopes: { permission: "account:read" },
      description: "Email or userName, where there is one.",
    }),
    does: t.string({
      description: "create, update, remove, join or leave.",
      resolve: ({ change }) => words[change._tag],
    }),
    takes: t.boolean({
      description: "Does the person lose something there by it?",
      resolve: ({ change }) => takesAway(change),
    }),
    userId: t.string({
      nullable: true,
      description: "The person's id there; null while they are to be created.",
      resolve: ({ change }) => ("user" in change ? change.user : null),
    }),
    groupId: t.string({
      nullable: true,
      description: "The group's or role's id there.",
      resolve: ({ change }) => ("group" in change ? change.group.id : null),
    }),
    groupKind: t.field({
      type: GroupKind,
      nullable: true,
      resolve: ({ change }) => ("group" in change ? change.group.kind : null),
    }),
    values: t.field({
      type: "JSON",
      nullable: true,
      authScopes: { permission: "account:read" },
      description: "The fields that would be written.",
      resolve: ({ change }) => ("person" in change ? { ...change.person } : null),
    }),
  }),
});

const PlannedTrouble = builder.objectRef<PlannedPush["troubles"][number]>("PlannedTrouble").implement({
  description: "What keeps an account from being written.",
  authScopes: { permission: "push:read" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    person: t.exposeString("person", { nullable: true, authScopes: { permission: "account:read" } }),
    kind: t.exposeString("kind", { description: "drift, or why it was not written." }),
    detail: t.exposeString("detail"),
  }),
});

export const PushPlan = builder.objectRef<PlannedPush>("PushPlan").implement({
  description: "What would be written now, as far as our copy of the directory tells.",
  authScopes: { permission: "push:read" },
  fields: (t) => ({
    changes: t.expose("changes", { type: [PlannedWrite] }),
    troubles: t.expose("troubles", { type: [PlannedTrouble] }),
    looked: t.exposeInt("looked", { description: "Accounts that were looked at." }),
    next: t.exposeID("next", {
      nullable: true,
      description: "The account to go on after; null: that was all.",
    }),
  }),
});
