/**
 * What changes while everything is read: asked for between two batches and kept at once. What was read before of the same
 * people and groups is older, and is not kept any more.
 */
import { Clock, Effect } from "effect";
import type { Source } from "../../../connectors/connector.ts";
import type { Batch } from "./batches.ts";
import { askChanges, namedIn, type Reread, takeNamed } from "./hints.ts";
import { type Pull, toldOf } from "./pull.ts";

/** What a source gives as its reason, as far as it is kept. */
export const shownWhy = (why: string): string => why.slice(0, 500).toWellFormed().replaceAll("\0", "\uFFFD");

export interface Meanwhile {
  readonly reread: Reread;
  /** Looks, where it is time to. Trouble with it is not the run's: the follower replays what was not seen. */
  readonly look: Effect.Effect<
    void,
    Effect.Error<ReturnType<typeof look>>,
    Effect.Services<ReturnType<typeof look>>
  >;
}

const look = Effect.fn("pull.look")(function* (pull: Pull, source: Source, reread: Reread) {
  if (source.changes === undefined || !pull.cursor) return;
  const { hints, cursor } = yield* askChanges(source.changes, pull.cursor);
  yield* takeNamed(pull, source, namedIn(hints), { forgiving: false, reread });
  const everyone = hints.find((hint) => hint._tag === "Everyone");
  if (everyone !== undefined) pull.again = { why: shownWhy(everyone.why), ...toldOf(everyone.because) };
  pull.cursor = cursor;
});

/** `everyMillis`: `null` for no looks at all. */
export const makeMeanwhile = Effect.fnUntraced(function* (
  pull: Pull,
  source: Source,
  everyMillis: number | null,
) {
  const reread: Reread = { users: new Set(), groups: new Set() };
  let next = everyMillis === null ? Number.POSITIVE_INFINITY : yield* Clock.currentTimeMillis;
  const meanwhile: Meanwhile = {
    reread,
    look: Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis;
      if (now < next) return;
      next = now + (everyMillis ?? 0);
      yield* look(pull, source, reread).pipe(
        Effect.catchTag("ConnectorFailure", () =>
          Effect.sync(() => {
            next = Number.POSITIVE_INFINITY;
          }),
        ),
      );
    }),
  };
  return meanwhile;
});

/** The batch without what was read again since. */
export const newIn = (batch: Batch, { users, groups }: Reread): Batch => {
  switch (batch._tag) {
    case "Users":
      return { _tag: "Users", facts: batch.facts.filter(({ id }) => !users.has(id)) };
    case "Groups":
      return { _tag: "Groups", facts: batch.facts.filter(({ id }) => !groups.has(id)) };
    case "Members":
      return { _tag: "Members", lists: new Map([...batch.lists].filter(([id]) => !groups.has(id))) };
    case "Proof":
      return batch;
  }
};
