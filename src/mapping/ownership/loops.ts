/** Ways from a role out of Rolebridge and back to itself. */
import type { PushedRole } from "../../domain/index.ts";
import type { CompiledMapping } from "../compile/index.ts";
import { byText, roleKey } from "../order.ts";
import { byGroup, type Influence } from "./influence.ts";
import type { Landscape, SeenGroup, Writer } from "./known.ts";

export type RoleNode = Pick<PushedRole, "role" | "scope">;

/** From a role to what is written for it, and from that by a rule to the next role. */
export interface Hop {
  readonly from: RoleNode;
  /** By the outside system's own id; without a name where nobody has read it. */
  readonly group: { readonly id: string; readonly name: string | null };
  readonly writer: string;
  readonly influence: Influence;
  readonly to: RoleNode;
}

/** The last hop leads to where the first begins. */
export type Loop = ReadonlyArray<Hop>;

interface Written {
  readonly from: RoleNode;
  readonly group: string;
  readonly writer: Writer;
}

const isSame = (a: { readonly identity: string | null }, b: { readonly identity: string | null }): boolean =>
  a.identity !== null && a.identity === b.identity;

const writtenBy = (writer: Writer): ReadonlyArray<Written> =>
  writer.settings.roles.map(({ role, scope, group }) => ({ from: { role, scope }, group, writer }));

/** The connections that show the writer's directory: itself, and every other one to it. */
const showing = (writer: Writer, { readers }: Landscape): ReadonlySet<string> =>
  new Set([
    writer.connection,
    ...readers.filter((one) => isSame(one, writer)).map(({ connection }) => connection),
  ]);

const viewsOf = (
  group: string,
  shown: ReadonlySet<string>,
  { groups }: Landscape,
): ReadonlyArray<SeenGroup> =>
  groups.filter(({ connection, externalId }) => externalId === group && shown.has(connection));

const hopsOf = (
  mapping: CompiledMapping,
  landscape: Landscape,
  { from, group, writer }: Written,
  targets: ReadonlyArray<RoleNode>,
): ReadonlyArray<Hop> => {
  const views = viewsOf(group, showing(writer, landscape), landscape);
  const shown = { id: group, name: views[0]?.name ?? null };
  return targets.flatMap((to) => {
    const influence = byGroup(mapping, views, to);
    return influence === null ? [] : [{ from, group: shown, writer: writer.connection, influence, to }];
  });
};

/** The graph's edges from role to role, each by one thing that is written. */
export const hops = (mapping: CompiledMapping, landscape: Landscape): ReadonlyArray<Hop> => {
  const written = landscape.writers.flatMap(writtenBy);
  const targets = [...new Map(written.map(({ from }) => [roleKey(from), from])).values()];
  return written.flatMap((one) => hopsOf(mapping, landscape, one, targets));
};

/** The shortest way back to where it begins; undefined where there is none. */
const shortest = (start: string, from: ReadonlyMap<string, ReadonlyArray<Hop>>): Loop | undefined => {
  const seen = new Set<string>();
  let paths: ReadonlyArray<Loop> = (from.get(start) ?? []).map((hop) => [hop]);
  while (paths.length > 0) {
    const closed = paths.find((path) => path.at(-1) !== undefined && endOf(path) === start);
    if (closed !== undefined) return closed;
    const next: Array<Loop> = [];
    for (const path of paths) {
      const end = endOf(path);
      if (seen.has(end)) continue;
      seen.add(end);
      for (const hop of from.get(end) ?? []) next.push([...path, hop]);
    }
    paths = next;
  }
  return undefined;
};

const endOf = (path: Loop): string => {
  const last = path.at(-1);
  return last === undefined ? "" : roleKey(last.to);
};

const nodesOf = (loop: Loop): string =>
  loop
    .map(({ from }) => roleKey(from))
    .toSorted(byText)
    .join("\n");

/** One loop for each set of roles that lead to each other: every role that is on a loop is on one of these. */
export const loops = (mapping: CompiledMapping, landscape: Landscape): ReadonlyArray<Loop> => {
  const from = Map.groupBy(hops(mapping, landscape), (hop) => roleKey(hop.from));
  const found = [...from.keys()].toSorted(byText).flatMap((start) => {
    const loop = shortest(start, from);
    return loop === undefined ? [] : [loop];
  });
  return [...new Map(found.toReversed().map((loop) => [nodesOf(loop), loop])).values()].toReversed();
};
