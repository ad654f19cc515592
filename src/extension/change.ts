/** What a new declaration changes, and what it may not: every value that is kept fits its declaration. */
import { Result } from "effect";
import { type Extension, type ExtensionAttribute, InvalidValue } from "../domain/index.ts";

type Refused = Result.Result<never, InvalidValue>;

export interface ExtensionChange {
  readonly added: ReadonlyArray<string>;
  readonly gone: ReadonlyArray<string>;
}

const refuse = (detail: string): Refused => Result.fail(new InvalidValue({ detail }));

type Rows = ReadonlyArray<ExtensionAttribute>;

const byName = (rows: Rows) => new Map(rows.map((row) => [row.name.toLowerCase(), row]));

/** Values are kept under the name and in the form they had: nobody goes through all of them for a new one. */
const isSameForm = (before: ExtensionAttribute, after: ExtensionAttribute): boolean => {
  const parts = byName(after.subAttributes ?? []);
  return (
    before.name === after.name &&
    before.type === after.type &&
    before.multiValued === after.multiValued &&
    (before.subAttributes ?? []).every((part) => {
      const same = parts.get(part.name.toLowerCase());
      return same !== undefined && isSameForm(part, same);
    })
  );
};

const namesOf = (rows: Rows) => rows.map(({ name }) => name);

/** The attributes that come and go. Fails with InvalidValue where one that stays takes another form. */
export const changeOf = (
  before: Extension | undefined,
  after: Extension,
): Result.Result<ExtensionChange, InvalidValue> => {
  if (before === undefined) return Result.succeed({ added: namesOf(after.attributes), gone: [] });
  if (before.id !== after.id) return refuse(`id: write it as it was declared: ${before.id}.`);
  if (before.resourceType !== after.resourceType) {
    return refuse(`${before.id} extends ${before.resourceType}. Remove it first, then declare it anew.`);
  }
  const [old, now] = [byName(before.attributes), byName(after.attributes)];
  for (const row of after.attributes) {
    const known = old.get(row.name.toLowerCase());
    if (known !== undefined && !isSameForm(known, row)) {
      return refuse(
        `attribute "${row.name}": its name, type, multiValued and parts stay as they are, but it may get more parts. For another form declare the schema without it first, then with it.`,
      );
    }
  }
  return Result.succeed({
    added: namesOf(after.attributes.filter(({ name }) => !old.has(name.toLowerCase()))),
    gone: namesOf(before.attributes.filter(({ name }) => !now.has(name.toLowerCase()))),
  });
};

const isWithin = (inner: Extension, outer: Extension): boolean =>
  inner.id.toLowerCase().startsWith(`${outer.id.toLowerCase()}:`);

/** One URN within another: nobody could tell whether what follows names a schema or an attribute. */
export const mustNotClash = (
  others: ReadonlyArray<Extension>,
  wanted: Extension,
): Result.Result<void, InvalidValue> => {
  const clash = others.find((other) => isWithin(other, wanted) || isWithin(wanted, other));
  return clash === undefined
    ? Result.void
    : refuse(
        `id: ${clash.id} is declared already, and one of the two begins as the other. Take another URN.`,
      );
};
