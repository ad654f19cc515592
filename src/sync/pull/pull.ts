/** One run at work: whose it is, and the transactions in which it may write. */
import { Data, Effect } from "effect";
import type { ConnectionId, OrganizationId, Origin, PlanId, RunId } from "../../domain/index.ts";
import { holdRun, Store, type TenantTx, takenBackSince } from "../../store/index.ts";
import type { Progress } from "./progress.ts";

export interface Pull {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly run: RunId;
  /** Who works it: one id per attempt. */
  readonly holder: string;
  readonly progress: Progress;
  /** Which directory is read, once the source has told it. */
  identity: string | null;
}

/** The run may not go on: another holder took it over, or its connection was disabled. */
export class RunStopped extends Data.TaggedError("RunStopped")<{
  readonly why: "superseded" | "disabled";
}> {}

/** What a run finds missing is counted as one. */
export const inferredBy = ({ run }: Pull): PlanId => run as string as PlanId;

export const originOfRun = ({ run, connection }: Pull): Origin => ({
  actor: { kind: "run", id: run },
  connection,
  request: null,
});

/**
 * A transaction of the run. A holder that slept past its lease finds the run another's, and writes nothing: what it
 * read may be older than what the other one has written.
 */
export const inRun = Effect.fn("inRun")(function* <A, E, R>(
  pull: Pull,
  body: (tx: TenantTx, origin: Origin) => Effect.Effect<A, E, R>,
) {
  const store = yield* Store;
  return yield* store.tenant(
    pull.organization,
    Effect.fnUntraced(function* (tx) {
      const held = yield* holdRun(tx, pull.run, pull.holder);
      if (held === undefined) return yield* new RunStopped({ why: "superseded" });
      if (!held.enabled) return yield* new RunStopped({ why: "disabled" });
      return yield* body(tx, originOfRun(pull));
    }),
  );
});

/** What we took back of these people since the run began. */
export const takenBack = (tx: TenantTx, pull: Pull, subjects: ReadonlyArray<string>) =>
  pull.identity === null || subjects.length === 0
    ? Effect.succeed([])
    : takenBackSince(tx, pull.connection, pull.identity, pull.run, subjects);
