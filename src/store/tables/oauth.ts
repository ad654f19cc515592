/** OAuth clients of SCIM connections: what they sign in with, and what they were given for it. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { JsonObject } from "../../domain/index.ts";

export const OauthClient = defineEntity({
  name: "OauthClient",
  tableName: "oauth_client",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    label: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    revokedAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    issuer: p.string().nullable(),
    subject: p.string().nullable(),
    audience: p.string().nullable(),
    jwksUrl: p.string().nullable(),
    jwks: p.json<JsonObject>().nullable(),
  },
});

export const OauthSecret = defineEntity({
  name: "OauthSecret",
  tableName: "oauth_secret",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    clientId: p.uuid(),
    hash: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  },
});

export const OauthAccessToken = defineEntity({
  name: "OauthAccessToken",
  tableName: "oauth_access_token",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    clientId: p.uuid(),
    secretId: p.uuid().nullable(),
    hash: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    expiresAt: p.datetime(),
  },
});

export const OauthUsedAssertion = defineEntity({
  name: "OauthUsedAssertion",
  tableName: "oauth_used_assertion",
  properties: {
    organizationId: p.uuid().primary(),
    clientId: p.uuid().primary(),
    jtiHash: p.string().primary(),
    expiresAt: p.datetime(),
  },
});
