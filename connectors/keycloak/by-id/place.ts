/** What every question by id needs. */
import type { Effect } from "effect";
import type { ConnectorFailure } from "../../connector.ts";
import type { Ask } from "../client.ts";
import type { Settings } from "../settings.ts";
import type { Canaries } from "./canary.ts";
import type { makeLists } from "./lists.ts";

export interface Place {
  readonly ask: Ask;
  readonly settings: Settings;
  readonly canaries: Canaries;
  readonly lists: Effect.Success<ReturnType<typeof makeLists>>;
}

/** For what changed between two requests of one reading: it is read once more. */
export const onceMore = { times: 1, while: ({ reason }: ConnectorFailure) => reason === "conflict" };
