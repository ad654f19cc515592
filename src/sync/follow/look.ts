/** Asking a source what may have changed: page after page, as much as one look takes in. */
import { Effect } from "effect";
import { type Hint, newerHint } from "../../../connectors/connector.ts";
import type { JsonObject } from "../../domain/index.ts";
import { askChanges, type Changes } from "../pull/index.ts";
import { Pace } from "./pace.ts";

export interface Gathered {
  /** Each thing once, for the last reason that was told. */
  readonly hints: ReadonlyArray<Hint>;
  /** When the first of what was told happened, by thing. */
  readonly since: ReadonlyMap<string, number>;
  readonly cursor: JsonObject;
  readonly more: boolean;
}

export const keyOf = (hint: Hint): string => {
  switch (hint._tag) {
    case "User":
      return `user ${hint.id}`;
    case "Group":
      return `${hint.kind} ${hint.id}`;
    case "Everyone":
      return "everyone";
  }
};

export const gather = Effect.fn("gather")(function* (changes: Changes, from: JsonObject) {
  const { things, pages } = yield* Pace;
  const hints = new Map<string, Hint>();
  const since = new Map<string, number>();
  let cursor = from;
  let more = true;
  for (let page = 0; more && page < pages && hints.size < things; page += 1) {
    const answer = yield* askChanges(changes, cursor);
    for (const hint of answer.hints) {
      const key = keyOf(hint);
      hints.set(key, newerHint(hint, hints.get(key)));
      since.set(key, Math.min(since.get(key) ?? Number.POSITIVE_INFINITY, hint.because.at));
    }
    more = answer.more;
    cursor = answer.cursor;
  }
  return { hints: [...hints.values()], since, cursor, more } satisfies Gathered;
});
