/** What would have been: a mapping asked about the past, some accounts at a time. */
import { Effect } from "effect";
import { findEvents, type TenantTx } from "../../store/index.ts";
import { type Deviation, type ReplayPage, type ReplayRequest, replayPage } from "../../sync/index.ts";
import { countOf, idOf, inOrganization } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Organization } from "./organization.ts";

interface DeviationModel extends Omit<Deviation, "from" | "until" | "cause"> {
  readonly from: Date;
  readonly until: Date | null;
  readonly causeId: string | null;
  readonly causeType: string | null;
  readonly requestId: string | null;
}

interface ReplayModel extends Omit<ReplayPage, "deviations"> {
  readonly deviations: ReadonlyArray<DeviationModel>;
}

const Deviating = builder.objectRef<DeviationModel>("Deviation").implement({
  description: "A role that an account would have had and had not, or the other way round, for a while.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    account: t.exposeID("account"),
    role: t.exposeString("role"),
    scope: t.exposeString("scope"),
    more: t.exposeBoolean("more", { description: "It would have had it; else, it had it and would not." }),
    from: t.expose("from", { type: "DateTime" }),
    until: t.expose("until", { type: "DateTime", nullable: true, description: "None: still so at the end." }),
    rules: t.stringList({
      description: "The rules that would have given it; of one that is missing, those that did.",
      resolve: ({ rules }) => [...rules],
    }),
    causeId: t.exposeID("causeId", { nullable: true }),
    causeType: t.exposeString("causeType", { nullable: true }),
    requestId: t.exposeString("requestId", { nullable: true }),
  }),
});

const Replay = builder.objectRef<ReplayModel>("Replay").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    version: t.exposeInt("version"),
    mark: t.exposeString("mark", {
      description: "Other where the rules or the roles are: a draft may be replaced between two pages.",
    }),
    from: t.expose("from", { type: "DateTime" }),
    to: t.expose("to", { type: "DateTime" }),
    completeSince: t.expose("completeSince", {
      type: "DateTime",
      nullable: true,
      description: "What was before is not known in full. None: everything is known.",
    }),
    accounts: t.exposeInt("accounts", { description: "How many this page looked at." }),
    total: t.exposeInt("total", { description: "How many there are." }),
    moments: t.exposeInt("moments", { description: "How many times the mapping was asked." }),
    next: t.exposeID("next", { nullable: true, description: "What to give as `after` for the next page." }),
    deviations: t.expose("deviations", { type: [Deviating] }),
  }),
});

const withCauses = Effect.fnUntraced(function* (tx: TenantTx, deviations: ReadonlyArray<Deviation>) {
  const rows = yield* findEvents(
    tx,
    deviations.flatMap(({ cause }) => cause ?? []),
  );
  const events = new Map<string, (typeof rows)[number]>(rows.map((row) => [row.id, row]));
  return deviations.map(({ cause, from, until, ...one }): DeviationModel => {
    const event = events.get(cause ?? "");
    return {
      ...one,
      from: new Date(from),
      until: until === null ? null : new Date(until),
      causeId: cause,
      causeType: event?.type ?? null,
      requestId: event?.requestId ?? null,
    };
  });
});

const viewReplay = Effect.fnUntraced(function* (tx: TenantTx, request: ReplayRequest) {
  const limit = yield* countOf("first", request.limit);
  const after = request.after === null ? null : yield* idOf("after", request.after);
  const page = yield* replayPage(tx, { ...request, limit, after });
  return { ...page, deviations: yield* withCauses(tx, page.deviations) } satisfies ReplayModel as ReplayModel;
});

builder.objectField(Organization, "replay", (t) =>
  t.field({
    type: Replay,
    description:
      "What a mapping would have done over past facts, compared with the roles in force then; accounts in id order, 1 to 500 at once. Without a version, the draft. Changes nothing.",
    authScopes: { permission: "mapping:read" },
    args: {
      from: t.arg({ type: "DateTime", required: true }),
      to: t.arg({ type: "DateTime" }),
      version: t.arg.int(),
      first: t.arg.int({ required: true, defaultValue: 200 }),
      after: t.arg.id(),
    },
    resolve: (organization, { from, to, version, first, after }, { caller, run }) =>
      run(
        inOrganization(caller, organization, "mapping:read", (tx) =>
          viewReplay(tx, {
            from: from.getTime(),
            to: to?.getTime() ?? null,
            version: version ?? null,
            limit: first,
            after: after ?? null,
          }),
        ),
      ),
  }),
);
