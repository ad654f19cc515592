/** What a mapping names, as the store looks for it. */
import type { ConnectionId } from "../../domain/index.ts";
import { type Leaf, leavesIn, type Mapping } from "../../mapping/index.ts";
import type { GroupNames, GroupPattern } from "../../store/index.ts";

/** More patterns than this are taken to fit some group: each may cost a look at every group there is. */
export const mostPatterns = 100;

const escaped = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

const likeOf = (glob: string): string =>
  glob.replace(/\{scope\}|[*?\\%_]/g, (one) => {
    if (one === "{scope}") return "_%";
    if (one === "*") return "%";
    return one === "?" ? "_" : `\\${one}`;
  });

type IdOf = (slug: string) => ConnectionId | undefined;

const patternOf = (leaf: Leaf, idOf: IdOf): GroupPattern | null => {
  if ("groupKind" in leaf) return { like: "%", connection: null, kind: leaf.groupKind };
  if (!("groupName" in leaf) || "equals" in leaf.groupName) return null;
  const { connection, kind = null } = leaf.groupName;
  const id = connection === undefined ? null : idOf(connection);
  if (id === undefined) return null;
  const like =
    "prefix" in leaf.groupName ? `${escaped(leaf.groupName.prefix)}%` : likeOf(leaf.groupName.glob);
  return { like, connection: id, kind };
};

const externalOf = (leaf: Leaf, idOf: IdOf) => {
  const connection = "externalGroup" in leaf ? idOf(leaf.externalGroup.connection) : undefined;
  return "externalGroup" in leaf && connection !== undefined
    ? [{ connection, id: leaf.externalGroup.id }]
    : [];
};

const unique = <T>(items: ReadonlyArray<T>): ReadonlyArray<T> => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

/** All groups that the rules of `mapping` name. Patterns beyond the first hundred are left out. */
export const groupNamesIn = (mapping: Pick<Mapping, "rules">, idOf: IdOf): GroupNames => {
  const leaves = mapping.rules.flatMap(({ when }) => leavesIn(when));
  return {
    ids: unique(leaves.flatMap((leaf) => ("group" in leaf ? [leaf.group] : []))),
    externals: unique(leaves.flatMap((leaf) => externalOf(leaf, idOf))),
    names: unique(
      leaves.flatMap((leaf) =>
        "groupName" in leaf && "equals" in leaf.groupName ? [leaf.groupName.equals] : [],
      ),
    ),
    patterns: unique(leaves.flatMap((leaf) => patternOf(leaf, idOf) ?? [])).slice(0, mostPatterns),
  };
};
