/** When time alone may change what an account should have. */
import type { Facts, Json, PersonFact } from "../domain/index.ts";
import { type CompiledMapping, type Index, observe, type Test } from "./compile/index.ts";
import { instantOf, valuesAt } from "./condition/index.ts";
import { endsOf } from "./decided.ts";
import { candidates } from "./desired.ts";
import { contributing, lifecycle } from "./lifecycle.ts";

/** When the answer of a test against now turns for this value: a moment before its millisecond is over, or at it. */
const turnOf = ({ leaf }: Test, value: Json): number => {
  const instant = typeof value === "string" ? instantOf(value) : null;
  if (instant === null || !("attribute" in leaf)) return Infinity;
  if ("before" in leaf.attribute && leaf.attribute.before === "now") return instant + 1;
  return "after" in leaf.attribute && leaf.attribute.after === "now" ? instant : Infinity;
};

const turns = (index: Index, person: PersonFact): ReadonlyArray<number> =>
  [...index.attributes.values()].flatMap(({ steps, others }) =>
    others.flatMap((test) => valuesAt(person.attributes, steps).map((value) => turnOf(test, value))),
  );

const bounds = (mapping: CompiledMapping, person: PersonFact, now: number): ReadonlyArray<number> =>
  [...candidates(mapping, observe(mapping.index, person, now))].flatMap(({ from, until }) => [from, until]);

/**
 * The first moment after `now` (milliseconds since 1970) at which `desiredRoles` may answer differently though no fact
 * changes: a rule begins or ends to be valid, a date is passed, a decision about the account expires. `null`: never. Ask again at that moment.
 */
export const nextMoment = (facts: Facts, mapping: CompiledMapping, now: number): number | null => {
  if (!lifecycle(facts).active) return null;
  const ofPeople = mapping.timed
    ? contributing(facts).flatMap((person) => [
        ...turns(mapping.index, person),
        ...bounds(mapping, person, now),
      ])
    : [];
  const first = [...ofPeople, ...endsOf(facts.decided)]
    .filter((moment) => moment > now)
    .reduce((a, b) => Math.min(a, b), Infinity);
  return first === Infinity ? null : first;
};
