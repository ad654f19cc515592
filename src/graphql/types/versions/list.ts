import { Effect } from "effect";
import { mayDo } from "../../../domain/index.ts";
import { listMappings, type MappingSummary } from "../../../store/index.ts";
import {
  type Caller,
  countOf,
  inOrganization,
  rollbackMapping,
  type Target,
  visibleOperators,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Mapping, mappingModel } from "../mapping.ts";
import { Organization } from "../organization.ts";

interface VersionModel extends MappingSummary {
  readonly author: string | null;
}

const MappingVersion = builder.objectRef<VersionModel>("MappingVersion").implement({
  description: "A version of the mapping without its document.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    version: t.exposeInt("version"),
    state: t.exposeString("state", { description: "draft, published or superseded." }),
    authorId: t.exposeString("authorId", { nullable: true }),
    author: t.exposeString("author", {
      nullable: true,
      description: "The operator's name, for whoever may see that operator.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    publishedAt: t.expose("publishedAt", { type: "DateTime", nullable: true }),
    rules: t.exposeInt("rules", { description: "How many it has." }),
  }),
});

interface Page {
  readonly items: ReadonlyArray<VersionModel>;
  readonly next: number | null;
}

const MappingVersionPage = builder.objectRef<Page>("MappingVersionPage").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [MappingVersion] }),
    next: t.exposeInt("next", {
      nullable: true,
      description: "What to give as `before` for the next page.",
    }),
  }),
});

const namesFor = Effect.fnUntraced(function* (caller: Caller) {
  const seen = mayDo(caller.role, "operator:read") ? yield* visibleOperators(caller) : [];
  return new Map<string, string>(seen.map(({ id, name }) => [id, name]));
});

const viewPage = Effect.fnUntraced(function* (
  caller: Caller,
  organization: Target,
  first: number,
  before: number | undefined,
) {
  const limit = yield* countOf("first", first);
  const rows = yield* inOrganization(caller, organization, "mapping:read", (tx) =>
    listMappings(tx, limit + 1, before),
  );
  const names = yield* namesFor(caller);
  const items = rows
    .slice(0, limit)
    .map((row): VersionModel => ({ ...row, author: names.get(row.authorId ?? "") ?? null }));
  return { items, next: rows.length > limit ? (items.at(-1)?.version ?? null) : null } satisfies Page as Page;
});

builder.objectField(Organization, "mappingVersions", (t) =>
  t.field({
    type: MappingVersionPage,
    description: "Newest first, 1 to 500 at once.",
    authScopes: { permission: "mapping:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }), before: t.arg.int() },
    resolve: (organization, { first, before }, { caller, run }) =>
      run(viewPage(caller, organization, first, before ?? undefined)),
  }),
);

builder.mutationField("rollbackMapping", (t) =>
  t.field({
    type: Mapping,
    description:
      "Makes the document of an earlier version the draft, with a number of its own. Nothing is in force before it is published.",
    authScopes: { permission: "mapping:write" },
    args: { organization: t.arg.string({ required: true }), version: t.arg.int({ required: true }) },
    resolve: (_root, { organization, version }, { caller, run }) =>
      run(Effect.map(rollbackMapping(caller, organization, version), mappingModel(organization))),
  }),
);
