import { Effect } from "effect";
import type { FailedObject as FailedObjectModel, RunStep as RunStepModel } from "../../../domain/index.ts";
import type { TenantTx } from "../../../store/index.ts";
import {
  countOf,
  idOf,
  inOrganization,
  type RunView,
  startSync,
  viewRun,
  viewRuns,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { RunState, RunTrigger } from "../enums.ts";
import { Organization } from "../organization.ts";

const FailedObject = builder.objectRef<FailedObjectModel>("FailedObject").implement({
  description: "A user or group of the source that could not be kept. What was known of it stays as it is.",
  authScopes: { permission: "sync:read" },
  fields: (t) => ({
    kind: t.exposeString("kind", { description: "user or group." }),
    id: t.exposeID("id", { description: "The source's own id." }),
    detail: t.exposeString("detail"),
  }),
});

const RunStep = builder.objectRef<RunStepModel>("RunStep").implement({
  authScopes: { permission: "sync:read" },
  fields: (t) => ({
    name: t.exposeString("name", { description: "users, groups, memberships, removals or roles." }),
    read: t.exposeInt("read"),
    added: t.exposeInt("added"),
    changed: t.exposeInt("changed"),
    removed: t.exposeInt("removed"),
    failed: t.exposeInt("failed"),
    beganMillis: t.exposeInt("began", { description: "Milliseconds since the run was begun." }),
    endedMillis: t.exposeInt("ended", { nullable: true, description: "Null until the step has ended." }),
  }),
});

export const Run = builder.objectRef<RunView>("Run").implement({
  description: "One reading of a connection: of everyone, or of one person or group.",
  authScopes: { permission: "sync:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    connection: t.exposeString("connection"),
    state: t.expose("state", { type: RunState }),
    trigger: t.expose("trigger", { type: RunTrigger }),
    requestedBy: t.exposeID("requestedBy", { nullable: true, description: "The operator who asked." }),
    userId: t.exposeID("userId", {
      nullable: true,
      description: "The directory user it is about; null: a group or everyone.",
    }),
    groupId: t.exposeID("groupId", {
      nullable: true,
      description: "The directory group it is about; null: a person or everyone.",
    }),
    follows: t.exposeBoolean("follows", {
      description: "It reads only what the source told may have changed.",
    }),
    requestedAt: t.expose("requestedAt", { type: "DateTime" }),
    dueAt: t.expose("dueAt", {
      type: "DateTime",
      nullable: true,
      description: "It is not begun before, unless somebody asks for it; null: at once.",
    }),
    startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
    attempts: t.exposeInt("attempts", {
      description: "How often it was begun: again when it was interrupted.",
    }),
    reason: t.exposeString("reason", { nullable: true, description: "Why it failed, in one word." }),
    detail: t.exposeString("detail", { nullable: true, description: "The same in a sentence." }),
    failures: t.expose("failures", { type: [FailedObject], description: "The first hundred." }),
    steps: t.expose("steps", { type: [RunStep] }),
  }),
});

interface Wanted {
  readonly first: number;
  readonly before?: string | null | undefined;
  readonly connection?: string | null | undefined;
}

const runsOf = Effect.fnUntraced(function* (tx: TenantTx, { first, before, connection }: Wanted) {
  return yield* viewRuns(tx, {
    limit: yield* countOf("first", first),
    ...(before ? { before: yield* idOf("before", before) } : {}),
    ...(connection ? { connection } : {}),
  });
});

builder.objectFields(Organization, (t) => ({
  runs: t.field({
    type: [Run],
    description: "Newest first. `before`: the id to go on from. `connection`: of this one only, by its slug.",
    authScopes: { permission: "sync:read" },
    args: {
      connection: t.arg.string(),
      first: t.arg.int({ required: true, defaultValue: 20 }),
      before: t.arg.id(),
    },
    resolve: (organization, args, { caller, run }) =>
      run(inOrganization(caller, organization, "sync:read", (tx) => runsOf(tx, args))),
  }),
  run: t.field({
    type: Run,
    nullable: true,
    description: "Null when it is unknown, or so old that it was forgotten.",
    authScopes: { permission: "sync:read" },
    args: { id: t.arg.id({ required: true }) },
    resolve: (organization, { id }, { caller, run }) =>
      run(inOrganization(caller, organization, "sync:read", (tx) => viewRun(tx, id))),
  }),
}));

builder.mutationField("startSync", (t) =>
  t.field({
    type: Run,
    description:
      "Reads a connection now: everyone, or the one `person` with this userName or email. Gives the run that waits already where there is one.",
    authScopes: { permission: "sync:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      person: t.arg.string(),
    },
    resolve: (_root, { organization, connection, person }, { caller, run }) =>
      run(startSync(caller, organization, connection, person ?? null)),
  }),
);
