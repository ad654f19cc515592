/** What an organization sets for SCIM as a whole. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Extension } from "../../domain/index.ts";

export const ScimSettings = defineEntity({
  name: "ScimSettings",
  tableName: "scim_settings",
  properties: {
    organizationId: p.uuid().primary(),
    schemas: p.json<ReadonlyArray<Extension>>(),
    version: p.integer(),
    enabled: p.boolean(),
  },
});
