/** Is it the directory that was read before? */
import { Effect } from "effect";
import { ConnectorFailure, type Source } from "../../../connectors/connector.ts";

const another = new ConnectorFailure({
  reason: "refused",
  detail:
    "This is another directory than the one that was read before: everybody would seem to have left. Give it a connection of its own, or put back the settings.",
});

/** Who is missing in another directory has not left the one that was read before. */
export const sameDirectory = Effect.fn("sameDirectory")(function* (
  before: string | null,
  { identity }: Source,
) {
  const now = identity === undefined ? null : yield* identity;
  return before === null || now === before ? now : yield* another;
});
