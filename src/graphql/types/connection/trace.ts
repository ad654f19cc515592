/** One person from their source to what follows. What they are called is for those who may read accounts. */
import type { DesiredRole } from "../../../domain/index.ts";
import { type TraceView, tracePerson } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { GroupKind, PushMode } from "../enums.ts";

const scope = { permission: "sync:write" } as const;
const values = { permission: "account:read" } as const;

const TracedGroup = builder.objectRef<TraceView["read"]["groups"][number]>("TracedGroup").implement({
  authScopes: values,
  fields: (t) => ({
    id: t.exposeID("id", { description: "The source's own id." }),
    name: t.exposeString("name"),
    kind: t.expose("kind", { type: GroupKind }),
    isKnown: t.exposeBoolean("isKnown", { description: "Was it read before?" }),
    isOurs: t.exposeBoolean("isOurs", { description: "We put them into it: it is no reason for anything." }),
  }),
});

const TracedCandidate = builder
  .objectRef<TraceView["match"]["candidates"][number]>("TracedCandidate")
  .implement({
    description: "An account that shares a key with the person.",
    authScopes: scope,
    fields: (t) => ({
      accountId: t.exposeID("account"),
      via: t.exposeString("via"),
      links: t.exposeBoolean("links"),
      why: t.exposeString("why", { nullable: true, description: "Why it does not link by itself." }),
    }),
  });

export const TracedRole = builder.objectRef<DesiredRole>("TracedRole").implement({
  authScopes: values,
  fields: (t) => ({
    role: t.exposeString("role"),
    scope: t.exposeString("scope"),
    rules: t.stringList({
      description: "The rules and grants that give it.",
      resolve: ({ reasons }) => [...new Set(reasons.map(({ rule }) => rule))],
    }),
  }),
});

const TracedMiss = builder.objectRef<TraceView["map"]["misses"][number]>("TracedMiss").implement({
  description: "A rule that grants a role they do not get, and what is missing.",
  authScopes: values,
  fields: (t) => ({
    rule: t.exposeString("rule"),
    role: t.exposeString("role"),
    missing: t.stringList({ resolve: ({ missing }) => [...missing] }),
  }),
});

type Push = TraceView["act"]["pushes"][number];
type Change = NonNullable<Push["changes"]>[number];

const changeText = (change: Change): string => {
  if ("group" in change) return `${change._tag.toLowerCase()} ${change.group.id}`;
  if (change._tag === "Remove") return "remove";
  return `${change._tag.toLowerCase()}: ${Object.keys(change.person).join(", ")}`;
};

const TracedPush = builder.objectRef<Push>("TracedPush").implement({
  authScopes: values,
  fields: (t) => ({
    connection: t.exposeString("connection"),
    mode: t.field({ type: PushMode, resolve: ({ mode }) => mode }),
    changes: t.stringList({
      nullable: true,
      description: "What would be written there; null: only asking there tells.",
      resolve: ({ changes }) => changes?.map(changeText) ?? null,
    }),
  }),
});

const PersonTrace = builder.objectRef<TraceView>("PersonTrace").implement({
  description: "One person in five steps: read, scope, match, map, act.",
  authScopes: scope,
  fields: (t) => ({
    sourceId: t.exposeID("sourceId", { description: "The source's own id of them." }),
    found: t.boolean({
      description: "Read: has the source somebody?",
      resolve: ({ read }) => read.resource !== null,
    }),
    resource: t.field({
      type: "JSON",
      nullable: true,
      authScopes: values,
      description: "Read: what the source says of them.",
      resolve: ({ read }) => read.resource,
    }),
    groups: t.field({
      type: [TracedGroup],
      authScopes: values,
      description: "Read: what they are in.",
      resolve: ({ read }) => [...read.groups],
    }),
    kept: t.boolean({ description: "Scope: can it be kept?", resolve: (trace) => trace.scope.kept }),
    scope: t.stringList({
      description: "Scope: what counts of it, and what does not.",
      resolve: (trace) => [...trace.scope.sentences],
    }),
    accountId: t.field({
      type: "ID",
      nullable: true,
      description: "Match: null where there is none yet.",
      resolve: ({ match }) => match.account,
    }),
    match: t.string({ resolve: ({ match }) => match.sentence }),
    candidates: t.field({ type: [TracedCandidate], resolve: ({ match }) => [...match.candidates] }),
    active: t.boolean({ description: "Map: would the account be active?", resolve: ({ map }) => map.active }),
    because: t.string({ resolve: ({ map }) => map.because }),
    roles: t.field({
      type: [TracedRole],
      authScopes: values,
      description: "Map: what the mapping in force makes of it.",
      resolve: ({ map }) => [...map.roles],
    }),
    denied: t.stringList({
      authScopes: values,
      resolve: ({ map }) => map.denied.map(({ role }) => role),
    }),
    misses: t.field({
      type: [TracedMiss],
      authScopes: values,
      description: "Map: the ten nearest.",
      resolve: ({ map }) => [...map.misses],
    }),
    gained: t.field({ type: [TracedRole], authScopes: values, resolve: ({ act }) => [...act.gained] }),
    lost: t.field({ type: [TracedRole], authScopes: values, resolve: ({ act }) => [...act.lost] }),
    pushes: t.field({
      type: [TracedPush],
      authScopes: values,
      description: "Act: what would be written outside, by connection.",
      resolve: ({ act }) => [...act.pushes],
    }),
    runId: t.exposeID("runId", { nullable: true, description: "The run that keeps it; null: only shown." }),
  }),
});

builder.mutationField("tracePerson", (t) =>
  t.field({
    type: PersonTrace,
    description:
      "Reads one person now and tells what follows. With `apply` a run is asked for that keeps it; without, nothing is written.",
    authScopes: scope,
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      user: t.arg.string({ required: true, description: "By userName, email or the source's id." }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, connection, user, apply }, { caller, run }) =>
      run(tracePerson(caller, organization, connection, { name: user, apply })),
  }),
);
