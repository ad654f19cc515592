/** Asking for plans, and deciding about them. */
import {
  applyPlan,
  previewConnection,
  previewMapping,
  previewPending,
  rejectPlan,
  undoPlan,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { modelIn, Plan } from "./plan.ts";

const evaluated = "A job evaluates it: ask for the plan again until it is open.";
builder.mutationFields((t) => ({
  previewMapping: t.field({
    type: Plan,
    description: `What putting the draft in force would change, for everyone. ${evaluated}`,
    authScopes: { permission: "mapping:write" },
    args: { organization: t.arg.string({ required: true }) },
    resolve: async (_root, { organization }, { caller, run }) =>
      modelIn(organization)(await run(previewMapping(caller, organization))),
  }),
  previewPending: t.field({
    type: Plan,
    description: `What the mapping in force would change, where it was not applied. ${evaluated}`,
    authScopes: { permission: "mapping:write" },
    args: { organization: t.arg.string({ required: true }) },
    resolve: async (_root, { organization }, { caller, run }) =>
      modelIn(organization)(await run(previewPending(caller, organization))),
  }),
  previewConnection: t.field({
    type: Plan,
    description: `What would change if the connection were enabled or disabled; by default the other of what it is. Of one that does not count yet, what follows as it does: that plan can be applied. ${evaluated}`,
    authScopes: { permission: "mapping:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      enabled: t.arg.boolean(),
    },
    resolve: async (_root, { organization, connection, enabled }, { caller, run }) =>
      modelIn(organization)(await run(previewConnection(caller, organization, connection, enabled ?? null))),
  }),
  applyPlan: t.field({
    type: Plan,
    description:
      "Has the plan applied by a job, if everything is still as it was when `hash` was shown; else it becomes stale.",
    authScopes: { permission: "mapping:publish" },
    args: {
      organization: t.arg.string({ required: true }),
      id: t.arg.id({ required: true }),
      hash: t.arg.string({ required: true }),
    },
    resolve: async (_root, { organization, id, hash }, { caller, run }) =>
      modelIn(organization)(await run(applyPlan(caller, organization, id, hash))),
  }),
  rejectPlan: t.field({
    type: Plan,
    authScopes: { permission: "mapping:publish" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: async (_root, { organization, id }, { caller, run }) =>
      modelIn(organization)(await run(rejectPlan(caller, organization, id))),
  }),
  undoPlan: t.field({
    type: Plan,
    description:
      "Puts the mapping before the plan in force again, as a new version, and has the roles restored that nothing else has changed since.",
    authScopes: { permission: "mapping:publish" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: async (_root, { organization, id }, { caller, run }) =>
      modelIn(organization)(await run(undoPlan(caller, organization, id))),
  }),
}));
