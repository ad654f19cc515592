import { Effect } from "effect";
import { type ExceptionRow, listOpenExceptions, type TenantTx } from "../../store/index.ts";
import { countOf, inOrganization, resolveException } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { connectionSlugs } from "./event.ts";
import { Organization } from "./organization.ts";

interface ExceptionModel extends ExceptionRow {
  readonly connection: string | null;
}

const Exception = builder.objectRef<ExceptionModel>("Exception").implement({
  description: "Something that a person must look at.",
  authScopes: { permission: "exception:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    kind: t.exposeString("kind"),
    subjectKind: t.exposeString("subjectKind"),
    subjectId: t.exposeString("subjectId"),
    connection: t.exposeString("connection", { nullable: true }),
    detail: t.expose("detail", { type: "JSON" }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
  }),
});

const viewExceptions = Effect.fnUntraced(function* (tx: TenantTx, first: number) {
  const rows = yield* listOpenExceptions(tx, yield* countOf("first", first));
  const slugs = yield* connectionSlugs(tx);
  return rows.map(
    (row): ExceptionModel => ({ ...row, connection: slugs.get(row.connectionId ?? "") ?? null }),
  );
});

builder.objectField(Organization, "exceptions", (t) =>
  t.field({
    type: [Exception],
    description: "The open ones, oldest first.",
    authScopes: { permission: "exception:read" },
    args: { first: t.arg.int({ required: true, defaultValue: 50 }) },
    resolve: (organization, { first }, { caller, run }) =>
      run(inOrganization(caller, organization, "exception:read", (tx) => viewExceptions(tx, first))),
  }),
);

builder.mutationField("resolveException", (t) =>
  t.boolean({
    description: "False where no exception of this id was open.",
    authScopes: { permission: "exception:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) =>
      run(resolveException(caller, organization, id)),
  }),
);
