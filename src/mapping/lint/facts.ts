/** Findings about what a condition names: groups, connections and attributes that are not there. */
import {
  type GroupNameTest,
  isWildcard,
  type Leaf,
  type LeafView,
  matchesGlob,
  parseGlob,
} from "../condition/index.ts";
import type { Known, KnownGroup } from "./known.ts";

/** What is wrong at one leaf, and how bad it is. */
export interface Remark {
  readonly severity: "error" | "warning";
  readonly sentence: string;
}

const warning = (sentence: string): Remark => ({ severity: "warning", sentence });

const isNamed = (test: GroupNameTest, name: string): boolean => {
  if ("equals" in test) return name === test.equals;
  return "prefix" in test ? name.startsWith(test.prefix) : matchesGlob(parseGlob(test.glob), name);
};

interface GroupTables {
  readonly all: ReadonlyArray<KnownGroup>;
  readonly byId: ReadonlyMap<string, ReadonlyArray<KnownGroup>>;
  readonly byName: ReadonlyMap<string, ReadonlyArray<KnownGroup>>;
  readonly byExternalId: ReadonlyMap<string | null, ReadonlyArray<KnownGroup>>;
}

const tablesOf = (all: ReadonlyArray<KnownGroup>): GroupTables => ({
  all,
  byId: Map.groupBy(all, ({ id }) => id),
  byName: Map.groupBy(all, ({ name }) => name),
  byExternalId: Map.groupBy(all, ({ externalId }) => externalId),
});

const kept = new WeakMap<Known, Map<string | undefined, GroupTables>>();

/** The groups of one connection, or of any. Made once: a mapping may name ten thousand. */
const groupsOf = (known: Known, slug?: string): GroupTables => {
  const made = kept.get(known) ?? new Map<string | undefined, GroupTables>();
  kept.set(known, made);
  const connections = known.connections.filter((one) => slug === undefined || one.slug === slug);
  const tables = made.get(slug) ?? tablesOf(connections.flatMap(({ groups }) => groups));
  made.set(slug, tables);
  return tables;
};

const none: ReadonlyArray<KnownGroup> = [];

const meant = (leaf: Leaf, known: Known): ReadonlyArray<KnownGroup> => {
  if ("group" in leaf) return groupsOf(known).byId.get(leaf.group) ?? none;
  if ("externalGroup" in leaf) {
    const { connection, id } = leaf.externalGroup;
    return groupsOf(known, connection).byExternalId.get(id) ?? none;
  }
  if ("groupKind" in leaf) return groupsOf(known).all.filter(({ kind }) => kind === leaf.groupKind);
  if (!("groupName" in leaf)) return none;
  const { connection, kind } = leaf.groupName;
  const { all, byName } = groupsOf(known, connection);
  const named = "equals" in leaf.groupName ? (byName.get(leaf.groupName.equals) ?? none) : all;
  return named.filter(
    (group) => isNamed(leaf.groupName, group.name) && (kind === undefined || kind === group.kind),
  );
};

const ofGroups = (leaf: Leaf, known: Known): ReadonlyArray<Remark> => {
  if ("attribute" in leaf || "emailDomain" in leaf || "connection" in leaf) return [];
  const groups = meant(leaf, known);
  if (groups.some(({ deleted }) => !deleted)) return [];
  if (groups.length > 0)
    return [
      warning("The group was deleted in its source; name the group that took its place, or drop this."),
    ];
  if (isWildcard(leaf) && known.hasUncheckedPatterns === true) return [];
  const what = isWildcard(leaf) ? "No known group fits" : "No such group is known";
  return [warning(`${what}; check it, or have its source send the group.`)];
};

const slugIn = (leaf: Leaf): string | undefined => {
  if ("connection" in leaf) return leaf.connection;
  if ("externalGroup" in leaf) return leaf.externalGroup.connection;
  return "groupName" in leaf ? leaf.groupName.connection : undefined;
};

/** What is wrong with the things that one predicate names. */
export const remarksOn = ({ leaf }: LeafView, known: Known): ReadonlyArray<Remark> => {
  const slug = slugIn(leaf);
  if (slug !== undefined && !known.connections.some((one) => one.slug === slug))
    return [warning(`There is no connection ${slug}; create it, or name another.`)];
  if ("attribute" in leaf && !known.attributes.has(leaf.attribute.name))
    return [warning(`No schema has the attribute ${leaf.attribute.name}; correct it, or declare it.`)];
  return ofGroups(leaf, known);
};
