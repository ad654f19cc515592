/** Applications that people sign in to, and their logins. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { LoginCheck, LoginOutcome, LoginTest, Provisioning } from "../../domain/index.ts";

export const Application = defineEntity({
  name: "Application",
  tableName: "application",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    slug: p.string(),
    name: p.string(),
    returnAddresses: p.json<ReadonlyArray<string>>(),
    createdAt: p.datetime().defaultRaw("now()"),
  },
});

export const ApplicationSecret = defineEntity({
  name: "ApplicationSecret",
  tableName: "application_secret",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    applicationId: p.uuid(),
    hash: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  },
});

export const LoginSettings = defineEntity({
  name: "LoginSettings",
  tableName: "login_settings",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    provisioning: p.string().$type<Provisioning>(),
    lapseDays: p.integer(),
  },
});

export const LoginDomain = defineEntity({
  name: "LoginDomain",
  tableName: "login_domain",
  properties: {
    organizationId: p.uuid().primary(),
    name: p.string().primary(),
    connectionId: p.uuid(),
  },
});

export const Login = defineEntity({
  name: "Login",
  tableName: "login",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    applicationId: p.uuid().nullable(),
    accountId: p.uuid().nullable(),
    userId: p.uuid().nullable(),
    outcome: p.string().$type<LoginOutcome>(),
    checks: p.json<ReadonlyArray<LoginCheck>>(),
    /** Of a test, what it told of. */
    tested: p.json<LoginTest>().nullable(),
    at: p.datetime().defaultRaw("now()"),
    /** The provider's own name for the session. */
    providerSession: p.string().nullable(),
    /** When it ends by itself; null: refused. */
    until: p.datetime().nullable(),
    exchangedAt: p.datetime().nullable(),
    /** When the provider said that it is over. */
    endedAt: p.datetime().nullable(),
  },
});

export const LoginOnce = defineEntity({
  name: "LoginOnce",
  tableName: "login_once",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid().primary(),
    hash: p.string().primary(),
    expiresAt: p.datetime(),
  },
});

export const LoginCode = defineEntity({
  name: "LoginCode",
  tableName: "login_code",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    hash: p.string(),
    loginId: p.uuid(),
    applicationId: p.uuid(),
    accountId: p.uuid(),
    expiresAt: p.datetime(),
  },
});

export const LoginFacts = defineEntity({
  name: "LoginFacts",
  tableName: "login_facts",
  properties: {
    organizationId: p.uuid().primary(),
    connectionId: p.uuid(),
    userId: p.uuid().primary(),
    until: p.datetime(),
    saidAt: p.datetime(),
    missing: p.string().nullable(),
  },
});
