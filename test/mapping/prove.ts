import fc from "fast-check";
import { expect } from "vitest";

/** Checks a property and prints with which seed and how many runs. */
export const prove = <T>(property: fc.IProperty<T>, { numRuns = 100 } = {}): void => {
  const seed = Date.now() % 2 ** 31;
  console.info(`${expect.getState().currentTestName}: seed ${seed}, ${numRuns} runs`);
  fc.assert(property, { seed, numRuns });
};
