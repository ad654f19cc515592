/** Connections with settings: add, test, change, schedule. */
import {
  addConnection,
  diagnoseConnection,
  setFollowing,
  setSchedule,
  testConnection,
  updateConnectionSettings,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { ConnectionKind } from "../enums.ts";
import { alone, Connection } from "./connection.ts";
import { ConnectionTest } from "./connector.ts";
import { ConnectionDiagnosis } from "./diagnosis.ts";

const SettingInput = builder.inputType("SettingInput", {
  description: "A setting by the name that `connectors` lists. Its value as text, whatever its type.",
  fields: (t) => ({
    name: t.string({ required: true }),
    value: t.field({ type: "SettingValue", required: true }),
  }),
});

builder.mutationFields((t) => ({
  addConnection: t.field({
    type: Connection,
    description:
      "One that we read is tried first: where it does not work or cannot see everything, nothing is stored. Then it is read at once.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      kind: t.arg({ type: ConnectionKind, required: true }),
      slug: t.arg.string({ required: true }),
      name: t.arg.string({ description: "By default the slug." }),
      settings: t.arg({ type: [SettingInput], required: true, defaultValue: [] }),
      every: t.arg.int({
        defaultValue: 900,
        description: "Seconds between scheduled runs, 60 to 86400; null: only when asked.",
      }),
      certificateAuthority: t.arg.string({ description: "PEM text, trusted for this connection." }),
      unchecked: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Store it without trying it, and do not read it at once.",
      }),
      planFirst: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          "One that we read: have it count only as the plan is applied that its first whole run makes.",
      }),
      metadata: t.arg.string({
        description:
          "What the provider publishes of itself (SAML metadata), instead of the settings that it gives.",
      }),
      sameDirectoryAs: t.arg.string({
        description: "Slug of a connection that shows the same directory: declared with it at once.",
      }),
    },
    resolve: (
      _root,
      { organization, name, every, certificateAuthority, sameDirectoryAs, metadata, ...rest },
      { caller, run },
    ) =>
      run(
        addConnection(caller, organization, {
          ...rest,
          name: name ?? null,
          every: every ?? null,
          certificateAuthority: certificateAuthority ?? null,
          sameDirectoryAs: sameDirectoryAs ?? null,
          metadata: metadata ?? null,
        }),
      ).then(alone(organization)),
  }),
  updateConnectionSettings: t.field({
    type: Connection,
    description:
      "Changes the settings named, secrets too. Tried first and read at once, as a new one. With another address the secret must be given again.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      settings: t.arg({ type: [SettingInput], required: true, defaultValue: [] }),
      certificateAuthority: t.arg.string({ description: "PEM text; empty: none from now on." }),
      unchecked: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (
      _root,
      { organization, connection, settings, certificateAuthority, unchecked },
      { caller, run },
    ) =>
      run(
        updateConnectionSettings(caller, organization, connection, {
          settings,
          certificateAuthority: certificateAuthority ?? null,
          unchecked,
        }),
      ).then(alone(organization)),
  }),
  testConnection: t.field({
    type: ConnectionTest,
    description: "Asks the system what the stored credential can see. Changes nothing.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
    },
    resolve: (_root, { organization, connection }, { caller, run }) =>
      run(testConnection(caller, organization, connection)),
  }),
  diagnoseConnection: t.field({
    type: ConnectionDiagnosis,
    description:
      "What the stored credential sees and lacks, what changes are not seen at once, and after how long at worst. Changes nothing.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
    },
    resolve: (_root, { organization, connection }, { caller, run }) =>
      run(diagnoseConnection(caller, organization, connection)),
  }),
  setFollowing: t.field({
    type: Connection,
    description:
      "How often the source is asked what changed, between its readings as a whole. Only where its system tells.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      every: t.arg.int({ description: "Seconds, 1 to 3600; null: never." }),
    },
    resolve: (_root, { organization, connection, every }, { caller, run }) =>
      run(setFollowing(caller, organization, connection, every ?? null)).then(alone(organization)),
  }),
  setSchedule: t.field({
    type: Connection,
    description: "How often it is read. Where that changes, the next run is due at once.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      every: t.arg.int({ description: "Seconds, 60 to 86400; null: only when asked." }),
    },
    resolve: (_root, { organization, connection, every }, { caller, run }) =>
      run(setSchedule(caller, organization, connection, every ?? null)).then(alone(organization)),
  }),
}));
