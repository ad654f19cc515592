import {
  type ExceptionView,
  inOrganization,
  resolveException,
  retryException,
  retryExceptions,
  viewException,
  viewExceptions,
} from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Organization } from "./organization.ts";

const Exception = builder.objectRef<ExceptionView>("Exception").implement({
  description: "Something that a person must look at.",
  authScopes: { permission: "exception:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    kind: t.exposeString("kind"),
    subjectKind: t.exposeString("subjectKind"),
    subjectId: t.exposeString("subjectId"),
    connection: t.exposeString("connection", { nullable: true }),
    detail: t.expose("detail", { type: "JSON" }),
    advice: t.exposeString("advice", { description: "What a person does about it." }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
  }),
});

builder.objectField(Organization, "exceptions", (t) =>
  t.field({
    type: [Exception],
    description: "The open ones, oldest first.",
    authScopes: { permission: "exception:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }) },
    resolve: (organization, { first }, { caller, run }) =>
      run(inOrganization(caller, organization, "exception:read", (tx) => viewExceptions(tx, first))),
  }),
);

builder.objectField(Organization, "exception", (t) =>
  t.field({
    type: Exception,
    nullable: true,
    description: "Null where none of this id is open.",
    authScopes: { permission: "exception:read" },
    args: { id: t.arg.id({ required: true }) },
    resolve: (organization, { id }, { caller, run }) =>
      run(inOrganization(caller, organization, "exception:read", (tx) => viewException(tx, id))),
  }),
);

builder.mutationFields((t) => ({
  retryException: t.boolean({
    description:
      "Has what could not be written tried again now; what was held because it was too much is approved.",
    authScopes: { permission: "exception:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) => run(retryException(caller, organization, id)),
  }),
  retryExceptions: t.int({
    description: "The same for all of them. Gives their number.",
    authScopes: { permission: "exception:write" },
    args: { organization: t.arg.string({ required: true }) },
    resolve: (_root, { organization }, { caller, run }) => run(retryExceptions(caller, organization)),
  }),
}));

builder.mutationField("resolveException", (t) =>
  t.boolean({
    description: "False where no exception of this id was open.",
    authScopes: { permission: "exception:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) =>
      run(resolveException(caller, organization, id)),
  }),
);
