import { releaseWrittenFact, retryPush, setPush } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { alone, Connection } from "../connection/index.ts";
import { GroupKind, PushCreates, PushDrift, PushField, PushLeaving, PushMode } from "../enums.ts";

const PushedRoleInput = builder.inputType("PushedRoleInput", {
  fields: (t) => ({
    role: t.string({ required: true }),
    scope: t.string({ required: true, defaultValue: "", description: "Empty: where it is not limited." }),
    group: t.string({ required: true, description: "The outside system's own id of the group or role." }),
    kind: t.field({ type: GroupKind, description: "By default as it was read." }),
  }),
});

builder.mutationFields((t) => ({
  setPush: t.field({
    type: Connection,
    description:
      "Changes what is given of what is written through a connection. Refused where somebody else owns it, a role would be its own reason, or more people would lose something there than the guard lets pass.",
    authScopes: { permission: "push:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      mode: t.arg({ type: PushMode }),
      creates: t.arg({ type: PushCreates }),
      leaving: t.arg({ type: PushLeaving }),
      owns: t.arg({ type: [PushField] }),
      drift: t.arg({ type: PushDrift }),
      roles: t.arg({ type: [PushedRoleInput], description: "All of them." }),
      confirm: t.arg.int({
        description:
          "So many people may lose something there by it, also where the guard lets fewer pass: those of whom the plan says that it takes something away.",
      }),
    },
    resolve: (_root, { organization, connection, ...wanted }, { caller, run }) =>
      run(
        setPush(caller, organization, connection, {
          mode: wanted.mode ?? null,
          creates: wanted.creates ?? null,
          leaving: wanted.leaving ?? null,
          owns: wanted.owns ?? null,
          drift: wanted.drift ?? null,
          confirm: wanted.confirm ?? null,
          roles: wanted.roles?.map((one) => ({ ...one, kind: one.kind ?? null })) ?? null,
        }),
      ).then(alone(organization)),
  }),
  retryPush: t.int({
    description:
      "Has one account, or everyone in trouble, tried again now; what was held is approved by it. Gives their number.",
    authScopes: { permission: "push:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      account: t.arg.string({ description: "By id, email or userName; by default everyone in trouble." }),
    },
    resolve: (_root, { organization, connection, account }, { caller, run }) =>
      run(retryPush(caller, organization, connection, account ?? null)),
  }),
  releaseWrittenFact: t.boolean({
    description:
      "Hands a fact that we wrote back to the source: it counts from now on, and is never taken back. False where none of this id is ours.",
    authScopes: { permission: "push:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) =>
      run(releaseWrittenFact(caller, organization, id)),
  }),
}));
