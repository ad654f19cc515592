import { Effect } from "effect";
import {
  type CatalogueVersionRow,
  findEvents,
  listCatalogueVersions,
  operatorNames,
  type TenantTx,
} from "../../../store/index.ts";
import { countOf, inOrganization } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

interface VersionModel extends CatalogueVersionRow {
  readonly type: string | null;
  readonly actorId: string | null;
  readonly operator: string | null;
}

const CatalogueVersion = builder.objectRef<VersionModel>("CatalogueVersion").implement({
  description: "The catalogue of roles after one change of it.",
  authScopes: { permission: "role:read" },
  fields: (t) => ({
    version: t.exposeInt("version"),
    at: t.expose("at", { type: "DateTime" }),
    change: t.exposeString("type", { nullable: true, description: "The event's type." }),
    eventId: t.exposeID("cause"),
    operator: t.exposeString("operator", {
      nullable: true,
      description: "Who changed it; null where no operator did: a rule created a scope.",
    }),
    roles: t.exposeInt("roles", { description: "How many roles there were." }),
  }),
});

const viewVersions = Effect.fnUntraced(function* (tx: TenantTx, first: number, before?: number | null) {
  const rows = yield* listCatalogueVersions(tx, yield* countOf("first", first), before ?? undefined);
  const causes = rows.map(({ cause }) => cause);
  const events = new Map((yield* findEvents(tx, causes)).map((event) => [event.id, event]));
  return rows.map((row) => {
    const event = events.get(row.cause);
    const actorId = event?.actorKind === "operator" ? event.actorId : null;
    return { ...row, type: event?.type ?? null, actorId };
  });
});

builder.objectField(Organization, "catalogueVersions", (t) =>
  t.field({
    type: [CatalogueVersion],
    description: "Newest first. `before`: the version to go on from.",
    authScopes: { permission: "role:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }), before: t.arg.int() },
    resolve: (organization, { first, before }, { caller, run }) =>
      run(
        Effect.gen(function* () {
          const rows = yield* inOrganization(caller, organization, "role:read", (tx) =>
            viewVersions(tx, first, before),
          );
          const names = yield* operatorNames(rows.flatMap(({ actorId }) => actorId ?? []));
          return rows.map(
            (row): VersionModel => ({ ...row, operator: names.get(row.actorId ?? "") ?? null }),
          );
        }),
      ),
  }),
);
