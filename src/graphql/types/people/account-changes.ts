/** Whole accounts, as operators change them: suspended, joined, parted, erased. */
import { viewAccounts } from "../../../store/index.ts";
import {
  type Caller,
  eraseAccount,
  inOrganization,
  type MergePlan,
  mergeTwo,
  type Outlook,
  resumeAccount,
  type SplitPlan,
  splitAccount,
  suspendAccount,
  type Target,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import type { RequestContext } from "../../context.ts";
import { Account, type AccountModel, accountModels } from "../account.ts";

interface ChangedModel {
  readonly account: AccountModel | null;
  readonly changed: boolean;
}

const AccountChanged = builder.objectRef<ChangedModel>("AccountChanged").implement({
  authScopes: { permission: "account:write" },
  fields: (t) => ({
    account: t.expose("account", { type: Account, nullable: true }),
    changed: t.exposeBoolean("changed", { description: "False where it was so already." }),
  }),
});

const viewOne = async (caller: Caller, organization: Target, id: string, run: RequestContext["run"]) => {
  const views = inOrganization(caller, organization, "account:write", (tx) => viewAccounts(tx, [id]));
  return accountModels(organization, await run(views))[0] ?? null;
};

const switching = (name: "suspendAccount" | "resumeAccount", description: string) =>
  builder.mutationField(name, (t) =>
    t.field({
      type: AccountChanged,
      description,
      authScopes: { permission: "account:write" },
      args: {
        organization: t.arg.string({ required: true }),
        account: t.arg.string({ required: true, description: "Id, email or userName." }),
        reason: t.arg.string({ required: true }),
      },
      resolve: async (_root, { organization, account, reason }, { caller, run }) => {
        const command = name === "suspendAccount" ? suspendAccount : resumeAccount;
        const done = await run(command(caller, organization, account, reason));
        return { account: await viewOne(caller, organization, done.account, run), changed: done.changed };
      },
    }),
  );

switching("suspendAccount", "Inactive at once and without a role, whatever sources say. Grants wait.");
switching("resumeAccount", "Sources, rules and grants count again, as they are now.");

const OutlookType = builder.objectRef<Outlook>("Outlook").implement({
  description: "What becomes of whoever has one of the accounts.",
  authScopes: { permission: "account:write" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    active: t.exposeBoolean("active"),
    gains: t.stringList({ resolve: ({ gains }) => [...gains] }),
    loses: t.stringList({ resolve: ({ loses }) => [...loses] }),
  }),
});

const MergePlanType = builder.objectRef<MergePlan>("MergePlan").implement({
  authScopes: { permission: "account:write" },
  fields: (t) => ({
    keptId: t.exposeID("kept", { description: "The older account: its id stays." }),
    otherId: t.exposeID("other", { description: "What becomes another name of it." }),
    outlooks: t.expose("outlooks", { type: [OutlookType] }),
    done: t.exposeBoolean("done"),
  }),
});

const SplitPlanType = builder.objectRef<SplitPlan>("SplitPlan").implement({
  authScopes: { permission: "account:write" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    newAccountId: t.id({
      nullable: true,
      description: "The account that the directory user has now. Null where it was only shown.",
      resolve: ({ own, done }) => (done ? own : null),
    }),
    outlooks: t.expose("outlooks", {
      type: [OutlookType],
      description: "Of the account that stays; then of the new one, against what the account has now.",
    }),
    done: t.exposeBoolean("done"),
  }),
});

interface Erased {
  readonly account: string;
  readonly values: number;
}

const ErasedType = builder.objectRef<Erased>("Erased").implement({
  authScopes: { permission: "account:write" },
  fields: (t) => ({
    accountId: t.exposeID("account"),
    values: t.exposeInt("values", { description: "How many personal values of events were removed." }),
  }),
});

builder.mutationFields((t) => ({
  mergeAccounts: t.field({
    type: MergePlanType,
    description: "Joins two accounts of one person. Without `apply` it says what would come of it.",
    authScopes: { permission: "account:write" },
    args: {
      organization: t.arg.string({ required: true }),
      account: t.arg.string({ required: true, description: "Id, email or userName." }),
      other: t.arg.string({ required: true, description: "Id, email or userName." }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, account, other, apply }, { caller, run }) =>
      run(mergeTwo(caller, organization, account, other, apply)),
  }),
  splitAccount: t.field({
    type: SplitPlanType,
    description:
      "Gives one directory user of an account an account of its own. Without `apply` it says what would come of it.",
    authScopes: { permission: "account:write" },
    args: {
      organization: t.arg.string({ required: true }),
      account: t.arg.string({ required: true, description: "Id, email or userName." }),
      user: t.arg.id({ required: true, description: "The directory user's id: of `people`." }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, account, user, apply }, { caller, run }) =>
      run(splitAccount(caller, organization, account, user, apply)),
  }),
  eraseAccount: t.field({
    type: ErasedType,
    description: "Removes every personal value of a person whom no source asserts any more.",
    authScopes: { permission: "account:write" },
    args: {
      organization: t.arg.string({ required: true }),
      account: t.arg.string({ required: true, description: "Id, or an email the person had." }),
      reason: t.arg.string({ required: true, description: "Is kept: do not name the person in it." }),
    },
    resolve: (_root, { organization, account, reason }, { caller, run }) =>
      run(eraseAccount(caller, organization, account, reason)),
  }),
}));
