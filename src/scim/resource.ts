/** From rows to SCIM resources. */
import type { GroupRow, UserRow } from "../store/index.ts";
import type { JsonObject, ResourceType } from "./schema/index.ts";

interface Facts {
  /** What is kept as rows: a user's groups, a group's members. */
  readonly lists: JsonObject;
  readonly version: string;
  readonly baseUrl: string;
}

const metaOf = (type: ResourceType, row: UserRow | GroupRow, { version, baseUrl }: Facts): JsonObject => ({
  resourceType: type.id,
  created: row.createdAt.toISOString(),
  lastModified: row.updatedAt.toISOString(),
  location: `${baseUrl}${type.endpoint}/${row.id}`,
  version,
});

/** A row as clients see it. */
export const render = (type: ResourceType, row: UserRow | GroupRow, facts: Facts): JsonObject => ({
  ...row.resource,
  id: row.id,
  ...facts.lists,
  meta: metaOf(type, row, facts),
});
