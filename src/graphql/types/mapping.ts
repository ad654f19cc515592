import { findMappingIn, type MappingRow } from "../../store/index.ts";
import { draftMapping, inOrganization, publishMapping } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { MappingState } from "./enums.ts";
import { Organization } from "./organization.ts";

const Mapping = builder.objectRef<MappingRow>("Mapping").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    version: t.exposeInt("version"),
    state: t.exposeString("state", { description: "draft, published or superseded." }),
    document: t.expose("document", { type: "JSON" }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    publishedAt: t.expose("publishedAt", { type: "DateTime", nullable: true }),
  }),
});

builder.objectField(Organization, "mapping", (t) =>
  t.field({
    type: Mapping,
    nullable: true,
    authScopes: { permission: "mapping:read" },
    args: { state: t.arg({ type: MappingState, required: true, defaultValue: "published" }) },
    resolve: (organization, { state }, { caller, run }) =>
      run(inOrganization(caller, organization, "mapping:read", (tx) => findMappingIn(tx, state))),
  }),
);

builder.mutationFields((t) => ({
  draftMapping: t.field({
    type: Mapping,
    description: "Checks the document and keeps it as the draft, in place of an earlier one.",
    authScopes: { permission: "mapping:write" },
    args: {
      organization: t.arg.string({ required: true }),
      document: t.arg({ type: "JSON", required: true }),
    },
    resolve: (_root, { organization, document }, { caller, run }) =>
      run(draftMapping(caller, organization, document)),
  }),
  publishMapping: t.field({
    type: Mapping,
    description: "Puts the draft in force: for each person with the next news of them, or for everyone now.",
    authScopes: { permission: "mapping:publish" },
    args: {
      organization: t.arg.string({ required: true }),
      apply: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, apply }, { caller, run }) =>
      run(publishMapping(caller, organization, apply)),
  }),
}));
