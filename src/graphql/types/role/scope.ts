import { Effect } from "effect";
import { listScopes, type ScopeRow, type TenantTx } from "../../../store/index.ts";
import { addScope, countOf, inOrganization, removeScope } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

const Scope = builder.objectRef<ScopeRow>("Scope").implement({
  description: "What a role can be limited to.",
  authScopes: { permission: "role:read" },
  fields: (t) => ({
    key: t.exposeString("key"),
    description: t.exposeString("description"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    byOperator: t.exposeBoolean("byOperator", {
      description: "Did an operator make it? Else a rule did, from a group's name.",
    }),
  }),
});

interface Page {
  readonly items: ReadonlyArray<ScopeRow>;
  readonly next: string | null;
}

const ScopePage = builder.objectRef<Page>("ScopePage").implement({
  authScopes: { permission: "role:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [Scope] }),
    next: t.exposeString("next", {
      nullable: true,
      description: "What to give as `after` for the next page.",
    }),
  }),
});

const viewPage = Effect.fnUntraced(function* (tx: TenantTx, first: number, after: string | null | undefined) {
  const limit = yield* countOf("first", first);
  const rows = yield* listScopes(tx, limit + 1, after ?? "");
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.key ?? null) : null } satisfies Page as Page;
});

builder.objectField(Organization, "scopes", (t) =>
  t.field({
    type: ScopePage,
    description: "In the order of their keys, 1 to 500 at once.",
    authScopes: { permission: "role:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }), after: t.arg.string() },
    resolve: (organization, { first, after }, { caller, run }) =>
      run(inOrganization(caller, organization, "role:read", (tx) => viewPage(tx, first, after))),
  }),
);

builder.mutationFields((t) => ({
  addScope: t.field({
    type: Scope,
    authScopes: { permission: "role:write" },
    args: {
      organization: t.arg.string({ required: true }),
      key: t.arg.string({ required: true }),
      description: t.arg.string({ required: true, defaultValue: "" }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, key, description, apply }, { caller, run }) =>
      run(addScope(caller, organization, { key, description }, apply)),
  }),
  removeScope: t.field({
    type: Scope,
    description: "Gives what it was. Refused while a grant, an invitation or an exclusion names it.",
    authScopes: { permission: "role:write" },
    args: {
      organization: t.arg.string({ required: true }),
      key: t.arg.string({ required: true }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, key, apply }, { caller, run }) =>
      run(removeScope(caller, organization, key, apply)),
  }),
}));
