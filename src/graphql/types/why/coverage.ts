import { Effect } from "effect";
import { NotFound } from "../../../domain/index.ts";
import {
  accountsByRule,
  accountsWithRole,
  countByRule,
  knownRoles,
  type RoleCount as RoleCountModel,
  rolesByRule,
  type TenantTx,
  viewAccounts,
} from "../../../store/index.ts";
import { publishedMapping } from "../../../sync/index.ts";
import { countOf, idOf, inOrganization, type Target } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { AccountPage, type AccountPageModel, accountModels } from "../account.ts";
import { Organization } from "../organization.ts";

export const RoleCount = builder.objectRef<RoleCountModel>("RoleCount").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "Empty where the role is not limited." }),
    accounts: t.exposeInt("accounts", { description: "How many accounts have it by this." }),
  }),
});

interface CoverageModel {
  readonly rule: string;
  readonly accounts: number;
  readonly roles: ReadonlyArray<RoleCountModel>;
  readonly page: AccountPageModel;
}

const RuleCoverage = builder.objectRef<CoverageModel>("RuleCoverage").implement({
  description: "Whom a rule reaches, as of the last decision about each.",
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    rule: t.exposeString("rule"),
    accounts: t.exposeInt("accounts", { description: "How many have a role by it." }),
    roles: t.expose("roles", { type: [RoleCount] }),
    page: t.expose("page", { type: AccountPage }),
  }),
});

interface Wanted {
  readonly first: number;
  readonly after?: string | null | undefined;
}

type Find = (page: {
  readonly limit: number;
  readonly after: string | undefined;
}) => ReturnType<typeof accountsByRule>;

const pageOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  organization: Target,
  { first, after }: Wanted,
  find: Find,
) {
  const limit = yield* countOf("first", first);
  const ids = yield* find({ limit: limit + 1, after: after ? yield* idOf("after", after) : undefined });
  const items = accountModels(organization, yield* viewAccounts(tx, ids.slice(0, limit)));
  return {
    items,
    next: ids.length > limit ? (items.at(-1)?.id ?? null) : null,
  } satisfies AccountPageModel as AccountPageModel;
});

const coverageOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  organization: Target,
  rule: string,
  wanted: Wanted,
) {
  const accounts = yield* countByRule(tx, rule);
  const { mapping } = yield* publishedMapping(tx);
  if (accounts === 0 && !mapping.rules.some(({ id }) => id === rule))
    return yield* new NotFound({ kind: "rule", id: rule.slice(0, 200) });
  const page = yield* pageOf(tx, organization, wanted, (at) => accountsByRule(tx, rule, at));
  return {
    rule,
    accounts,
    roles: yield* rolesByRule(tx, rule),
    page,
  } satisfies CoverageModel as CoverageModel;
});

const holdersOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  organization: Target,
  { role, scope, ...wanted }: Wanted & { readonly role: string; readonly scope?: string | null | undefined },
) {
  const [known] = yield* knownRoles(tx, [role]);
  if (known === undefined) return yield* new NotFound({ kind: "role", id: role.slice(0, 200) });
  return yield* pageOf(tx, organization, wanted, (at) =>
    accountsWithRole(tx, { role, scope: scope ?? undefined }, at),
  );
});

builder.objectFields(Organization, (t) => ({
  ruleCoverage: t.field({
    type: RuleCoverage,
    description: "Whom a rule reaches now: counts, and the accounts page by page.",
    authScopes: { permission: "account:read" },
    args: {
      rule: t.arg.string({ required: true }),
      first: t.arg.int({ required: true, defaultValue: 50 }),
      after: t.arg.id(),
    },
    resolve: (organization, { rule, ...wanted }, { caller, run }) =>
      run(
        inOrganization(caller, organization, "account:read", (tx) =>
          coverageOf(tx, organization, rule, wanted),
        ),
      ),
  }),
  roleHolders: t.field({
    type: AccountPage,
    description: "Who has the role now. Without a scope: in whichever; an empty one: without any.",
    authScopes: { permission: "account:read" },
    args: {
      role: t.arg.string({ required: true }),
      scope: t.arg.string(),
      first: t.arg.int({ required: true, defaultValue: 50 }),
      after: t.arg.id(),
    },
    resolve: (organization, wanted, { caller, run }) =>
      run(inOrganization(caller, organization, "account:read", (tx) => holdersOf(tx, organization, wanted))),
  }),
}));
