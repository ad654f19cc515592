import { Redacted } from "effect";
import type { ScimTokenRow } from "../../../store/index.ts";
import { issueScimToken, issueTestToken, revokeScimToken } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";

/** What is shown once. Whoever may make a token may see it then. */
interface Made {
  readonly id: string;
  readonly token: Redacted.Redacted<string>;
}

export const NewToken = builder.objectRef<Made>("NewToken").implement({
  description: "Shown once: only a hash of it is kept.",
  authScopes: { oneOf: ["token:write", "operator:write"] },
  fields: (t) => ({
    id: t.exposeID("id", { description: "The token's id; of a new operator's token, the operator's id." }),
    token: t.string({ resolve: ({ token }) => Redacted.value(token) }),
  }),
});

export const ScimToken = builder.objectRef<ScimTokenRow>("ScimToken").implement({
  description: "A SCIM token, without its secret: that was shown once.",
  authScopes: { permission: "token:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    label: t.exposeString("label"),
    connection: t.exposeString("connectionSlug"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", nullable: true }),
    revokedAt: t.expose("revokedAt", { type: "DateTime", nullable: true }),
    lastUsedAt: t.expose("lastUsedAt", { type: "DateTime", nullable: true }),
  }),
});

builder.mutationFields((t) => ({
  createScimToken: t.field({
    type: NewToken,
    description: "A connection has at most two live tokens: the second is for rotation.",
    authScopes: { permission: "token:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      label: t.arg.string({ required: true }),
      expiresAt: t.arg({ type: "DateTime" }),
    },
    resolve: (_root, { organization, connection, label, expiresAt }, { caller, run }) =>
      run(issueScimToken(caller, organization, { connection, label, expiresAt: expiresAt ?? null })),
  }),
  createTestToken: t.field({
    type: NewToken,
    description:
      "For one test of a SCIM connection: ends after ten minutes, and is none of its two live tokens. Revoke it at the end.",
    authScopes: { permission: "token:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
    },
    resolve: (_root, { organization, connection }, { caller, run }) =>
      run(issueTestToken(caller, organization, connection)),
  }),
  revokeScimToken: t.field({
    type: ScimToken,
    authScopes: { permission: "token:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) => run(revokeScimToken(caller, organization, id)),
  }),
}));
