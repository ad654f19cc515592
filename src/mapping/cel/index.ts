/**
 * A condition written in a small part of CEL (the Common Expression Language), and back. Owns the notation: which text
 * means which tree, and what is said to whoever writes another. Pure.
 *
 * It does not own what a condition means: a text becomes the tree, and only the tree is kept and evaluated. What the
 * tree cannot say is refused, never approximated.
 */
import { Result } from "effect";
import type { Condition } from "../condition/index.ts";
import { type CelProblem, problemIn } from "./flaw.ts";
import { guarded } from "./guard.ts";
import { checked } from "./leaf.ts";
import { read } from "./read.ts";
import { syntaxIn } from "./syntax.ts";

export type { CelProblem, Position } from "./flaw.ts";
export { maxText, maxTexts } from "./guard.ts";
export { toCel } from "./write.ts";

/** The condition that `text` means, or the first thing that keeps it from being one. */
export const fromCel = (text: string): Result.Result<Condition, CelProblem> =>
  guarded(text).pipe(
    Result.flatMap(syntaxIn),
    Result.flatMap(read),
    // Each leaf is known to be one; how deep and how long the whole is, only now.
    Result.flatMap((condition) => checked(condition, 0)),
    Result.mapError(problemIn(text)),
  );
