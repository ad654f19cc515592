/** One page of a list, and how much of a list is believed at most. */
import { Effect } from "effect";
import { ConnectorFailure } from "../../connector.ts";

export interface Item {
  readonly id: string;
}
export interface Window {
  readonly first: number;
  readonly max: number;
}
export type Page<A> = (window: Window) => Effect.Effect<ReadonlyArray<A>, ConnectorFailure>;

const malformed = (detail: string) => new ConnectorFailure({ reason: "malformed", detail });

/** How many more elements are taken. What lists without end must not fill the memory here. */
export type Limit = (more: number) => Effect.Effect<void, ConnectorFailure>;

/** Fails once more than `most` were taken, by all who share it. */
export const makeLimit = (what: string, most: number): Limit => {
  let left = most;
  return (more) => {
    left -= more;
    return left >= 0
      ? Effect.void
      : Effect.fail(
          malformed(`Keycloak lists more than ${most} ${what}. Nothing was concluded from the list.`),
        );
  };
};

/** Twice the source's own count and some more: as many cannot have come while the list was read. */
export const limitFor = (what: string, counted: number): Limit => makeLimit(what, 2 * counted + 1000);

/** The page, which has no more than was asked for. */
export const asked = Effect.fnUntraced(function* <A>(what: string, page: Page<A>, window: Window) {
  const items = yield* page(window);
  if (items.length <= window.max) return items;
  return yield* malformed(`Keycloak gave ${items.length} ${what} when asked for at most ${window.max}.`);
});
