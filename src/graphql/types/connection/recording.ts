import { journeyOf } from "../../../scim/index.ts";
import {
  type RecordingRow,
  startRecording,
  takeRecording,
  visibleRecordings,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

const Recording = builder.objectRef<RecordingRow>("Recording").implement({
  description: "What the client of a SCIM connection sends, in pseudonyms. Forgotten a day after its end.",
  authScopes: { permission: "connection:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    connectionId: t.exposeID("connectionId"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    endsAt: t.expose("endsAt", { type: "DateTime" }),
    live: t.exposeBoolean("live", { description: "Is more recorded?" }),
    exchanges: t.exposeInt("exchanges", { description: "Recorded so far." }),
    skipped: t.exposeInt("skipped", { description: "Exchanges of more than 256 KiB, which are not kept." }),
  }),
});

builder.objectFields(Organization, (t) => ({
  recordings: t.field({
    type: [Recording],
    description: "Newest first: those that nobody has taken.",
    authScopes: { permission: "connection:read" },
    resolve: (organization, _args, { caller, run }) =>
      run(visibleRecordings(caller, organization)).then((rows) => [...rows]),
  }),
}));

builder.mutationFields((t) => ({
  startRecording: t.field({
    type: Recording,
    description:
      "Records what the client of a SCIM connection sends from now on. Every value becomes a pseudonym before it is kept.",
    authScopes: { permission: "connection:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      seconds: t.arg.int({ required: true, defaultValue: 600, description: "1 to 3600." }),
      exchanges: t.arg.int({ required: true, defaultValue: 500, description: "At most, 1 to 1000." }),
    },
    resolve: (_root, { organization, connection, ...wanted }, { caller, run }) =>
      run(startRecording(caller, organization, connection, wanted)),
  }),
  takeRecording: t.field({
    type: "JSON",
    description:
      "Ends a recording, gives it in the form of the project's test/payloads/journeys, and forgets it.",
    authScopes: { permission: "connection:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) =>
      run(takeRecording(caller, organization, id)).then(journeyOf),
  }),
}));
