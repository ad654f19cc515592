import type { OrganizationRow } from "../../store/index.ts";
import { addOrganization, visibleOrganization, visibleOrganizations } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";

export const Organization = builder.objectRef<OrganizationRow>("Organization").implement({
  authScopes: { permission: "organization:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    slug: t.exposeString("slug"),
    name: t.exposeString("name"),
    project: t.exposeString("projectSlug"),
    environment: t.exposeString("environmentSlug"),
    isDefault: t.exposeBoolean("isDefault", { description: "Is it its environment's default?" }),
  }),
});

builder.queryFields((t) => ({
  organizations: t.field({
    type: [Organization],
    description: "The organizations you may see.",
    authScopes: { permission: "organization:read" },
    resolve: (_root, _args, { caller, run }) => run(visibleOrganizations(caller)).then((rows) => [...rows]),
  }),
  organization: t.field({
    type: Organization,
    nullable: true,
    description: "Null when it is unknown, or not for you to see.",
    authScopes: { permission: "organization:read" },
    args: { slug: t.arg.string({ required: true }) },
    resolve: (_root, { slug }, { caller, run }) => run(visibleOrganization(caller, slug)),
  }),
}));

builder.mutationField("createOrganization", (t) =>
  t.field({
    type: Organization,
    authScopes: { permission: "organization:write" },
    args: {
      slug: t.arg.string({ required: true }),
      name: t.arg.string({ description: "By default the slug." }),
      project: t.arg.string({ required: true, defaultValue: "default" }),
      environment: t.arg.string({ required: true, defaultValue: "production" }),
    },
    resolve: (_root, { slug, name, project, environment }, { caller, run }) =>
      run(addOrganization(caller, { slug, name: name ?? null, project, environment })),
  }),
);
