/** What every question by id needs. */
import type { Effect } from "effect";
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
