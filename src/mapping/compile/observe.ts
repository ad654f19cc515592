/** Which tests one directory user meets, and by which groups. */
import type { GroupFact, Json, PersonFact } from "../../domain/index.ts";
import {
  domainsOf,
  instantOf,
  isPresent,
  matchesGlob,
  momentAt,
  scalarKey,
  valuesAt,
} from "../condition/index.ts";
import { Observed } from "./observed.ts";
import { type Branch, branchTowards } from "./prefixes.ts";
import type { Index, NameTables } from "./tables.ts";
import type { Test } from "./types.ts";

const hitBy = (observed: Observed, tests: ReadonlyArray<Test> | undefined): void => {
  if (tests !== undefined) for (const test of tests) observed.meet(test);
};

/** Is the name what the test asks for, once its beginning is? */
const meetsName = (test: Test, { name, kind }: GroupFact): boolean =>
  (test.kind === null || test.kind === kind) && (test.glob === null || matchesGlob(test.glob, name));

const hitGroups = (observed: Observed, tests: ReadonlyArray<Test> | undefined, group: GroupFact): void => {
  if (tests === undefined) return;
  for (const test of tests) if (meetsName(test, group)) observed.meetBy(test, group);
};

const byPrefix = (observed: Observed, root: Branch<Test>, group: GroupFact): void => {
  let branch: Branch<Test> | undefined = root;
  let length = 0;
  while (branch !== undefined) {
    length += branch.label.length;
    hitGroups(observed, branch.items, group);
    branch = branchTowards(branch, group.name, length);
  }
};

const byName = (observed: Observed, tables: NameTables, group: GroupFact): void => {
  if (tables.names.size > 0) hitGroups(observed, tables.names.get(group.name), group);
  if (group.externalId !== null && tables.externals.size > 0)
    hitGroups(observed, tables.externals.get(group.externalId), group);
  if (tables.hasPrefixes) byPrefix(observed, tables.prefixes.root, group);
};

const instantIn = (value: Json): number =>
  typeof value === "string" ? (instantOf(value) ?? Number.NaN) : Number.NaN;

/** Does any value meet a test that waits for no single value? Nothing but a date is before or after anything. */
const meetsOther = ({ leaf }: Test, values: ReadonlyArray<Json>, now: number): boolean => {
  if (!("attribute" in leaf)) return false;
  const wanted = leaf.attribute;
  if ("before" in wanted) return values.some((value) => instantIn(value) < momentAt(wanted.before, now));
  if ("after" in wanted) return values.some((value) => instantIn(value) > momentAt(wanted.after, now));
  return values.some(isPresent);
};

const byAttributes = (observed: Observed, index: Index, person: PersonFact, now: number): void => {
  for (const { steps, values, others } of index.attributes.values()) {
    const found = valuesAt(person.attributes, steps);
    if (found.length === 0) continue;
    if (values.size > 0) for (const value of found) hitBy(observed, values.get(scalarKey(value)));
    for (const test of others) if (meetsOther(test, found, now)) observed.meet(test);
  }
};

/**
 * Everything that the mapping asks and `person` meets at the moment `now`, in milliseconds since 1970. The answer is
 * valid until the next observation by the same index.
 */
export const observe = (index: Index, person: PersonFact, now: number): Observed => {
  const observed = new Observed(index.positions, person.isOurs);
  const own = index.within.get(person.connection.slug);
  for (const group of person.groups) {
    hitGroups(observed, index.groups.get(group.id), group);
    if (index.kinds.size > 0) hitGroups(observed, index.kinds.get(group.kind), group);
    byName(observed, index.anywhere, group);
    if (own !== undefined) byName(observed, own, group);
  }
  if (person.isOurs) return observed;
  hitBy(observed, index.connections.get(person.connection.slug));
  if (index.domains.size > 0)
    for (const domain of domainsOf(person.attributes)) hitBy(observed, index.domains.get(domain));
  byAttributes(observed, index, person, now);
  return observed;
};
