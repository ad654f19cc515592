import { Effect } from "effect";
import { fold } from "../../domain/index.ts";
import { type GroupView, listGroupViews, type TenantTx } from "../../store/index.ts";
import { countOf, idOf, inOrganization, namedConnection } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { GroupKind } from "./enums.ts";
import { connectionSlugs } from "./event.ts";
import { Organization } from "./organization.ts";

interface GroupModel extends GroupView {
  readonly connection: string;
}

const Group = builder.objectRef<GroupModel>("Group").implement({
  description: "A group or role of a connection's directory, as rules may name it.",
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    connection: t.exposeString("connection"),
    kind: t.expose("kind", { type: GroupKind }),
    name: t.exposeString("name"),
    externalId: t.exposeString("externalId", { nullable: true, description: "The source's own id." }),
    above: t.exposeStringList("above", {
      description: "The names of the groups it is nested in, the outermost first.",
    }),
    members: t.exposeInt("members", { description: "How many are directly in it." }),
  }),
});

interface Page {
  readonly items: ReadonlyArray<GroupModel>;
  readonly next: string | null;
}

const GroupPage = builder.objectRef<Page>("GroupPage").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [Group] }),
    next: t.exposeID("next", { nullable: true, description: "What to give as `after` for the next page." }),
  }),
});

interface Wanted {
  readonly first: number;
  readonly after?: string | null | undefined;
  readonly connection?: string | null | undefined;
  readonly search?: string | null | undefined;
}

const viewPage = Effect.fnUntraced(function* (tx: TenantTx, { first, after, connection, search }: Wanted) {
  const limit = yield* countOf("first", first);
  const rows = yield* listGroupViews(tx, {
    limit: limit + 1,
    ...(after ? { after: yield* idOf("after", after) } : {}),
    ...(connection ? { connection: (yield* namedConnection(tx, connection)).id } : {}),
    ...(search ? { search: fold(search) } : {}),
  });
  const slugs = yield* connectionSlugs(tx);
  const items = rows
    .slice(0, limit)
    .map((row): GroupModel => ({ ...row, connection: slugs.get(row.connectionId) ?? "" }));
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null } satisfies Page as Page;
});

builder.objectField(Organization, "groups", (t) =>
  t.field({
    type: GroupPage,
    description:
      "In the order they came to be, 1 to 500 at once. `connection`: of this one only, by its slug. `search`: a part of the name.",
    authScopes: { permission: "account:read" },
    args: {
      first: t.arg.int({ required: true, defaultValue: 50 }),
      after: t.arg.id(),
      connection: t.arg.string(),
      search: t.arg.string(),
    },
    resolve: (organization, args, { caller, run }) =>
      run(inOrganization(caller, organization, "account:read", (tx) => viewPage(tx, args))),
  }),
);
