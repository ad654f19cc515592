/** The guard: how much may be lost by one cause that was only inferred. */
import { approveHeldPlan, type GuardView, setGuard, viewGuards } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Organization } from "./organization.ts";

const Guard = builder.objectRef<GuardView>("Guard").implement({
  description: "How much may be lost by one cause that was only inferred, before somebody has looked.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    connection: t.exposeString("connection", {
      nullable: true,
      description: "None: every connection without limits of its own, and changes of the mapping.",
    }),
    enabled: t.exposeBoolean("enabled"),
    accounts: t.exposeInt("accounts", { description: "So many accounts may lose something." }),
    percent: t.exposeInt("percent", {
      description: "So many of a hundred accounts may, above ten accounts.",
    }),
    set: t.exposeBoolean("set", { description: "False: these are the usual limits." }),
  }),
});

builder.objectField(Organization, "guards", (t) =>
  t.field({
    type: [Guard],
    description: "The organization's own limits, then those of single connections.",
    authScopes: { permission: "mapping:read" },
    resolve: (organization, _args, { caller, run }) => run(viewGuards(caller, organization)),
  }),
);

builder.mutationField("setGuard", (t) =>
  t.field({
    type: [Guard],
    description: "Changes the limits that are given, of a connection or of the organization as a whole.",
    authScopes: { permission: "mapping:publish" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string(),
      enabled: t.arg.boolean(),
      accounts: t.arg.int(),
      percent: t.arg.int(),
      usual: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Forgets the limits that were set.",
      }),
    },
    resolve: (_root, { organization, usual, connection, enabled, accounts, percent }, { caller, run }) =>
      run(
        setGuard(caller, organization, {
          usual,
          connection: connection ?? null,
          enabled: enabled ?? null,
          accounts: accounts ?? null,
          percent: percent ?? null,
        }),
      ),
  }),
);

builder.mutationField("approveHeldPlan", (t) =>
  t.boolean({
    description: "Lets a loss that the guard held take effect.",
    authScopes: { permission: "plan:approve" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) => run(approveHeldPlan(caller, organization, id)),
  }),
);
