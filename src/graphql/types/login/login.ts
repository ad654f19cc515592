import type { LoginCheck as Check, LoginEntrance as Settings } from "../../../domain/index.ts";
import type { LoginRow } from "../../../store/index.ts";
import {
  changeLoginSettings,
  viewLoginSettings,
  visibleLogin,
  visibleLogins,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { LoginOutcome, Provisioning, SessionEnd } from "../enums.ts";
import { Organization } from "../organization.ts";
import { LoginTest } from "./test.ts";

const LoginCheck = builder.objectRef<Check>("LoginCheck").implement({
  description: "One thing that was looked at in a reply.",
  authScopes: { permission: "login:read" },
  fields: (t) => ({
    name: t.exposeString("name"),
    passed: t.exposeBoolean("passed"),
    detail: t.exposeString("detail", { nullable: true }),
  }),
});

const Login = builder.objectRef<LoginRow>("Login").implement({
  description: "A reply that came, and what was made of it.",
  authScopes: { permission: "login:read" },
  fields: (t) => ({
    id: t.exposeID("id", { description: "The reference that the person saw." }),
    at: t.expose("at", { type: "DateTime" }),
    connection: t.exposeString("connectionSlug"),
    application: t.exposeString("applicationSlug", {
      nullable: true,
      description: "Null where it was deleted since, and of a test.",
    }),
    account: t.exposeID("account", { nullable: true }),
    outcome: t.expose("outcome", { type: LoginOutcome }),
    active: t.exposeBoolean("active", {
      nullable: true,
      description:
        "Is it a session? Null where it never was one: refused, or not fetched by the application.",
    }),
    endedBecause: t.expose("endedBecause", {
      type: SessionEnd,
      nullable: true,
      description: "What the session ended by.",
    }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "Since when it is none any more, where that has a moment.",
    }),
    tested: t.expose("tested", {
      type: LoginTest,
      nullable: true,
      description: "Of a test, what it came to. Null also where the account was erased since.",
    }),
    checks: t.field({
      type: [LoginCheck],
      description: "In their order; of one that was refused, or would have been, the last one failed.",
      resolve: ({ checks }) => [...checks],
    }),
  }),
});

const LoginSettings = builder.objectRef<Settings>("LoginSettings").implement({
  description: "How logins through a connection are taken.",
  authScopes: { permission: "login:read" },
  fields: (t) => ({
    provisioning: t.expose("provisioning", { type: Provisioning }),
    lapseDays: t.exposeInt("lapseDays", {
      description: "Days that what a login said is believed, where nothing says it again.",
    }),
    domains: t.stringList({
      description: "Verified domains of the organization whose people are led here.",
      resolve: ({ domains }) => [...domains],
    }),
  }),
});

builder.objectFields(Organization, (t) => ({
  logins: t.field({
    type: [Login],
    description: "The newest first.",
    authScopes: { permission: "login:read" },
    args: {
      first: t.arg.int({ required: true, defaultValue: 20 }),
      before: t.arg.id({ description: "The id to go on from." }),
    },
    resolve: async (organization, { first, before }, { caller, run }) => [
      ...(await run(visibleLogins(caller, organization, first, before ?? null))),
    ],
  }),
  login: t.field({
    type: Login,
    nullable: true,
    description: "One login by the reference that the person saw.",
    authScopes: { permission: "login:read" },
    args: { id: t.arg.id({ required: true }) },
    resolve: (organization, { id }, { caller, run }) => run(visibleLogin(caller, organization, id)),
  }),
  loginSettings: t.field({
    type: LoginSettings,
    nullable: true,
    description: "How logins through one connection are taken; null where nobody signs in through it.",
    authScopes: { permission: "login:read" },
    args: { connection: t.arg.string({ required: true }) },
    resolve: (organization, { connection }, { caller, run }) =>
      run(viewLoginSettings(caller, organization, connection)),
  }),
}));

builder.mutationFields((t) => ({
  setLoginSettings: t.field({
    type: LoginSettings,
    description: "Takes effect with the next login; what is left out stays.",
    authScopes: { permission: "login:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      provisioning: t.arg({ type: Provisioning }),
      lapseDays: t.arg.int(),
      domains: t.arg.stringList({ description: "Instead of those before; none of them, where it is empty." }),
    },
    resolve: (_root, { organization, connection, provisioning, lapseDays, domains }, { caller, run }) =>
      run(
        changeLoginSettings(caller, organization, connection, {
          ...(provisioning === null || provisioning === undefined ? {} : { provisioning }),
          ...(lapseDays === null || lapseDays === undefined ? {} : { lapseDays }),
          ...(domains === null || domains === undefined ? {} : { domains }),
        }),
      ),
  }),
}));
