import { Effect } from "effect";
import { findMapping, findMappingIn, type MappingRow } from "../../store/index.ts";
import { draftMapping, inOrganization, publishMapping, type Target } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { MappingState } from "./enums.ts";
import { Organization } from "./organization.ts";

/** A version, and whose it is: more can be asked about it. */
export interface MappingModel extends MappingRow {
  readonly organization: Target;
}

export const mappingModel = (organization: Target) => (row: MappingRow) =>
  ({ ...row, organization }) satisfies MappingModel as MappingModel;

export const Mapping = builder.objectRef<MappingModel>("Mapping").implement({
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
    description: "The one in force, the draft, or whichever has this version.",
    args: {
      state: t.arg({ type: MappingState, required: true, defaultValue: "published" }),
      version: t.arg.int({ description: "In place of `state`." }),
    },
    resolve: async (organization, { state, version }, { caller, run }) => {
      const found = await run(
        inOrganization(caller, organization, "mapping:read", (tx) =>
          typeof version === "number" ? findMapping(tx, version) : findMappingIn(tx, state),
        ),
      );
      return found === undefined ? null : mappingModel(organization)(found);
    },
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
      run(Effect.map(draftMapping(caller, organization, document), mappingModel(organization))),
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
      run(Effect.map(publishMapping(caller, organization, apply), mappingModel(organization))),
  }),
}));
