/** What keeps a text from being a condition, and where in it. */
import { Result } from "effect";

/** Where something stands in a text: both from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Why a text is no condition, in one sentence that says what to write instead. */
export interface CelProblem {
  readonly position: Position;
  readonly sentence: string;
}

/** The same while it is read: `at` counts UTF-16 units from 0. */
export interface Flaw {
  readonly at: number;
  readonly sentence: string;
}

export const flawed = (at: number, sentence: string): Result.Result<never, Flaw> =>
  Result.fail({ at, sentence });

const newline = /\r\n|\n|\r/;

export const problemIn =
  (text: string) =>
  ({ at, sentence }: Flaw): CelProblem => {
    const lines = text.slice(0, at).split(newline);
    return { position: { line: lines.length, column: (lines.at(-1) ?? "").length + 1 }, sentence };
  };
