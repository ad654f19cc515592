/** What a provider says of itself, compared with its connection's settings. */
import type { ComparedCertificate } from "../../../../connectors/connector.ts";
import {
  approveMetadata,
  compareMetadata,
  type MetadataDifference as Model,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { CertificateChange } from "../enums.ts";
import { Organization } from "../organization.ts";
import { alone, Connection } from "./connection.ts";

const MetadataCertificate = builder.objectRef<ComparedCertificate>("MetadataCertificate").implement({
  description: "A certificate that the provider signs with, by the metadata, by the settings, or by both.",
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    fingerprint: t.exposeString("fingerprint", { description: "SHA-256, as hexadecimal digits." }),
    validFrom: t.field({ type: "DateTime", resolve: ({ validFrom }) => new Date(validFrom) }),
    validUntil: t.field({ type: "DateTime", resolve: ({ validUntil }) => new Date(validUntil) }),
    change: t.expose("change", { type: CertificateChange }),
  }),
});

const MetadataSetting = builder.objectRef<Model["settings"][number]>("MetadataSetting").implement({
  description: "A setting that the metadata has otherwise.",
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    name: t.exposeString("name"),
    before: t.exposeString("before", { description: "As it is set." }),
    after: t.exposeString("after", { description: "As the metadata says." }),
  }),
});

const MetadataDifference = builder.objectRef<Model>("MetadataDifference").implement({
  description: "Between what a connection has pinned and what its provider's metadata says now.",
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    hash: t.exposeString("hash", {
      nullable: true,
      description: "Names exactly this difference, for approving it. Null where there is none.",
    }),
    settings: t.field({ type: [MetadataSetting], resolve: ({ settings }) => [...settings] }),
    certificates: t.field({
      type: [MetadataCertificate],
      description: "All there are on either side.",
      resolve: ({ certificates }) => [...certificates],
    }),
  }),
});

const documentHelp = "The metadata itself. Without it, what stands at the address of the settings is read.";

builder.objectFields(Organization, (t) => ({
  metadataDifference: t.field({
    type: MetadataDifference,
    description: "Asks the provider where no document is given. Changes nothing.",
    authScopes: { permission: "connection:write" },
    args: {
      connection: t.arg.string({ required: true }),
      document: t.arg.string({ description: documentHelp }),
    },
    resolve: (organization, { connection, document }, { caller, run }) =>
      run(compareMetadata(caller, organization, connection, document ?? null)),
  }),
}));

builder.mutationFields((t) => ({
  approveMetadata: t.field({
    type: Connection,
    description:
      "Applies the difference that this hash names; fails where it is another one by now. The entity ID never changes.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      difference: t.arg.string({ required: true, description: "Its hash, as it was shown." }),
      document: t.arg.string({ description: documentHelp }),
    },
    resolve: (_root, { organization, connection, difference, document }, { caller, run }) =>
      run(approveMetadata(caller, organization, connection, difference, document ?? null)).then(
        alone(organization),
      ),
  }),
}));
