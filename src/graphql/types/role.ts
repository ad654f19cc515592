import { Effect } from "effect";
import { countHolders, listRoles, type RoleRow, type TenantTx } from "../../store/index.ts";
import { createRole, inOrganization } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Organization } from "./organization.ts";

interface RoleModel extends RoleRow {
  readonly holders: number;
}

const viewRoles = Effect.fnUntraced(function* (tx: TenantTx) {
  const holders = new Map((yield* countHolders(tx)).map((row) => [row.role, row.holders]));
  return (yield* listRoles(tx)).map((role): RoleModel => ({ ...role, holders: holders.get(role.key) ?? 0 }));
});

const Role = builder.objectRef<RoleModel>("Role").implement({
  authScopes: { permission: "role:read" },
  fields: (t) => ({
    key: t.exposeString("key"),
    name: t.exposeString("name"),
    description: t.exposeString("description"),
    holders: t.exposeInt("holders", { description: "How many accounts have it." }),
  }),
});

builder.objectField(Organization, "roles", (t) =>
  t.field({
    type: [Role],
    authScopes: { permission: "role:read" },
    resolve: (organization, _args, { caller, run }) =>
      run(inOrganization(caller, organization, "role:read", viewRoles)),
  }),
);

builder.mutationField("createRole", (t) =>
  t.field({
    type: Role,
    authScopes: { permission: "role:write" },
    args: {
      organization: t.arg.string({ required: true }),
      key: t.arg.string({ required: true }),
      name: t.arg.string({ description: "By default the key." }),
      description: t.arg.string({ required: true, defaultValue: "" }),
    },
    resolve: async (_root, { organization, key, name, description }, { caller, run }) => {
      const role = await run(createRole(caller, organization, { key, name: name ?? null, description }));
      return { ...role, holders: 0 };
    },
  }),
);
