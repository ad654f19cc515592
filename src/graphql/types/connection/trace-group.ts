/** One group from its source to what follows. What people are called and have is for those who may read accounts. */
import { type GroupTraceView, traceGroup } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { GroupKind, PushMode } from "../enums.ts";
import { TracedRole } from "./trace.ts";

const scope = { permission: "sync:write" } as const;
const values = { permission: "account:read" } as const;

const TracedBranchGroup = builder
  .objectRef<GroupTraceView["read"]["groups"][number]>("TracedBranchGroup")
  .implement({
    description: "The group, or one nested in it.",
    authScopes: scope,
    fields: (t) => ({
      id: t.exposeID("id", { description: "The source's own id." }),
      name: t.exposeString("name"),
      kind: t.expose("kind", { type: GroupKind }),
      members: t.exposeInt("members", { description: "People who are directly in it." }),
      isKnown: t.exposeBoolean("isKnown", { description: "Was it read before?" }),
      rules: t.stringList({
        description: "The rules of the mapping in force that look at it.",
        resolve: ({ rules }) => [...rules],
      }),
    }),
  });

const TracedMember = builder.objectRef<GroupTraceView["act"]["people"][number]>("TracedMember").implement({
  description: "Somebody who comes or goes, or whose group is called otherwise.",
  authScopes: values,
  fields: (t) => ({
    accountId: t.exposeID("account"),
    sourceId: t.exposeID("sourceId", { description: "The source's own id of them." }),
    joins: t.stringList({ resolve: ({ joins }) => [...joins] }),
    leaves: t.stringList({ resolve: ({ leaves }) => [...leaves] }),
    gained: t.field({ type: [TracedRole], resolve: ({ gained }) => [...gained] }),
    lost: t.field({ type: [TracedRole], resolve: ({ lost }) => [...lost] }),
  }),
});

const TracedCount = builder.objectRef<GroupTraceView["map"]["gained"][number]>("TracedCount").implement({
  description: "How many people gain or lose a role.",
  authScopes: scope,
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope"),
    people: t.exposeInt("people"),
  }),
});

const TracedGroupPush = builder
  .objectRef<GroupTraceView["act"]["pushes"][number]>("TracedGroupPush")
  .implement({
    authScopes: scope,
    fields: (t) => ({
      connection: t.exposeString("connection"),
      mode: t.field({ type: PushMode, resolve: ({ mode }) => mode }),
      people: t.exposeInt("people", {
        description: "For how many of the people shown something would be written.",
      }),
    }),
  });

const GroupTrace = builder.objectRef<GroupTraceView>("GroupTrace").implement({
  description: "One group, with those nested in it, in five steps: read, scope, match, map, act.",
  authScopes: scope,
  fields: (t) => ({
    sourceId: t.exposeID("sourceId", { description: "The source's own id of it." }),
    found: t.boolean({
      description: "Read: has the source such a group?",
      resolve: ({ read }) => read.found,
    }),
    groups: t.field({
      type: [TracedBranchGroup],
      description: "Read: it and those nested in it.",
      resolve: ({ read }) => [...read.groups],
    }),
    kept: t.boolean({ description: "Scope: can it be kept?", resolve: (trace) => trace.scope.kept }),
    scope: t.stringList({
      description: "Scope: what counts of it, and what does not.",
      resolve: (trace) => [...trace.scope.sentences],
    }),
    groupId: t.exposeID("group", { nullable: true, description: "Match: null where we do not know it yet." }),
    match: t.stringList({ resolve: ({ match }) => [...match.sentences] }),
    joins: t.int({ description: "Match: memberships that come.", resolve: ({ match }) => match.joins }),
    leaves: t.int({ description: "Match: memberships that go.", resolve: ({ match }) => match.leaves }),
    strangers: t.stringList({
      authScopes: values,
      description: "Match: the source's ids of people in it whom we do not know yet; the first fifty.",
      resolve: ({ match }) => [...match.strangers],
    }),
    gained: t.field({
      type: [TracedCount],
      description: "Map: by role, how many gain it.",
      resolve: ({ map }) => [...map.gained],
    }),
    lost: t.field({ type: [TracedCount], resolve: ({ map }) => [...map.lost] }),
    people: t.field({
      type: [TracedMember],
      authScopes: values,
      description: "Act: who comes, goes, gains or loses; the first fifty.",
      resolve: ({ act }) => [...act.people],
    }),
    pushes: t.field({
      type: [TracedGroupPush],
      description: "Act: where something would be written outside.",
      resolve: ({ act }) => [...act.pushes],
    }),
    runId: t.exposeID("runId", { nullable: true, description: "The run that keeps it; null: only shown." }),
  }),
});

builder.mutationField("traceGroup", (t) =>
  t.field({
    type: GroupTrace,
    description:
      "Reads one group now and tells what follows. With `apply` a run is asked for that keeps it; without, nothing is written.",
    authScopes: scope,
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      group: t.arg.string({ required: true, description: "By name, or by the source's or our id." }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, connection, group, apply }, { caller, run }) =>
      run(traceGroup(caller, organization, connection, { name: group, apply })),
  }),
);
