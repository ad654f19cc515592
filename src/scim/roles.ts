/** `/Roles`: what people can have, for clients to choose from. Read only (draft-ietf-scim-roles-entitlements-01). */
import { Effect } from "effect";
import { NotFound } from "../domain/index.ts";
import { listRoles, type Order, type RoleRow } from "../store/index.ts";
import { projectionOf, type ScimAnswer, type ScimContext } from "./context.ts";
import { readFilter } from "./dialect/index.ts";
import { evaluate } from "./filter/index.ts";
import { onPage, pageResponse, readOrder, windowOf } from "./query/index.ts";
import { fold, type JsonObject, project, Role } from "./schema/index.ts";

const addressOf = ({ baseUrl }: ScimContext, id: string) => `${baseUrl}${Role.endpoint}/${id}`;

const render = (context: ScimContext, { key, name }: RoleRow): JsonObject => ({
  schemas: [Role.schema.id],
  id: key,
  value: key,
  display: name,
  supported: true,
  meta: { resourceType: Role.id, location: addressOf(context, key) },
});

/** An organization that does not show its roles has no such address. */
const shown = ({ roles }: ScimContext) =>
  roles ? Effect.void : Effect.fail(new NotFound({ kind: "address", id: Role.endpoint }));

interface Row {
  readonly id: string;
  readonly sortKey: string;
  readonly resource: JsonObject;
}

const rowOf = (resource: JsonObject, order: Order | undefined): Row => {
  const [name = ""] = order?.path?.keys ?? [];
  const value = resource[name];
  return { id: String(resource["id"]), sortKey: typeof value === "string" ? fold(value) : "", resource };
};

const byText = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);

const compared = (left: Omit<Row, "resource">, right: Omit<Row, "resource">, descending: boolean): number =>
  (descending ? -1 : 1) * byText(left.sortKey, right.sortKey) || byText(left.id, right.id);

/** There are few: they are filtered, ordered and cut into pages here. */
export const listAllRoles = Effect.fn("listAllRoles")(function* (context: ScimContext) {
  yield* shown(context);
  const { query, dialect, tx } = context;
  const window = yield* windowOf(context, Role.id);
  const order = yield* Effect.fromResult(readOrder(context, Role));
  const text = query.get("filter");
  const filter = text === null ? undefined : yield* Effect.fromResult(readFilter(dialect, Role, text));
  const descending = order?.descending ?? false;
  const matching = (yield* listRoles(tx))
    .map((role) => rowOf(render(context, role), order))
    .filter(({ resource }) => filter === undefined || evaluate(filter, resource))
    .toSorted((left, right) => compared(left, right, descending));
  const { after } = window;
  const place = after && { id: after.id, sortKey: after.key ?? "" };
  const rest = matching.filter((row) => place === undefined || compared(row, place, descending) > 0);
  const rows = rest.slice(window.offset, window.offset + window.limit);
  const resources = onPage(window, rows).map(({ resource }) =>
    project(Role, resource, projectionOf(context)),
  );
  return yield* pageResponse(context, window, rows, resources, matching.length);
});

export const readRole = Effect.fn("readRole")(function* (context: ScimContext, id: string) {
  yield* shown(context);
  const found = (yield* listRoles(context.tx)).find(({ key }) => key === id);
  if (found === undefined) return yield* new NotFound({ kind: Role.name, id });
  const body = project(Role, render(context, found), projectionOf(context));
  return { status: 200, body, location: addressOf(context, found.key) } satisfies ScimAnswer;
});
