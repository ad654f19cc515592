import { Effect } from "effect";
import { isUuid, mayDo } from "../../domain/index.ts";
import {
  type AccountView,
  countPending,
  listAccounts,
  type TenantTx,
  viewAccounts,
} from "../../store/index.ts";
import {
  type Caller,
  countOf,
  idOf,
  inOrganization,
  type Target,
  visibleEnvironmentTokens,
  visibleOperators,
} from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { AssignedRole, Excluded, explainRoles } from "./assigned-role.ts";
import { Organization } from "./organization.ts";

/** Accounts that were read together: their roles, with every reason, come in a few queries for all of them. */
interface Siblings {
  readonly organization: Target;
  readonly ids: ReadonlyArray<AccountView["id"]>;
  /** What their permissions are kept under, beside their roles. */
  readonly held: object;
}

export interface AccountModel extends AccountView {
  readonly siblings: Siblings;
}

export const accountModels = (
  organization: Target,
  views: ReadonlyArray<AccountView>,
): ReadonlyArray<AccountModel> => {
  const siblings: Siblings = { organization, ids: views.map(({ id }) => id), held: {} };
  return views.map((view) => ({ ...view, siblings }));
};

/** Operators and the tokens of environments, as far as the caller may see them. */
const actorNames = Effect.fnUntraced(function* (caller: Caller) {
  const { role } = caller;
  const isForTokens = mayDo(role, "token:read");
  const operators = mayDo(role, "operator:read") ? yield* visibleOperators(caller) : [];
  const tokens = isForTokens ? yield* visibleEnvironmentTokens(caller) : [];
  const others = [
    ...operators.map(({ id, name }) => [id, name] as const),
    ...tokens.map(({ id, label }) => [id, label] as const),
  ];
  return { others: new Map<string, string>(others), isForTokens };
});

const allRoles = Effect.fnUntraced(function* (caller: Caller, { organization, ids }: Siblings) {
  return yield* explainRoles(caller, organization, ids, yield* actorNames(caller));
});

const Person = builder.objectRef<AccountView["people"][number]>("Person").implement({
  description: "A directory user of the account: what one connection says about the person.",
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    connection: t.exposeString("connectionSlug"),
    via: t.exposeString("via", { description: "What joined it to the account." }),
    active: t.exposeBoolean("active"),
    userName: t.exposeString("userName"),
    displayName: t.exposeString("displayName", { nullable: true }),
    email: t.exposeString("email", { nullable: true }),
  }),
});

export const Account = builder.objectRef<AccountModel>("Account").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    active: t.exposeBoolean("active"),
    activeBecause: t.exposeString("activeBecause"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    people: t.expose("people", { type: [Person] }),
    roles: t.field({
      type: [AssignedRole],
      authScopes: { permission: "account:read" },
      resolve: async ({ id, siblings }, _args, { caller, once }) =>
        (await once(siblings, allRoles(caller, siblings))).get(id)?.roles ?? [],
    }),
    exclusions: t.field({
      type: [Excluded],
      description: "Roles that operators keep from it.",
      authScopes: { permission: "account:read" },
      resolve: async ({ id, siblings }, _args, { caller, once }) =>
        (await once(siblings, allRoles(caller, siblings))).get(id)?.exclusions ?? [],
    }),
  }),
});

export interface AccountPageModel {
  readonly items: ReadonlyArray<AccountModel>;
  readonly next: string | null;
}

export const AccountPage = builder.objectRef<AccountPageModel>("AccountPage").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [Account] }),
    next: t.exposeID("next", { nullable: true, description: "What to give as `after` for the next page." }),
  }),
});

const viewPage = Effect.fnUntraced(function* (
  tx: TenantTx,
  organization: Target,
  first: number,
  after: string | null | undefined,
) {
  const limit = yield* countOf("first", first);
  const from = after ? yield* idOf("after", after) : undefined;
  const rows = yield* listAccounts(tx, limit + 1, from);
  const items = accountModels(organization, rows.slice(0, limit));
  return {
    items,
    next: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
  } satisfies AccountPageModel as AccountPageModel;
});

builder.objectFields(Organization, (t) => ({
  accounts: t.field({
    type: AccountPage,
    description: "In the order they came to be, 1 to 500 at once.",
    authScopes: { permission: "account:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }), after: t.arg.id() },
    resolve: (organization, { first, after }, { caller, run }) =>
      run(
        inOrganization(caller, organization, "account:read", (tx) =>
          viewPage(tx, organization, first, after),
        ),
      ),
  }),
  account: t.field({
    type: Account,
    nullable: true,
    authScopes: { permission: "account:read" },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (organization, { id }, { caller, run }) => {
      const ids = isUuid(id) ? [id] : [];
      const found = inOrganization(caller, organization, "account:read", (tx) => viewAccounts(tx, ids));
      return accountModels(organization, await run(found))[0];
    },
  }),
  pendingAccounts: t.int({
    description: "How many accounts a job still has to look at.",
    authScopes: { permission: "account:read" },
    resolve: (organization, _args, { caller, run }) =>
      run(inOrganization(caller, organization, "account:read", countPending)),
  }),
}));
