/** What an organization settles about SCIM as a whole. */
import type { ScimSwitches } from "../../../store/index.ts";
import { changeScimSwitches, viewScimSwitches } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

const ScimSettings = builder.objectRef<ScimSwitches>("ScimSettings").implement({
  description: "What an organization switches about SCIM as a whole.",
  authScopes: { permission: "connection:read" },
  fields: (t) => ({
    enabled: t.exposeBoolean("enabled", {
      description: "Off: every SCIM credential of the organization is refused.",
    }),
    domainsOnly: t.exposeBoolean("domainsOnly", {
      description: "On: users with emails outside the verified domains are refused.",
    }),
    roles: t.exposeBoolean("roles", { description: "On: clients can read the roles at /Roles." }),
  }),
});

builder.objectField(Organization, "scim", (t) =>
  t.field({
    type: ScimSettings,
    authScopes: { permission: "connection:read" },
    resolve: (organization, _args, { caller, run }) => run(viewScimSwitches(caller, organization)),
  }),
);

builder.mutationField("setScim", (t) =>
  t.field({
    type: Organization,
    description: "Changes the switches that are given, from the next request on.",
    authScopes: { permission: "organization:write" },
    args: {
      organization: t.arg.string({ required: true }),
      enabled: t.arg.boolean(),
      domainsOnly: t.arg.boolean(),
      roles: t.arg.boolean(),
    },
    resolve: (_root, { organization, ...wanted }, { caller, run }) =>
      run(changeScimSwitches(caller, organization, wanted)),
  }),
);
