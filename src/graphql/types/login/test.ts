import type { LoginRole, LoginTest as Test } from "../../../domain/index.ts";
import { askForTrial } from "../../../login/index.ts";
import { builder } from "../../builder.ts";
import { LoginPerson } from "../enums.ts";

interface Address {
  readonly url: string;
  readonly until: Date;
}

const LoginTestRole = builder.objectRef<LoginRole>("LoginTestRole").implement({
  description: "A role before or after a test login.",
  authScopes: { permission: "login:read" },
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { nullable: true, description: "Null: everywhere." }),
  }),
});

export const LoginTest = builder.objectRef<Test>("LoginTest").implement({
  description: "What a test login came to before all of it was taken back.",
  authScopes: { permission: "login:read" },
  fields: (t) => ({
    passed: t.exposeBoolean("passed", { description: "Would they have come in?" }),
    person: t.expose("person", {
      type: LoginPerson,
      nullable: true,
      description: "Null where the reply itself was refused.",
    }),
    groups: t.stringList({
      nullable: true,
      description: "As rules name them, at most 200. Null where the reply itself was refused.",
      resolve: ({ groups }) => (groups === null ? null : [...groups]),
    }),
    rolesBefore: t.field({
      type: [LoginTestRole],
      description: "Those of the account that is here; they are as before.",
      resolve: ({ rolesBefore }) => [...rolesBefore],
    }),
    rolesAfter: t.field({
      type: [LoginTestRole],
      nullable: true,
      description: "Null where they would not have come in.",
      resolve: ({ rolesAfter }) => (rolesAfter === null ? null : [...rolesAfter]),
    }),
  }),
});

const LoginTestAddress = builder.objectRef<Address>("LoginTestAddress").implement({
  description: "Where to open a test login in a browser, once.",
  authScopes: { permission: "login:write" },
  fields: (t) => ({
    url: t.exposeString("url"),
    until: t.expose("until", { type: "DateTime" }),
  }),
});

builder.mutationFields((t) => ({
  testLogin: t.field({
    type: LoginTestAddress,
    description:
      "Gives an address where somebody signs in to try it out: all of it is done and taken back. Its page shows the reference.",
    authScopes: { permission: "login:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
    },
    resolve: (_root, { organization, connection }, { caller, run }) =>
      run(askForTrial(caller, organization, connection)),
  }),
}));
