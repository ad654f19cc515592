import { Redacted } from "effect";
import type { ApplicationRow } from "../../../store/index.ts";
import {
  changeApplication,
  createApplication,
  deleteApplication,
  rotateApplication,
  visibleApplications,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

const Application = builder.objectRef<ApplicationRow>("Application").implement({
  description: "Something that people sign in to.",
  authScopes: { permission: "login:read" },
  fields: (t) => ({
    slug: t.exposeString("slug"),
    name: t.exposeString("name"),
    returnAddresses: t.stringList({
      description: "Where people may be sent back to, character by character.",
      resolve: ({ returnAddresses }) => [...returnAddresses],
    }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    secrets: t.int({
      description: "How many secrets work now.",
      resolve: ({ secrets }) => secrets.length,
    }),
  }),
});

interface NewSecret {
  readonly slug: string;
  readonly secret: Redacted.Redacted<string>;
}

const ApplicationSecret = builder.objectRef<NewSecret>("ApplicationSecret").implement({
  description: "Shown once: only a hash of the secret is kept.",
  authScopes: { permission: "login:write" },
  fields: (t) => ({
    slug: t.exposeString("slug"),
    secret: t.string({
      description: "What the application sends as a bearer token when it fetches a login.",
      resolve: ({ secret }) => Redacted.value(secret),
    }),
  }),
});

builder.objectField(Organization, "applications", (t) =>
  t.field({
    type: [Application],
    description: "What people sign in to.",
    authScopes: { permission: "login:read" },
    resolve: async (organization, _args, { caller, run }) => [
      ...(await run(visibleApplications(caller, organization))),
    ],
  }),
);

builder.mutationFields((t) => ({
  createApplication: t.field({
    type: ApplicationSecret,
    description: "An application that people sign in to, with its first secret.",
    authScopes: { permission: "login:write" },
    args: {
      organization: t.arg.string({ required: true }),
      slug: t.arg.string({ required: true }),
      name: t.arg.string(),
      returnAddresses: t.arg.stringList({ required: true }),
    },
    resolve: (_root, { organization, slug, name, returnAddresses }, { caller, run }) =>
      run(createApplication(caller, organization, { slug, name: name ?? null, returnAddresses })),
  }),
  setReturnAddresses: t.field({
    type: Application,
    description: "Where people may be sent back to: these, and nowhere else any more.",
    authScopes: { permission: "login:write" },
    args: {
      organization: t.arg.string({ required: true }),
      slug: t.arg.string({ required: true }),
      returnAddresses: t.arg.stringList({ required: true }),
    },
    resolve: (_root, { organization, slug, returnAddresses }, { caller, run }) =>
      run(changeApplication(caller, organization, slug, returnAddresses)),
  }),
  rotateApplicationSecret: t.field({
    type: ApplicationSecret,
    description: "A new secret. The one before works for graceHours more, 0 ends it at once; older ones end.",
    authScopes: { permission: "login:write" },
    args: {
      organization: t.arg.string({ required: true }),
      slug: t.arg.string({ required: true }),
      graceHours: t.arg.int({ defaultValue: 24 }),
    },
    resolve: (_root, { organization, slug, graceHours }, { caller, run }) =>
      run(rotateApplication(caller, organization, slug, graceHours ?? 24)),
  }),
  deleteApplication: t.string({
    description: "Ends an application at once, with its secrets, its codes and the logins under way.",
    authScopes: { permission: "login:write" },
    args: {
      organization: t.arg.string({ required: true }),
      slug: t.arg.string({ required: true }),
    },
    resolve: (_root, { organization, slug }, { caller, run }) =>
      run(deleteApplication(caller, organization, slug)),
  }),
}));
