import { Redacted } from "effect";
import type { ScimClientRow } from "../../../store/index.ts";
import {
  issueScimClient,
  type NewClient,
  revokeScimClient,
  rotateScimClientSecret,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";

const NewScimClient = builder.objectRef<NewClient>("NewScimClient").implement({
  description: "Shown once: only a hash of the secret is kept.",
  authScopes: { permission: "token:write" },
  fields: (t) => ({
    id: t.exposeID("id"),
    clientId: t.exposeString("clientId", {
      description: "What the client calls itself at the token endpoint.",
    }),
    clientSecret: t.string({
      nullable: true,
      description: "Null where the client signs in with assertions.",
      resolve: ({ secret }) => (secret === null ? null : Redacted.value(secret)),
    }),
  }),
});

const ScimClientSecret = builder.objectRef<ScimClientRow["secrets"][number]>("ScimClientSecret").implement({
  authScopes: { permission: "token:read" },
  fields: (t) => ({
    createdAt: t.field({ type: "DateTime", resolve: ({ createdAt }) => new Date(createdAt) }),
    expiresAt: t.field({
      type: "DateTime",
      nullable: true,
      resolve: ({ expiresAt }) => (expiresAt === null ? null : new Date(expiresAt)),
    }),
  }),
});

const AssertionRules = builder.objectRef<ScimClientRow>("AssertionRules").implement({
  description: "What a client's assertions must hold.",
  authScopes: { permission: "token:read" },
  fields: (t) => ({
    issuer: t.exposeString("issuer", { nullable: true, description: "Null: the client's id." }),
    subject: t.exposeString("subject", { nullable: true, description: "Null: the client's id." }),
    audience: t.exposeString("audience", {
      nullable: true,
      description: "Null: the token endpoint or the issuer of this server.",
    }),
    jwksUrl: t.exposeString("jwksUrl", { nullable: true }),
    jwks: t.expose("jwks", { type: "JSON", nullable: true }),
  }),
});

const AssertionInput = builder.inputType("AssertionInput", {
  description:
    "What a client's assertions must hold (RFC 7523): keys, and who issues them if not the client.",
  fields: (t) => ({
    issuer: t.string({ description: "With subject; without both the client signs for itself." }),
    subject: t.string(),
    audience: t.string({ description: "Of tokens that a token service issues, such as Entra's." }),
    jwksUrl: t.string({ description: "Where the public keys are. This or jwks." }),
    jwks: t.field({ type: "JSON", description: "The public keys." }),
  }),
});

export const ScimClient = builder.objectRef<ScimClientRow>("ScimClient").implement({
  description: "An OAuth client of a SCIM connection, without its secrets: those were shown once.",
  authScopes: { permission: "token:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    label: t.exposeString("label"),
    connection: t.exposeString("connectionSlug"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    revokedAt: t.expose("revokedAt", { type: "DateTime", nullable: true }),
    lastUsedAt: t.expose("lastUsedAt", { type: "DateTime", nullable: true }),
    assertion: t.field({
      type: AssertionRules,
      nullable: true,
      description: "Null where it signs in with secrets.",
      resolve: (client) => (client.jwks === null && client.jwksUrl === null ? null : client),
    }),
    secrets: t.field({
      type: [ScimClientSecret],
      description: "The live ones, oldest first.",
      resolve: ({ secrets }) => [...secrets],
    }),
  }),
});

builder.mutationFields((t) => ({
  createScimClient: t.field({
    type: NewScimClient,
    description: "An OAuth client for a SCIM connection, which has at most two live ones.",
    authScopes: { permission: "token:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      label: t.arg.string({ required: true }),
      expiresAt: t.arg({ type: "DateTime" }),
      assertion: t.arg({ type: AssertionInput, description: "Instead of a secret." }),
    },
    resolve: (_root, { organization, connection, label, expiresAt, assertion }, { caller, run }) =>
      run(
        issueScimClient(caller, organization, {
          connection,
          label,
          expiresAt: expiresAt ?? null,
          assertion: assertion ?? null,
        }),
      ),
  }),
  rotateScimClientSecret: t.field({
    type: NewScimClient,
    description:
      "A new secret. The one before works for graceHours more, 0 ends it and its access tokens at once; older ones end.",
    authScopes: { permission: "token:write" },
    args: {
      organization: t.arg.string({ required: true }),
      id: t.arg.id({ required: true }),
      expiresAt: t.arg({ type: "DateTime" }),
      graceHours: t.arg.int({ required: true, defaultValue: 24 }),
    },
    resolve: (_root, { organization, id, expiresAt, graceHours }, { caller, run }) =>
      run(rotateScimClientSecret(caller, organization, id, { expiresAt: expiresAt ?? null, graceHours })),
  }),
  revokeScimClient: t.field({
    type: ScimClient,
    description: "Ends a client and its access tokens at once.",
    authScopes: { permission: "token:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) =>
      run(revokeScimClient(caller, organization, id)),
  }),
}));
