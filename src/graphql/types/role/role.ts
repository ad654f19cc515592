import { Effect } from "effect";
import { countHolders, listRoles, type RoleRow, type TenantTx } from "../../../store/index.ts";
import { changeRole, createRole, deleteRole, inOrganization } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

interface RoleModel extends RoleRow {
  readonly holders: number;
}

const holdersIn = (tx: TenantTx) =>
  Effect.map(countHolders(tx), (rows) => new Map(rows.map((row) => [row.role, row.holders])));

const viewRoles = Effect.fnUntraced(function* (tx: TenantTx) {
  const holders = yield* holdersIn(tx);
  return (yield* listRoles(tx)).map((role): RoleModel => ({ ...role, holders: holders.get(role.key) ?? 0 }));
});

const Role = builder.objectRef<RoleModel>("Role").implement({
  authScopes: { permission: "role:read" },
  fields: (t) => ({
    key: t.exposeString("key"),
    name: t.exposeString("name"),
    description: t.exposeString("description"),
    permissions: t.stringList({
      description: "What whoever has the role may do, in the applications' own words.",
      resolve: ({ permissions }) => [...permissions],
    }),
    reserved: t.exposeBoolean("reserved", {
      description: "Never given by a condition that is open to many groups, nor by a default.",
    }),
    ladder: t.exposeString("ladder", {
      nullable: true,
      description: "Of the roles of one ladder, an account has the highest only.",
    }),
    rank: t.exposeInt("rank", { nullable: true, description: "Its place on the ladder, from 1 upwards." }),
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

const apply = "Have every account looked at now; else each is with the next news of it.";

builder.mutationFields((t) => ({
  createRole: t.field({
    type: Role,
    authScopes: { permission: "role:write" },
    args: {
      organization: t.arg.string({ required: true }),
      key: t.arg.string({ required: true }),
      name: t.arg.string({ description: "By default the key." }),
      description: t.arg.string({ required: true, defaultValue: "" }),
      permissions: t.arg.stringList({ required: true, defaultValue: [] }),
      reserved: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: async (_root, { organization, name, ...wanted }, { caller, run }) => {
      const role = await run(createRole(caller, organization, { ...wanted, name: name ?? null }));
      return { ...role, holders: 0 };
    },
  }),
  setRole: t.field({
    type: Role,
    description: "Changes what is given, and leaves the rest.",
    authScopes: { permission: "role:write" },
    args: {
      organization: t.arg.string({ required: true }),
      key: t.arg.string({ required: true }),
      name: t.arg.string(),
      description: t.arg.string(),
      permissions: t.arg.stringList({ description: "In place of those it has." }),
      reserved: t.arg.boolean(),
      apply: t.arg.boolean({ required: true, defaultValue: false, description: apply }),
    },
    resolve: async (
      _root,
      { organization, key, name, description, permissions, reserved, apply },
      { caller, run },
    ) => {
      const change = {
        name: name ?? null,
        description: description ?? null,
        permissions: permissions ?? null,
        reserved: reserved ?? null,
      };
      const role = await run(changeRole(caller, organization, key, change, apply));
      const holders = await run(inOrganization(caller, organization, "role:write", holdersIn));
      return { ...role, holders: holders.get(key) ?? 0 };
    },
  }),
  deleteRole: t.field({
    type: Role,
    description: "Removes a role that nothing uses any more.",
    authScopes: { permission: "role:write" },
    args: { organization: t.arg.string({ required: true }), key: t.arg.string({ required: true }) },
    resolve: async (_root, { organization, key }, { caller, run }) => ({
      ...(await run(deleteRole(caller, organization, key))),
      holders: 0,
    }),
  }),
}));
