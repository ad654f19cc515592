import { Effect } from "effect";
import { ServerAddress } from "../../../http/index.ts";
import { listScimClients, listScimTokens } from "../../../store/index.ts";
import {
  type Caller,
  type ConnectionView,
  declareSameDirectory,
  inOrganization,
  isStrict,
  markConnection,
  setConnectionEnabled,
  setConnectionStrict,
  setLifecycleAuthority,
  type Target,
  viewConnections,
  viewSyncs,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { ConnectionKind } from "../enums.ts";
import { Organization } from "../organization.ts";
import { ScimClient } from "./client.ts";
import { Sync } from "./sync.ts";
import { ScimToken } from "./token.ts";

/** Connections that were read together: what one of them needs, all of them get in one query. */
interface Siblings {
  readonly organization: Target;
  /** Stands for how all of them are read. */
  readonly syncs: object;
  /** Stands for their OAuth clients. */
  readonly clients: object;
  /** Stands for what is written through them. */
  readonly pushes: object;
}

interface ConnectionModel extends ConnectionView {
  readonly siblings: Siblings;
}

const models = (organization: Target, views: ReadonlyArray<ConnectionView>): Array<ConnectionModel> => {
  const siblings: Siblings = { organization, syncs: {}, clients: {}, pushes: {} };
  return views.map((view) => ({ ...view, siblings }));
};

export const alone = (organization: Target) => (view: ConnectionView) => ({
  ...view,
  siblings: { organization, syncs: {}, clients: {}, pushes: {} },
});

/** The tokens of all of them, by connection. */
const allTokens = (caller: Caller, { organization }: Siblings) =>
  inOrganization(caller, organization, "token:read", (tx) =>
    Effect.map(listScimTokens(tx), (rows) => Map.groupBy(rows, (row) => row.connectionId)),
  );

/** The OAuth clients of all of them, by connection. */
const allClients = (caller: Caller, { organization }: Siblings) =>
  inOrganization(caller, organization, "token:read", (tx) =>
    Effect.map(listScimClients(tx), (rows) => Map.groupBy(rows, (row) => row.connectionId)),
  );

/** How each of them is read, by connection. */
const allSyncs = (caller: Caller, { organization }: Siblings) =>
  inOrganization(caller, organization, "sync:read", viewSyncs);

const scimUrl = ({ kind }: ConnectionView) =>
  Effect.map(ServerAddress, ({ publicUrl }) => (kind === "scim" ? `${publicUrl}/scim/v2` : null));

export const Connection = builder.objectRef<ConnectionModel>("Connection").implement({
  authScopes: { permission: "connection:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    slug: t.exposeString("slug"),
    name: t.exposeString("name"),
    kind: t.expose("kind", { type: ConnectionKind }),
    enabled: t.exposeBoolean("enabled"),
    waits: t.exposeBoolean("waits", {
      description: "It is read, and does not count before the plan of its first sync is applied.",
    }),
    lifecycleAuthority: t.exposeBoolean("lifecycleAuthority", {
      nullable: true,
      description: "May it say that an account is inactive? Null: as its kind does by default.",
    }),
    sameDirectoryAs: t.stringList({
      description: "The slugs of the other connections declared the same directory.",
      resolve: ({ sameDirectoryAs }) => [...sameDirectoryAs],
    }),
    forEnvironment: t.exposeBoolean("forEnvironment", {
      description: "Do the environment's tokens write to it?",
    }),
    settings: t.expose("settings", {
      type: "JSON",
      description: "By name, as they were given; no secrets. What is not there has its default.",
    }),
    strict: t.boolean({
      nullable: true,
      description: "Are its client's departures from the SCIM standard refused? Null where nobody pushes.",
      resolve: isStrict,
    }),
    sync: t.field({
      type: Sync,
      nullable: true,
      description: "Null where the system pushes to us.",
      authScopes: { permission: "sync:read" },
      resolve: async ({ id, siblings }, _args, { caller, once }) =>
        (await once(siblings.syncs, allSyncs(caller, siblings))).get(id) ?? null,
    }),
    scimUrl: t.string({
      nullable: true,
      resolve: (connection, _args, { run }) => run(scimUrl(connection)),
    }),
    tokens: t.field({
      type: [ScimToken],
      authScopes: { permission: "token:read" },
      resolve: async ({ id, siblings }, _args, { caller, once }) =>
        (await once(siblings, allTokens(caller, siblings))).get(id) ?? [],
    }),
    clients: t.field({
      type: [ScimClient],
      description: "The OAuth clients of a SCIM connection.",
      authScopes: { permission: "token:read" },
      resolve: async ({ id, siblings }, _args, { caller, once }) =>
        (await once(siblings.clients, allClients(caller, siblings))).get(id) ?? [],
    }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
  }),
});

builder.objectField(Organization, "connections", (t) =>
  t.field({
    type: [Connection],
    authScopes: { permission: "connection:read" },
    resolve: async (organization, _args, { caller, run }) =>
      models(
        organization,
        await run(inOrganization(caller, organization, "connection:read", viewConnections)),
      ),
  }),
);

builder.mutationFields((t) => ({
  setConnectionEnabled: t.field({
    type: Connection,
    description:
      "A disabled connection gives no roles and is refused at the door, at once. One that is enabled again is read.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      enabled: t.arg.boolean({ required: true }),
    },
    resolve: (_root, { organization, connection, enabled }, { caller, run }) =>
      run(setConnectionEnabled(caller, organization, connection, enabled)).then(alone(organization)),
  }),
  setConnectionStrict: t.field({
    type: Connection,
    description:
      "Strict: the SCIM interoperability profile and nothing else. Okta and Entra break it, so the default is not strict.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      strict: t.arg.boolean({ required: true }),
    },
    resolve: (_root, { organization, connection, strict }, { caller, run }) =>
      run(setConnectionStrict(caller, organization, connection, strict)).then(alone(organization)),
  }),
  setLifecycleAuthority: t.field({
    type: Connection,
    description: "May the connection say that an account is inactive? Null: as its kind does by default.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      authority: t.arg.boolean(),
    },
    resolve: (_root, { organization, connection, authority }, { caller, run }) =>
      run(setLifecycleAuthority(caller, organization, connection, authority ?? null)).then(
        alone(organization),
      ),
  }),
  markConnection: t.field({
    type: [Connection],
    description: "The environment's tokens write to this SCIM connection, and to no other; null: to none.",
    authScopes: { permission: "connection:write" },
    args: { organization: t.arg.string({ required: true }), connection: t.arg.string() },
    resolve: (_root, { organization, connection }, { caller, run }) =>
      run(markConnection(caller, organization, connection ?? null)).then((views) =>
        models(organization, views),
      ),
  }),
  declareSameDirectory: t.field({
    type: [Connection],
    description:
      "These connections, and no others, are the same directory. One connection alone ends its declaration.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connections: t.arg.stringList({ required: true }),
    },
    resolve: (_root, { organization, connections }, { caller, run }) =>
      run(declareSameDirectory(caller, organization, connections)).then((views) =>
        models(organization, views),
      ),
  }),
}));
