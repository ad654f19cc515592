/** From what events are about to hints: each user and group once, with the newest cause, the oldest first. Pure. */
import { type Because, type Hint, newerHint } from "../../connector.ts";

/** A hint without its cause. */
export type About = Hint extends infer H ? (H extends Hint ? Omit<H, "because"> : never) : never;

export interface Cause {
  readonly about: ReadonlyArray<About>;
  readonly because: Because;
}

const key = (about: About) =>
  about._tag === "Everyone" ? "Everyone" : JSON.stringify([about._tag, about.id]);

/** Keycloak gives events of one millisecond in any order. */
const inOrder = (a: Cause, b: Cause) =>
  a.because.at - b.because.at || ((a.because.event ?? "") < (b.because.event ?? "") ? -1 : 1);

export const hintsOf = (causes: ReadonlyArray<Cause>): ReadonlyArray<Hint> => {
  const hints = new Map<string, Hint>();
  for (const { about, because } of causes.toSorted(inOrder))
    for (const each of about) {
      const before = hints.get(key(each));
      // Deleted first, so that the newest cause also gives the place.
      hints.delete(key(each));
      hints.set(key(each), newerHint({ ...each, because }, before));
    }
  return [...hints.values()];
};
