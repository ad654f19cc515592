import { Effect } from "effect";
import { type Json, NotFound } from "../../../domain/index.ts";
import {
  type ChangedRow,
  decodeMapping,
  type MappingDifference as Model,
  mappingDifference,
  type Row,
} from "../../../mapping/index.ts";
import { findMapping, type TenantTx } from "../../../store/index.ts";
import { inOrganization } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

/** A decoded rule is plain JSON. */
const jsonOf = (row: Row) => row as unknown as Json;

const ChangedRule = builder.objectRef<ChangedRow>("ChangedRule").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    id: t.exposeString("id"),
    parts: t.stringList({
      description: "Which parts differ: when, grant, deny, validFrom, validUntil, description.",
      resolve: ({ parts }) => [...parts],
    }),
    before: t.field({ type: "JSON", resolve: ({ before }) => jsonOf(before) }),
    after: t.field({ type: "JSON", resolve: ({ after }) => jsonOf(after) }),
  }),
});

const MappingDifference = builder.objectRef<Model>("MappingDifference").implement({
  description:
    "Rules by their ids, in the order of these; `default:SLUG` is what a connection gives to everybody.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    added: t.field({ type: ["JSON"], resolve: ({ added }) => added.map(jsonOf) }),
    removed: t.field({ type: ["JSON"], resolve: ({ removed }) => removed.map(jsonOf) }),
    changed: t.expose("changed", { type: [ChangedRule] }),
  }),
});

const mappingAt = Effect.fnUntraced(function* (tx: TenantTx, version: number) {
  const found = yield* findMapping(tx, version);
  if (found === undefined) return yield* new NotFound({ kind: "mapping version", id: String(version) });
  return yield* Effect.fromResult(decodeMapping(found.document));
});

builder.objectField(Organization, "mappingDifference", (t) =>
  t.field({
    type: MappingDifference,
    description: "What was done to version `from` to get version `to`.",
    authScopes: { permission: "mapping:read" },
    args: { from: t.arg.int({ required: true }), to: t.arg.int({ required: true }) },
    resolve: (organization, { from, to }, { caller, run }) =>
      run(
        inOrganization(caller, organization, "mapping:read", (tx) =>
          Effect.map(Effect.all([mappingAt(tx, from), mappingAt(tx, to)]), ([before, after]) =>
            mappingDifference(before, after),
          ),
        ),
      ),
  }),
);
