/** When a connection is read: by schedule, or now. */
import { Effect } from "effect";
import { InvalidValue, NotFound } from "../../domain/index.ts";
import {
  type ConnectionRow,
  lockSyncState,
  recordEvent,
  setSchedule as storeSchedule,
  type TenantTx,
} from "../../store/index.ts";
import { askForRun, enqueueSync } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { intervalOf } from "../input.ts";
import { happened, namedConnection, viewConnection } from "./connections.ts";
import { peopleCalled } from "./people.ts";
import { readerFor } from "./test.ts";

/** `every`: seconds, or null for only when asked. The next run is due at once. */
export const setSchedule = (caller: Caller, target: Target, slug: string, every: number | null) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      if (every !== null) yield* intervalOf("every", every);
      const row = yield* namedConnection(tx, slug);
      yield* readerFor(row);
      const before = yield* lockSyncState(tx, row.id);
      if (before?.everySeconds !== every) {
        yield* storeSchedule(tx, row.id, every);
        yield* recordEvent(tx, happened("connection.schedule-changed", origin, row.id, { every }));
        if (every !== null) yield* enqueueSync(tx, row.id);
      }
      return yield* viewConnection(tx, slug);
    }),
  );

/** By userName, else by email. */
const personOf = Effect.fnUntraced(function* (tx: TenantTx, row: ConnectionRow, name: string) {
  const [first, ...others] = yield* peopleCalled(tx, row, name);
  const { slug } = row;
  if (first === undefined) {
    const hint = `Whom ${slug} has not shown yet is found by reading everyone.`;
    return yield* new NotFound({ kind: `person of ${slug} with the userName or email`, id: name, hint });
  }
  if (others.length === 0) return first.id;
  return yield* new InvalidValue({ detail: "person: several people have this email. Give the userName." });
});

const mustBeEnabled = ({ enabled, slug }: ConnectionRow) =>
  enabled
    ? Effect.void
    : Effect.fail(new InvalidValue({ detail: `The connection ${slug} is disabled. Enable it first.` }));

/**
 * Asks for a run about everyone, or about the one `person` with this userName or email. Gives the run, which is the
 * one that waits already where there is one.
 */
export const startSync = (caller: Caller, target: Target, slug: string, person: string | null) =>
  inOrganization(
    caller,
    target,
    "sync:write",
    Effect.fnUntraced(function* (tx) {
      const row = yield* namedConnection(tx, slug);
      yield* readerFor(row);
      yield* mustBeEnabled(row);
      const user = person === null ? null : yield* personOf(tx, row, person);
      const run = yield* askForRun(tx, row.id, user, caller.id);
      return run === undefined
        ? yield* Effect.die("A run was asked for and is not there.")
        : { ...run, connection: slug };
    }),
  );
