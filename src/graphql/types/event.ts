import { Effect } from "effect";
import { type EventRow, listConnections, listEvents, type TenantTx } from "../../store/index.ts";
import { countOf, idOf, inOrganization, visibleSystemEvents } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Organization } from "./organization.ts";

export interface EventModel extends EventRow {
  readonly connection: string | null;
}

/** The slug of each connection, by its id. */
export const connectionSlugs = (tx: TenantTx) =>
  Effect.map(listConnections(tx), (rows) => new Map<string, string>(rows.map(({ id, slug }) => [id, slug])));

/** With the slug of the connection in place of its id. */
export const eventModel =
  (slugs: ReadonlyMap<string, string>) =>
  (row: EventRow): EventModel => ({ ...row, connection: slugs.get(row.connectionId ?? "") ?? null });

/** Whoever may see an account may see what caused its roles. */
export const Event = builder.objectRef<EventModel>("Event").implement({
  authScopes: { oneOf: ["event:read", "account:read"] },
  fields: (t) => ({
    id: t.exposeID("id"),
    at: t.expose("at", { type: "DateTime" }),
    type: t.exposeString("type"),
    actorKind: t.exposeString("actorKind"),
    actorId: t.exposeString("actorId", { nullable: true }),
    connection: t.exposeString("connection", { nullable: true }),
    requestId: t.exposeString("requestId", { nullable: true }),
    subjectKind: t.exposeString("subjectKind"),
    subjectId: t.exposeString("subjectId"),
    causeId: t.exposeID("causeEventId", { nullable: true }),
    data: t.expose("data", { type: "JSON", description: "Ids and counts, no personal values." }),
  }),
});

interface Wanted {
  readonly first: number;
  readonly before?: string | null | undefined;
  readonly subject?: string | null | undefined;
}

const pageOf = Effect.fnUntraced(function* ({ first, before }: Wanted) {
  const limit = yield* countOf("first", first);
  return { limit, ...(before ? { before: yield* idOf("before", before) } : {}) };
});

const viewEvents = Effect.fnUntraced(function* (tx: TenantTx, wanted: Wanted) {
  const { subject } = wanted;
  const page = yield* pageOf(wanted);
  const rows = yield* listEvents(tx, {
    ...page,
    ...(subject ? { subject: yield* idOf("subject", subject) } : {}),
  });
  return rows.map(eventModel(yield* connectionSlugs(tx)));
});

builder.objectField(Organization, "events", (t) =>
  t.field({
    type: [Event],
    description: "Newest first. `before`: the id to go on from. `subject`: of one thing only.",
    authScopes: { permission: "event:read" },
    args: {
      first: t.arg.int({ required: true, defaultValue: 50 }),
      before: t.arg.id(),
      subject: t.arg.id(),
    },
    resolve: (organization, args, { caller, run }) =>
      run(inOrganization(caller, organization, "event:read", (tx) => viewEvents(tx, args))),
  }),
);

builder.queryField("systemEvents", (t) =>
  t.field({
    type: [Event],
    description:
      "What happened to operators who are bound to no organization, newest first. Empty for whoever is bound to one.",
    authScopes: { permission: "event:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }), before: t.arg.id() },
    resolve: (_root, args, { caller, run }) =>
      run(
        Effect.flatMap(pageOf(args), (page) =>
          Effect.map(visibleSystemEvents(caller, page), (rows) => rows.map(eventModel(new Map()))),
        ),
      ),
  }),
);
