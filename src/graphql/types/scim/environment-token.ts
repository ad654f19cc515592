import type { EnvironmentTokenRow } from "../../../store/index.ts";
import {
  endEnvironmentToken,
  issueEnvironmentToken,
  visibleEnvironmentTokens,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { NewToken } from "../connection/index.ts";

const EnvironmentToken = builder.objectRef<EnvironmentTokenRow>("EnvironmentToken").implement({
  description:
    "A SCIM token of an environment, without its secret. In each organization it writes to the connection marked there.",
  authScopes: { permission: "token:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    label: t.exposeString("label"),
    project: t.exposeString("project"),
    environment: t.exposeString("environment"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", nullable: true }),
    revokedAt: t.expose("revokedAt", { type: "DateTime", nullable: true }),
    lastUsedAt: t.expose("lastUsedAt", { type: "DateTime", nullable: true }),
  }),
});

builder.queryField("environmentTokens", (t) =>
  t.field({
    type: [EnvironmentToken],
    description: "Of every environment. Empty for whoever is bound to one organization.",
    authScopes: { permission: "token:read" },
    resolve: (_root, _args, { caller, run }) =>
      run(visibleEnvironmentTokens(caller)).then((rows) => [...rows]),
  }),
);

builder.mutationFields((t) => ({
  createEnvironmentToken: t.field({
    type: NewToken,
    description: "An environment has at most two live tokens: the second is for rotation.",
    authScopes: { permission: "token:write" },
    args: {
      project: t.arg.string({ required: true }),
      environment: t.arg.string({ required: true }),
      label: t.arg.string({ required: true }),
      expiresAt: t.arg({ type: "DateTime" }),
    },
    resolve: (_root, { expiresAt, ...wanted }, { caller, run }) =>
      run(issueEnvironmentToken(caller, { ...wanted, expiresAt: expiresAt ?? null })),
  }),
  revokeEnvironmentToken: t.field({
    type: EnvironmentToken,
    authScopes: { permission: "token:write" },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { caller, run }) => run(endEnvironmentToken(caller, id)),
  }),
}));
