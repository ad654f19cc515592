/** Asking a source for its changes, within what can be kept of the answer. */
import { Effect } from "effect";
import { ConnectorFailure, type Source } from "../../../connectors/connector.ts";
import type { JsonObject } from "../../domain/index.ts";

export type Changes = NonNullable<Source["changes"]>;

const largestCursor = 1_000_000;

const tooLarge = new ConnectorFailure({
  reason: "malformed",
  detail:
    "The source gave a bookmark of more than one megabyte for its changes, which is not kept. Its changes are not followed; it is read on schedule.",
});

/** What changed since the cursor; without one, only a cursor for what happens from now on. */
export const askChanges = Effect.fn("askChanges")(function* (changes: Changes, cursor: JsonObject | null) {
  const answer = yield* changes(cursor);
  return JSON.stringify(answer.cursor).length > largestCursor ? yield* tooLarge : answer;
});
