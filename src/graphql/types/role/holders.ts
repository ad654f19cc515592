/** Who can what: accounts by permission, and permissions by account. */
import { Effect } from "effect";
import {
  type HeldPermission,
  type Holder,
  listHolders,
  listPermissions,
  type TenantTx,
  viewAccounts,
} from "../../../store/index.ts";
import { type Caller, countOf, idOf, inOrganization, type Target } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Account, type AccountModel, accountModels } from "../account.ts";
import { Organization } from "../organization.ts";

const HeldRole = builder.objectRef<Holder["roles"][number]>("HeldRole").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "What the role is limited to; empty where it is not." }),
  }),
});

interface HolderModel {
  readonly account: AccountModel;
  readonly roles: Holder["roles"];
}

const HolderType = builder.objectRef<HolderModel>("Holder").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    account: t.expose("account", { type: Account }),
    roles: t.expose("roles", { type: [HeldRole], description: "Those that give the permission." }),
  }),
});

interface Page {
  readonly items: ReadonlyArray<HolderModel>;
  readonly next: string | null;
}

const HolderPage = builder.objectRef<Page>("HolderPage").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [HolderType] }),
    next: t.exposeID("next", { nullable: true, description: "What to give as `after` for the next page." }),
  }),
});

interface Wanted {
  readonly permission: string;
  readonly scope?: string | null | undefined;
  readonly first: number;
  readonly after?: string | null | undefined;
}

const viewPage = Effect.fnUntraced(function* (
  tx: TenantTx,
  organization: Target,
  { permission, scope, first, after }: Wanted,
) {
  const limit = yield* countOf("first", first);
  const rows = yield* listHolders(tx, {
    permission,
    limit: limit + 1,
    ...(scope ? { scope } : {}),
    ...(after ? { after: yield* idOf("after", after) } : {}),
  });
  const shown = rows.slice(0, limit);
  const ids = shown.map(({ account }) => account);
  const rolesOf = new Map(shown.map(({ account, roles }) => [account, roles]));
  const items = accountModels(organization, yield* viewAccounts(tx, ids)).map((account) => ({
    account,
    roles: rolesOf.get(account.id) ?? [],
  }));
  return { items, next: rows.length > limit ? (ids.at(-1) ?? null) : null } satisfies Page as Page;
});

builder.objectField(Organization, "whoCan", (t) =>
  t.field({
    type: HolderPage,
    description:
      "Accounts whose roles give a permission. `scope`: only where it counts in this one, by a role limited to it or to none.",
    authScopes: { permission: "account:read" },
    args: {
      permission: t.arg.string({ required: true }),
      scope: t.arg.string(),
      first: t.arg.int({ required: true, defaultValue: 50 }),
      after: t.arg.id(),
    },
    resolve: (organization, args, { caller, run }) =>
      run(inOrganization(caller, organization, "account:read", (tx) => viewPage(tx, organization, args))),
  }),
);

const Permission = builder.objectRef<HeldPermission>("HeldPermission").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    permission: t.exposeString("permission"),
    roles: t.expose("roles", { type: [HeldRole], description: "Those that give it." }),
  }),
});

const permissionsOf = (caller: Caller, { organization, ids }: AccountModel["siblings"]) =>
  inOrganization(caller, organization, "account:read", (tx) =>
    Effect.map(listPermissions(tx, ids), (rows) => Map.groupBy(rows, ({ account }) => account)),
  );

builder.objectField(Account, "permissions", (t) =>
  t.field({
    type: [Permission],
    description: "What its roles let it do, each with the roles that give it.",
    authScopes: { permission: "account:read" },
    resolve: async ({ id, siblings }, _args, { caller, once }) =>
      (await once(siblings.held, permissionsOf(caller, siblings))).get(id) ?? [],
  }),
);
