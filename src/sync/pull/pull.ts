/** One run at work: whose it is, and the transactions in which it may write. */
import { Data, Effect } from "effect";
import type { Because } from "../../../connectors/connector.ts";
import type { ConnectionId, JsonObject, OrganizationId, Origin, PlanId, RunId } from "../../domain/index.ts";
import {
  holdRun,
  type NewEvent,
  recordEvents,
  Store,
  type TenantTx,
  takenBackSince,
} from "../../store/index.ts";
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
  /** Where changes are followed from once all of this was read; null: where they were followed before. */
  cursor?: JsonObject | null;
  /** Why all of it is to be read once more, where the source said so meanwhile. */
  again?: JsonObject;
  /** What made us ask, where the source told of a change. */
  readonly because?: Because;
  /** The source told of this very person: what they lose is never held. */
  readonly named?: true;
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

/** What the outside system says made a change, as events hold it: ids and a time, cut where somebody made them long. */
export const toldOf = ({ event, at, actor }: Because): JsonObject => ({
  source: { event: shortId(event), at: Number.isFinite(at) ? at : null, actor: shortId(actor) },
});

const shortId = (id: string | null) => id?.slice(0, 255).toWellFormed().replaceAll("\0", "\uFFFD") ?? null;

/** Writes events of the run, each with what brought it. */
export const tell = (
  tx: TenantTx,
  pull: Pull,
  origin: Origin,
  events: ReadonlyArray<Omit<NewEvent, "origin">>,
) => {
  const telling = pull.because === undefined ? {} : toldOf(pull.because);
  return recordEvents(
    tx,
    events.map((event) => ({ ...event, origin, data: { ...event.data, ...telling } })),
  );
};

/** How much it weighs that something is lost by what was found. */
export const lossOf = (pull: Pull) =>
  pull.named === true ? { loses: true, named: true } : ({ loses: true, inferred: inferredBy(pull) } as const);

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
