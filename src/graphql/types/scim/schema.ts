import type { Extension, JsonObject } from "../../../domain/index.ts";
import { removeScimSchema, setScimSchema, visibleScimSchemas } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

const ScimResourceType = builder.enumType("ScimResourceType", {
  values: { USER: { value: "User" }, GROUP: { value: "Group" } } as const,
});

/** As it can be declared again, here or elsewhere. */
const documentOf = ({ id, name, description, attributes }: Extension): JsonObject => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
  id,
  name,
  description,
  attributes,
});

const ScimSchema = builder.objectRef<Extension>("ScimSchema").implement({
  description: "A schema of the organization's own, which extends users or groups (RFC 7643 §3.3).",
  authScopes: { permission: "connection:read" },
  fields: (t) => ({
    id: t.exposeString("id", { description: "Its URN." }),
    resourceType: t.expose("resourceType", { type: ScimResourceType }),
    name: t.exposeString("name"),
    description: t.exposeString("description"),
    document: t.field({
      type: "JSON",
      description: "As in /Schemas (RFC 7643 §7).",
      resolve: documentOf,
    }),
  }),
});

builder.objectField(Organization, "scimSchemas", (t) =>
  t.field({
    type: [ScimSchema],
    description: "Those it declared itself.",
    authScopes: { permission: "connection:read" },
    resolve: (organization, _args, { caller, run }) =>
      run(visibleScimSchemas(caller, organization)).then((all) => [...all]),
  }),
);

const discardValues =
  "Take away the values that would be left without a declaration, and the roles they gave.";

builder.mutationFields((t) => ({
  setScimSchema: t.field({
    type: ScimSchema,
    description: "Declares a schema, or changes the one of the same URN.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      resourceType: t.arg({ type: ScimResourceType, required: true, defaultValue: "User" }),
      document: t.arg({ type: "JSON", required: true, description: "As in /Schemas (RFC 7643 §7)." }),
      discardValues: t.arg.boolean({ required: true, defaultValue: false, description: discardValues }),
    },
    resolve: (_root, { organization, document, ...wanted }, { caller, run }) =>
      run(setScimSchema(caller, organization, { ...wanted, document })),
  }),
  removeScimSchema: t.field({
    type: ScimSchema,
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      id: t.arg.string({ required: true }),
      discardValues: t.arg.boolean({ required: true, defaultValue: false, description: discardValues }),
    },
    resolve: (_root, { organization, id, discardValues: discard }, { caller, run }) =>
      run(removeScimSchema(caller, organization, id, discard)),
  }),
}));
