/** One thing that is to be done, in words and as what the server is asked for. */
import { Schema } from "effect";
import type { Arguments } from "../../client/index.ts";
import type { Line } from "../../output/index.ts";
import type { Reference } from "../document.ts";

/** A mutation in the organization. */
export interface Call {
  readonly field: string;
  readonly args: Arguments;
  /** It answers a text, not a thing with fields. */
  readonly answersText?: true;
  /** A setting that is read where the command runs and sent among `settings`. */
  readonly secret?: { readonly name: string; readonly from: Reference };
}

/** Added, changed, removed; or `=`, only told: it is not in the file and stays. */
export const ShownChange = Schema.Struct({
  sign: Schema.Literals(["+", "~", "-", "="]),
  section: Schema.String,
  name: Schema.String,
  details: Schema.Array(Schema.String),
});
type Shown = typeof ShownChange.Type;

export interface Change extends Shown {
  /** In this order. None where the change is there already, as a draft. */
  readonly calls: ReadonlyArray<Call>;
  /** Why nothing can do this, as a sentence. */
  readonly refused?: string;
}

/** Without what is sent. */
export const shownChanges = (changes: ReadonlyArray<Change>): ReadonlyArray<Shown> =>
  changes.map(({ sign, section, name, details }) => ({ sign, section, name, details }));

/** `~ role admin`, with a line for each part. */
export const changeLines = (changes: ReadonlyArray<Shown>): ReadonlyArray<Line> =>
  changes.flatMap(({ sign, section, name, details }) => [
    { text: `${sign} ${section}${name === "" ? "" : ` ${name}`}` },
    ...details.map((text) => ({ text: `    ${text}` })),
  ]);

const valueText = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value));

export interface Part {
  readonly name: string;
  readonly before?: unknown;
  readonly after: unknown;
}

export const partText = ({ name, before, after }: Part): string =>
  `${name}: ${valueText(before)} -> ${valueText(after)}`;

export const newPartText = ({ name, after }: Part): string => `${name}: ${valueText(after)}`;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The parts that `after` says and `before` does not say so. */
export const partsIn = (before: object, after: object): ReadonlyArray<Part> =>
  Object.entries(after)
    .map(([name, value]): Part => ({ name, before: Reflect.get(before, name), after: value }))
    .filter((part) => part.after !== undefined && !isSame(part.before, part.after));

const byKey = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string): ReadonlyMap<string, A> =>
  new Map(items.map((item) => [keyOf(item), item]));

/** What is in both, only in `after`, only in `before`. */
export const matched = <A, B>(
  before: ReadonlyArray<A>,
  after: ReadonlyArray<B>,
  beforeKey: (item: A) => string,
  afterKey: (item: B) => string,
) => {
  const [had, has] = [byKey(before, beforeKey), byKey(after, afterKey)];
  return {
    both: after.flatMap((item): ReadonlyArray<readonly [A, B]> => {
      const old = had.get(afterKey(item));
      return old === undefined ? [] : [[old, item]];
    }),
    added: after.filter((item) => !had.has(afterKey(item))),
    removed: before.filter((item) => !has.has(beforeKey(item))),
  };
};
