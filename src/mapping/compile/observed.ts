/** What one directory user meets of a mapping's tests. */
import type { GroupFact } from "../../domain/index.ts";
import type { Test } from "./types.ts";

/** For tests that no group meets: nothing is ever added to it. */
const noGroups: Array<GroupFact> = [];

/**
 * The tests that hold, each with the groups that meet it: none for tests about anything else. A mapping has one of
 * these, by the tests' numbers, for one directory user after another: a table per user is most of what deciding costs.
 * So it is valid until the next observation by the same mapping. The lists of groups stay valid.
 */
export class Observed {
  readonly #groups: Array<Array<GroupFact> | null>;
  readonly #met: Array<Test> = [];

  /** `tests`: how many the mapping has. */
  constructor(tests: number) {
    this.#groups = Array.from({ length: tests }, () => null);
  }

  /** The tests that hold, each once. */
  get met(): ReadonlyArray<Test> {
    return this.#met;
  }

  has(test: Test): boolean {
    return this.groupsOf(test) !== null;
  }

  /** The groups that meet the test; `null` where it does not hold. */
  groupsOf({ number }: Test): ReadonlyArray<GroupFact> | null {
    return this.#groups[number] ?? null;
  }

  /** Makes room for the next: before, not after, so that nothing is left behind whatever happens in between. */
  forget(): void {
    for (const { number } of this.#met) this.#groups[number] = null;
    this.#met.length = 0;
  }

  /** The test holds, by something that is no group. */
  meet(test: Test): void {
    if (this.has(test)) return;
    this.#met.push(test);
    this.#groups[test.number] = noGroups;
  }

  /** The test holds by this group. */
  meetBy(test: Test, group: GroupFact): void {
    const known = this.#groups[test.number] ?? null;
    if (known !== null) {
      known.push(group);
      return;
    }
    this.#met.push(test);
    this.#groups[test.number] = [group];
  }
}
