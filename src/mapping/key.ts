/**
 * The keys by which rules are found. A condition asks for a key; a person carries keys. Slugs and ids
 * have no space in them, so no two different things share a key.
 */
import type { GroupFact, PersonFact } from "../domain/index.ts";
import type { GroupLeaf } from "./condition.ts";

/** The key everybody carries: rules that no narrower key leads to. */
export const generalKey = "*";

export const connectionKey = (slug: string): string => `connection ${slug}`;

const externalKey = (slug: string, id: string): string => `external ${slug} ${id}`;

export const keyOfGroup = (leaf: GroupLeaf): string => {
  if ("group" in leaf) return `group ${leaf.group}`;
  if ("externalGroup" in leaf) return externalKey(leaf.externalGroup.connection, leaf.externalGroup.id);
  const { equals, connection } = leaf.groupName;
  return connection === undefined ? `name ${equals}` : `named ${connection} ${equals}`;
};

const keysOfGroup = (slug: string, group: GroupFact): ReadonlyArray<string> => [
  `group ${group.id}`,
  `name ${group.name}`,
  `named ${slug} ${group.name}`,
  ...(group.externalId === null ? [] : [externalKey(slug, group.externalId)]),
];

/** One directory user with the groups by every key that a condition may ask for. */
export interface Subject {
  readonly person: PersonFact;
  readonly groups: ReadonlyMap<string, ReadonlyArray<GroupFact>>;
}

export const subjectOf = (person: PersonFact): Subject => {
  const groups = new Map<string, Array<GroupFact>>();
  for (const group of person.groups) {
    for (const key of keysOfGroup(person.connection.slug, group)) {
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [group]);
      else known.push(group);
    }
  }
  return { person, groups };
};

/** Every key that leads to rules which may apply to this person. */
export const keysOf = ({ person, groups }: Subject): ReadonlyArray<string> => [
  generalKey,
  connectionKey(person.connection.slug),
  ...groups.keys(),
];
