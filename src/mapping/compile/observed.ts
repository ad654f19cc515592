/** What one directory user meets of a mapping's tests. */
import type { GroupFact } from "../../domain/index.ts";
import type { Test } from "./types.ts";

/** For tests that no group meets: nothing is ever added to it. */
const noGroups: Array<GroupFact> = [];

/**
 * Where each test of a mapping, by its number, stands in the observation made last. What stands there may be left from
 * an earlier one, so whoever looks sees whether the test is really there: nothing is ever cleared, and nothing of a
 * person is kept.
 */
export type Positions = Uint32Array;

/**
 * The tests that hold, each with the groups that meet it: none for tests about anything else. All observations by one
 * mapping share `positions`, because a table for each directory user is most of what deciding costs: so an observation
 * can be asked until the next one by the same mapping begins.
 */
export class Observed {
  readonly #positions: Positions;
  readonly #groups: Array<Array<GroupFact>> = [];
  /** The tests that hold, each once. */
  readonly met: Array<Test> = [];

  /** Nothing holds but by some group: the person is there because we made them. */
  readonly needsGroup: boolean;

  constructor(positions: Positions, needsGroup = false) {
    this.#positions = positions;
    this.needsGroup = needsGroup;
  }

  has(test: Test): boolean {
    return this.met[this.#at(test)] === test;
  }

  /** The groups that meet the test; `null` where it does not hold. */
  groupsOf(test: Test): ReadonlyArray<GroupFact> | null {
    return this.has(test) ? (this.#groups[this.#at(test)] ?? noGroups) : null;
  }

  /** The same, to be asked for as long as one likes. */
  kept(): Observed {
    const copy = new Observed(this.#positions.slice(), this.needsGroup);
    for (const test of this.met) copy.met.push(test);
    for (const groups of this.#groups) copy.#groups.push(groups);
    return copy;
  }

  /** The test holds, by something that is no group. */
  meet(test: Test): void {
    if (!this.has(test)) this.#add(test, noGroups);
  }

  /** The test holds by this group. */
  meetBy(test: Test, group: GroupFact): void {
    if (this.has(test)) this.#groups[this.#at(test)]?.push(group);
    else this.#add(test, [group]);
  }

  #at({ number }: Test): number {
    return this.#positions[number] ?? 0;
  }

  #add(test: Test, groups: Array<GroupFact>): void {
    this.#positions[test.number] = this.met.length;
    this.met.push(test);
    this.#groups.push(groups);
  }
}
