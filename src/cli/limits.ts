import { Flag } from "effect/cli";

/** How much of a long list to show. */
export const first = Flag.Int("first").pipe(
  Flag.withAlias("n"),
  Flag.withDescription("How many at most, 1 to 500."),
  Flag.filter(
    (count) => count >= 1 && count <= 500,
    (count) => `Ask for 1 to 500 at a time, not ${count}.`,
  ),
  Flag.withDefault(50),
);
