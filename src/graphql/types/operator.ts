import type { OperatorRow } from "../../store/index.ts";
import { createOperator, disableOperator, ownOperator, visibleOperators } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { NewToken } from "./connection/index.ts";
import { OperatorRole } from "./enums.ts";

const Operator = builder.objectRef<OperatorRow>("Operator").implement({
  description: "A person or program that manages Rolebridge.",
  // Everybody sees themselves; the others, only through fields that need operator:read or operator:write.
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    role: t.expose("role", { type: OperatorRole }),
    organization: t.exposeString("organizationSlug", {
      nullable: true,
      description: "The slug of the only one they reach; null: every organization.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    disabledAt: t.expose("disabledAt", { type: "DateTime", nullable: true }),
  }),
});

builder.queryFields((t) => ({
  me: t.field({
    type: Operator,
    authScopes: { operator: true },
    resolve: (_root, _args, { caller, run }) => run(ownOperator(caller)),
  }),
  operators: t.field({
    type: [Operator],
    description: "The operators you may see: those of your organization, where you are bound to one.",
    authScopes: { permission: "operator:read" },
    resolve: (_root, _args, { caller, run }) => run(visibleOperators(caller)),
  }),
}));

builder.mutationFields((t) => ({
  createOperator: t.field({
    type: NewToken,
    description: "Nobody makes an operator with more permissions or more organizations than their own.",
    authScopes: { permission: "operator:write" },
    args: {
      name: t.arg.string({ required: true }),
      role: t.arg({ type: OperatorRole, required: true }),
      organization: t.arg.string(),
      label: t.arg.string({ required: true, defaultValue: "first token" }),
      expiresAt: t.arg({ type: "DateTime" }),
    },
    resolve: (_root, { name, role, organization, label, expiresAt }, { caller, run }) =>
      run(
        createOperator(caller, {
          name,
          role,
          organization: organization ?? null,
          label,
          expiresAt: expiresAt ?? null,
        }),
      ),
  }),
  disableOperator: t.field({
    type: Operator,
    description: "Ends the operator and every token they have, at once. Not yourself.",
    authScopes: { permission: "operator:write" },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { caller, run }) => run(disableOperator(caller, id)),
  }),
}));
