/** What a connection can see right now, and which kinds of connections can be read at all. */
import { Effect } from "effect";
import type { Health } from "../../../connectors/connector.ts";
import { connectionKinds, NotSupported } from "../../domain/index.ts";
import type { ConnectionRow } from "../../store/index.ts";
import { Connectors, findConnector, openConnection } from "../../sync/index.ts";
import { atSystem, inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { namedConnection } from "./connections.ts";
import { probed } from "./probe.ts";

/** Failing is an answer, too: `reason` and `detail` say why there is no other one. */
export interface Tested extends Omit<Health, "latencyMillis"> {
  readonly latencyMillis: number | null;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** The answer where the system could not be asked. */
export const failed = (reason: string, detail: string): Tested => ({
  latencyMillis: null,
  version: null,
  sees: [],
  lacks: [],
  reason,
  detail,
});

export const unreadable = "This server's master key does not open the stored secret. Give it again.";

/** The connector of a connection, or NotSupported with a sentence where its system pushes to us. */
export const connectorFor = Effect.fn("connectorFor")(function* ({ kind, slug }: ConnectionRow) {
  const connector = yield* findConnector(kind);
  if (connector !== undefined) return connector;
  return yield* new NotSupported({
    detail: `${slug} is a connection of the kind ${kind}, whose system comes to us: there is nothing to read or to test from here.`,
  });
});

/** The same where people and groups are read; NotSupported where people sign in. */
export const readerFor = Effect.fn("readerFor")(function* (row: ConnectionRow) {
  const connector = yield* connectorFor(row);
  if (connector.signsIn !== true) return connector;
  return yield* new NotSupported({
    detail: `People sign in through ${row.slug}: nothing is read from it, now or on schedule.`,
  });
});

/** Asks the system what the stored credential can see. Changes nothing. */
export const testConnection = Effect.fn("testConnection")(function* (
  caller: Caller,
  target: Target,
  slug: string,
) {
  // It makes this server send requests: reading is not enough.
  const organization = yield* organizationFor(caller, target, "connection:write");
  const row = yield* inOrganization(caller, organization, "connection:write", (tx) =>
    namedConnection(tx, slug),
  );
  yield* connectorFor(row);
  return yield* probed(openConnection(organization.id, row.id)).pipe(
    Effect.map((health): Tested => ({ ...health, reason: null, detail: null })),
    Effect.catchTags({
      ConnectorFailure: ({ reason, detail }) => Effect.succeed(failed(reason, detail)),
      SecretUnreadable: () => Effect.succeed(failed("unauthorized", unreadable)),
    }),
  );
});

/** The kinds of connections that can be read, with the settings of each. */
export const visibleConnectors = (caller: Caller) =>
  atSystem(
    caller,
    "connection:read",
    Effect.fnUntraced(function* () {
      const { list } = yield* Connectors;
      return list.flatMap(({ kind: own, title, fields }) =>
        connectionKinds.filter((kind) => kind === own).map((kind) => ({ kind, title, fields })),
      );
    }),
  );
