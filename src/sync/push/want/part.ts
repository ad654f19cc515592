/** What is to be done about one fact: calls with the marks before and after them, marks that move without one. */
import type { Change } from "../../../../connectors/connector.ts";
import type { Json, PushSettings } from "../../../domain/index.ts";
import type { IntentMove, NewIntent, OwnedIntent } from "../../../store/index.ts";

export type Setting = Pick<PushSettings, "drift" | "leaving" | "owns">;

export type Draft = Pick<NewIntent, "fact" | "object" | "kind" | "before" | "after">;

/** One call. Its marks are made or opened before it, and held or ended by it. */
export interface Step {
  readonly change: Change;
  readonly opens: ReadonlyArray<Draft>;
  /** Marks that are there already, and what is written under them from now on. */
  readonly reopens: ReadonlyArray<OwnedIntent>;
  readonly ends: ReadonlyArray<OwnedIntent>;
  /** What the marks that stay say was written. */
  readonly after?: ReadonlyMap<string, Json>;
  /** What was there before, of fields of whom we made: it counts while no answer to the call is known. */
  readonly was?: ReadonlyMap<string, Json>;
}

export interface Part {
  readonly steps: ReadonlyArray<Step>;
  readonly moves: ReadonlyArray<IntentMove>;
  /** What somebody undid, by kind and id, never by value. */
  readonly drifted: ReadonlyArray<string>;
}

export const nothing: Part = { steps: [], moves: [], drifted: [] };

const order = { Leave: 0, Remove: 0, Update: 1, Create: 2, Join: 3 } as const;

/** All of them; what ends comes before what begins. */
export const together = (parts: ReadonlyArray<Part>): Part => ({
  steps: parts.flatMap(({ steps }) => steps).toSorted((a, b) => order[a.change._tag] - order[b.change._tag]),
  moves: parts.flatMap(({ moves }) => moves),
  drifted: parts.flatMap(({ drifted }) => drifted),
});
