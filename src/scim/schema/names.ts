/** The names by which rules may look at what people have. */
import type { Extension } from "../../domain/index.ts";
import type { Attribute } from "./attribute.ts";
import { attributesOf, extendedTypes, isExtension } from "./resource-type.ts";

interface Name {
  readonly multiValued: boolean;
}

const namesIn = (
  rows: readonly Attribute[],
  before: string,
  several: boolean,
): ReadonlyArray<readonly [string, Name]> =>
  rows.flatMap((row) => {
    const name = `${before}${row.name}`;
    const multiValued = several || row.multiValued;
    const inner = namesIn(row.subAttributes ?? [], `${name}${isExtension(row) ? ":" : "."}`, multiValued);
    return [[name, { multiValued }] as const, ...inner];
  });

/** Every attribute of a user by its dotted name; core attributes also with their schema's URN in front. */
export const userAttributes = (declared: readonly Extension[]): ReadonlyMap<string, Name> => {
  const { User } = extendedTypes(declared);
  const named = namesIn(attributesOf(User), "", false);
  const core = namesIn(User.schema.attributes, `${User.schema.id}:`, false);
  return new Map([...named, ...core]);
};
