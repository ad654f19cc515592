/** All there is to say about a connection right now: what its credential sees, and what is not seen at once. */
import { Effect } from "effect";
import type { Connection, ConnectorFailure, Lack } from "../../../connectors/connector.ts";
import type { ConnectionRow, TenantTx } from "../../store/index.ts";
import { openConnection } from "../../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import {
  connectorFor,
  failed,
  namedConnection,
  type SyncView,
  type Tested,
  unreadable,
  viewSyncs,
  withPatience,
} from "../connection/index.ts";
import { type LedgerEntry, ledgerOf } from "./ledger.ts";

export interface Diagnosis extends Tested {
  readonly slug: string;
  /** Null where it was never meant to be read. */
  readonly sync: SyncView | null;
  readonly ledger: ReadonlyArray<LedgerEntry>;
}

const read = Effect.fnUntraced(function* (tx: TenantTx, slug: string) {
  const row = yield* namedConnection(tx, slug);
  yield* connectorFor(row);
  return { row, sync: (yield* viewSyncs(tx)).get(row.id) ?? null };
});

const unseen = ({ detail }: ConnectorFailure): ReadonlyArray<Lack> => [
  { what: "the system's own settings, so that what it cannot tell is not known", remedy: detail },
];

const examine = Effect.fnUntraced(function* ({ probe, source }: Connection) {
  const health = yield* probe;
  const spots = yield* Effect.result(source?.blindSpots ?? Effect.succeed([]));
  return spots._tag === "Success"
    ? { health, source, spots: spots.success }
    : { health: { ...health, lacks: [...health.lacks, ...unseen(spots.failure)] }, source, spots: [] };
});

const diagnose = (row: ConnectionRow, sync: SyncView | null, open: ReturnType<typeof openConnection>) => {
  const { slug, enabled } = row;
  const when = {
    slug,
    enabled,
    everySeconds: sync?.everySeconds ?? null,
    followSeconds: sync?.followSeconds ?? null,
  };
  const silent = (because: Tested): Diagnosis => ({ ...because, slug, sync, ledger: [] });
  return withPatience(Effect.scoped(Effect.flatMap(open, examine))).pipe(
    Effect.map(({ health, source, spots }): Diagnosis => {
      const ledger = ledgerOf(source, spots, when);
      return { ...health, reason: null, detail: null, slug, sync, ledger };
    }),
    Effect.catchTags({
      ConnectorFailure: ({ reason, detail }) => Effect.succeed(silent(failed(reason, detail))),
      SecretUnreadable: () => Effect.succeed(silent(failed("unauthorized", unreadable))),
    }),
  );
};

/** Asks the system now. Changes nothing. */
export const diagnoseConnection = Effect.fn("diagnoseConnection")(function* (
  caller: Caller,
  target: Target,
  slug: string,
) {
  // It makes this server send requests: reading is not enough.
  const organization = yield* organizationFor(caller, target, "connection:write");
  const { row, sync } = yield* inOrganization(caller, organization, "connection:write", (tx) =>
    read(tx, slug),
  );
  return yield* diagnose(row, sync, openConnection(organization.id, row.id));
});
