/** An organization's SCIM settings, and the domains it claims. */
import { defineEntity, p } from "@mikro-orm/postgresql";
import type { Extension } from "../../domain/index.ts";

/** No row: everything has its default. */
export const ScimSettings = defineEntity({
  name: "ScimSettings",
  tableName: "scim_settings",
  properties: {
    organizationId: p.uuid().primary(),
    schemas: p.json<ReadonlyArray<Extension>>(),
    version: p.integer(),
    enabled: p.boolean(),
    /** Are users of other domains than its own refused? */
    domainsOnly: p.boolean(),
    /** Are its roles shown at `/Roles`? */
    roles: p.boolean(),
  },
});

export const ScimDomain = defineEntity({
  name: "ScimDomain",
  tableName: "scim_domain",
  properties: {
    organizationId: p.uuid().primary(),
    name: p.string().primary(),
    challenge: p.string(),
    createdAt: p.datetime().defaultRaw("now()"),
    verifiedAt: p.datetime().nullable(),
  },
});
