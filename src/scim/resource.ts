/** From rows to SCIM resources. */
import type { GroupRow, UserRow } from "../store/index.ts";
import type { JsonObject, ResourceType } from "./schema/index.ts";

const metaOf = (
  type: ResourceType,
  row: { readonly id: string; readonly version: number; readonly createdAt: Date; readonly updatedAt: Date },
  baseUrl: string,
): JsonObject => ({
  resourceType: type.id,
  created: row.createdAt.toISOString(),
  lastModified: row.updatedAt.toISOString(),
  location: `${baseUrl}${type.endpoint}/${row.id}`,
  version: `W/"${row.version}"`,
});

/** A row as clients see it. `lists` holds what is kept as rows: a user's groups, a group's members. */
export const render = (
  type: ResourceType,
  row: UserRow | GroupRow,
  lists: JsonObject,
  baseUrl: string,
): JsonObject => ({ ...row.resource, id: row.id, ...lists, meta: metaOf(type, row, baseUrl) });
