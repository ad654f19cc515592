/** The values an attribute could have instead, one of each kind that the rules tell apart. */
import type { Json, PersonFact } from "../../domain/index.ts";
import { observe, type Test } from "../compile/index.ts";
import { type AttributeTest, momentAt, stepsOf } from "../condition/index.ts";
import { withValue } from "./attribute.ts";
import type { Question } from "./question.ts";

export interface Value {
  readonly value: Json;
  readonly isNamed: boolean;
  /** The tests that it meets. */
  readonly meets: ReadonlySet<Test>;
}

const named = (value: Json) => ({ value, isNamed: true });
const typical = (value: Json) => ({ value, isNamed: false });

/** Dates are told apart at a moment: before, at it, after. */
const around = (moment: number) => {
  const isDate = (at: number) => Math.abs(at) < 8_640_000_000_000_000;
  const texts = [moment - 1, moment, moment + 1].filter(isDate).map((at) => new Date(at).toISOString());
  return texts.filter((text) => /^\d{4}-/.test(text)).map(typical);
};

const valuesIn = (test: AttributeTest, now: number) => {
  if ("equals" in test) return [named(test.equals)];
  if ("in" in test) return test.in.map(named);
  if ("before" in test) return around(momentAt(test.before, now));
  return "after" in test ? around(momentAt(test.after, now)) : [];
};

/** A text that no rule names. */
const anything = "\u0001";

const kept = new WeakMap<Question, Map<string, ReadonlyArray<Value>>>();

const find = ({ mapping, tests, now }: Question, name: string): ReadonlyArray<Value> => {
  const asked = [...tests].flatMap(({ leaf }) =>
    "attribute" in leaf && leaf.attribute.name === name ? [leaf.attribute] : [],
  );
  const all = [...asked.flatMap((test) => valuesIn(test, now)), named(null), typical(anything)];
  const kinds = new Map<string, Value>();
  const ids = new Map([...tests].map((test, index) => [test, index]));
  for (const { value, isNamed } of all) {
    const attributes = withValue({}, stepsOf(name), value);
    const person = { attributes, groups: [], connection: { slug: "" } } as unknown as PersonFact;
    const met = observe(mapping.index, person, now).met.filter((test) => tests.has(test));
    const kind = met
      .map((test) => ids.get(test))
      .toSorted()
      .join();
    if (!kinds.has(kind)) kinds.set(kind, { value, isNamed, meets: new Set(met) });
  }
  return [...kinds.values()];
};

export const valuesFor = (question: Question, name: string): ReadonlyArray<Value> => {
  const names = kept.get(question) ?? new Map<string, ReadonlyArray<Value>>();
  kept.set(question, names);
  const known = names.get(name) ?? find(question, name);
  names.set(name, known);
  return known;
};
