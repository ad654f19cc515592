/** What is asked, and what of the mapping it is about: the rules that can make a difference, and what they test. */
import type { PersonFact, RoleKey } from "../../domain/index.ts";
import {
  type CompiledMapping,
  type CompiledRule,
  type Node,
  type Observed,
  observe,
  type Test,
} from "../compile/index.ts";
import { isValid } from "../desired.ts";
import { match } from "../match.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Question {
  readonly mapping: CompiledMapping;
  readonly role: RoleKey;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly around: Surroundings;
  readonly granting: ReadonlyArray<CompiledRule>;
  readonly denying: ReadonlyArray<CompiledRule>;
  /** The rules that decide about higher roles of the same ladder. */
  readonly above: ReadonlyArray<CompiledRule>;
  readonly tests: ReadonlySet<Test>;
  readonly observed: (person: PersonFact) => Observed;
}

/** Every test of a condition, as often as it stands there. */
export const testsIn = (node: Node): ReadonlyArray<Test> =>
  "test" in node ? [node.test] : node.of.flatMap(testsIn);

export const grants = ({ grant, captured }: CompiledRule, role: RoleKey): boolean =>
  grant.some((one) => one.role === role) || captured.some((one) => one.role === role);

const higher = ({ roles: { rungs } }: CompiledMapping, role: RoleKey): ReadonlySet<RoleKey> => {
  const own = rungs.get(role);
  if (own === undefined) return new Set();
  const all = [...rungs].filter(([, { ladder, rank }]) => ladder === own.ladder && rank > own.rank);
  return new Set(all.map(([key]) => key));
};

/** Each person is observed once, and again only as somebody else. */
const observer = (mapping: CompiledMapping, now: number) => {
  const kept = new WeakMap<PersonFact, Observed>();
  return (person: PersonFact): Observed => {
    const known = kept.get(person) ?? observe(mapping.index, person, now).kept();
    kept.set(person, known);
    return known;
  };
};

export const questionOf = (
  mapping: CompiledMapping,
  role: RoleKey,
  now: number,
  around: Surroundings,
): Question => {
  const rules = mapping.rules.filter((rule) => isValid(rule, now));
  const tops = higher(mapping, role);
  const granting = rules.filter((rule) => grants(rule, role));
  const denying = rules.filter(({ deny }) => deny.some((one) => one.role === role));
  const isAbove = (rule: CompiledRule) =>
    rule.deny.some((one) => tops.has(one.role)) || [...tops].some((one) => grants(rule, one));
  const above = tops.size === 0 ? [] : rules.filter(isAbove);
  const tests = new Set([...granting, ...denying, ...above].flatMap(({ when }) => testsIn(when)));
  return { mapping, role, now, around, granting, denying, above, tests, observed: observer(mapping, now) };
};

export const holds = ({ observed }: Question, { when }: CompiledRule, person: PersonFact): boolean =>
  match(when, observed(person)) !== null;
