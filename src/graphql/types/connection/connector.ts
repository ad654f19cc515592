import type { Field } from "../../../../connectors/connector.ts";
import type { ConnectionKind as Kind } from "../../../domain/index.ts";
import { type Tested, visibleConnectors } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { ConnectionKind, SettingType } from "../enums.ts";

const SettingField = builder.objectRef<Field>("SettingField").implement({
  description: "A setting that connections of a kind have.",
  authScopes: { permission: "connection:read" },
  fields: (t) => ({
    name: t.exposeString("name"),
    title: t.exposeString("title"),
    help: t.exposeString("help"),
    type: t.expose("type", { type: SettingType }),
    secret: t.exposeBoolean("secret", { description: "Kept encrypted and never shown again." }),
    default: t.exposeString("default", { nullable: true, description: "Null: it must be given." }),
  }),
});

interface ConnectorModel {
  readonly kind: Kind;
  readonly title: string;
  readonly fields: ReadonlyArray<Field>;
}

const Connector = builder.objectRef<ConnectorModel>("Connector").implement({
  description: "A kind of connections that can be read.",
  authScopes: { permission: "connection:read" },
  fields: (t) => ({
    kind: t.expose("kind", { type: ConnectionKind }),
    title: t.exposeString("title"),
    fields: t.expose("fields", { type: [SettingField] }),
  }),
});

builder.queryField("connectors", (t) =>
  t.field({
    type: [Connector],
    authScopes: { permission: "connection:read" },
    resolve: (_root, _args, { caller, run }) => run(visibleConnectors(caller)),
  }),
);

export const Lack = builder.objectRef<Tested["lacks"][number]>("Lack").implement({
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    what: t.exposeString("what", { description: "What cannot be seen." }),
    remedy: t.exposeString("remedy"),
  }),
});

export const ConnectionTest = builder.objectRef<Tested>("ConnectionTest").implement({
  description: "What the stored credential can see. Where the system could not be asked, `reason` says why.",
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    latencyMillis: t.exposeFloat("latencyMillis", { nullable: true, description: "Of one request." }),
    version: t.exposeString("version", { nullable: true, description: "Where the system tells." }),
    sees: t.stringList({ resolve: ({ sees }) => [...sees] }),
    lacks: t.expose("lacks", { type: [Lack] }),
    reason: t.exposeString("reason", { nullable: true, description: "Null where it answered." }),
    detail: t.exposeString("detail", { nullable: true }),
  }),
});
