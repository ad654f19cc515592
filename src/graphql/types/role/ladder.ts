import { type LadderView, removeLadder, setLadder, viewLadders } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

const Ladder = builder.objectRef<LadderView>("Ladder").implement({
  description: "Roles of which an account has the highest only, in each scope.",
  authScopes: { permission: "role:read" },
  fields: (t) => ({
    name: t.exposeString("name"),
    roles: t.stringList({ description: "The lowest first.", resolve: ({ roles }) => [...roles] }),
  }),
});

builder.objectField(Organization, "ladders", (t) =>
  t.field({
    type: [Ladder],
    authScopes: { permission: "role:read" },
    resolve: (organization, _args, { caller, run }) => run(viewLadders(caller, organization)),
  }),
);

builder.mutationFields((t) => ({
  setLadder: t.field({
    type: Ladder,
    description: "Makes or remakes a ladder. A role is on one only.",
    authScopes: { permission: "role:write" },
    args: {
      organization: t.arg.string({ required: true }),
      name: t.arg.string({ required: true }),
      roles: t.arg.stringList({ required: true, description: "The lowest first." }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, name, roles, apply }, { caller, run }) =>
      run(setLadder(caller, organization, name, roles, apply)),
  }),
  removeLadder: t.field({
    type: Ladder,
    description: "Gives what it was. Its roles stay.",
    authScopes: { permission: "role:write" },
    args: {
      organization: t.arg.string({ required: true }),
      name: t.arg.string({ required: true }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, name, apply }, { caller, run }) =>
      run(removeLadder(caller, organization, name, apply)),
  }),
}));
