/**
 * What has to be read so that the people of every group and role are known. Directly: each by itself. Effectively,
 * a role is also held by the members of groups it is given to and of groups nested in those, and by the holders of
 * roles composed of it: all read once, kept as ids where a role told later needs them. Pure.
 */
import type { Effect } from "effect";
import type { ConnectorFailure, GroupFact } from "../../connector.ts";
import type { Held } from "../roles.ts";
import { type Group, type GroupWithRoles, groupFact, type Member } from "../wire.ts";

type Ids = ReadonlyArray<string>;
type People = Effect.Effect<ReadonlyArray<Member>, ConnectorFailure>;

/** One list of people, and whose memberships can be told once it and those before it are read. */
export interface Read {
  readonly id: string;
  readonly people: People;
  readonly tell: ReadonlyArray<GroupFact>;
}

export interface Plan {
  readonly facts: ReadonlyArray<GroupFact>;
  readonly reads: ReadonlyArray<Read>;
  /** The groups and roles whose lists together are the people of this one. */
  readonly sources: (id: string) => Ids;
  /** The groups and roles whose lists are needed again. */
  readonly kept: ReadonlySet<string>;
}

type MembersOf = (id: string) => People;

const readGroup =
  (membersOf: MembersOf) =>
  (group: Group): Read => ({ id: group.id, people: membersOf(group.id), tell: [groupFact(group)] });

const readRole = ({ role, holders, fact }: Held): Read => ({ id: role.id, people: holders, tell: [fact] });

export const directly = (
  groups: ReadonlyArray<Group>,
  roles: ReadonlyArray<Held>,
  membersOf: MembersOf,
): Plan => {
  const told = roles.filter((each) => each.told);
  return {
    facts: [...groups.map(groupFact), ...told.map(({ fact }) => fact)],
    reads: [...groups.map(readGroup(membersOf)), ...told.map(readRole)],
    sources: (id) => [id],
    kept: new Set(),
  };
};

const add = (index: Map<string, Array<string>>, key: string, value: string) => {
  const list = index.get(key);
  if (list === undefined) index.set(key, [value]);
  else list.push(value);
};

/** Everything that can be reached from `id`, itself first. Composite roles may contain each other in a circle. */
const reachable = (next: ReadonlyMap<string, Ids>, id: string): ReadonlySet<string> => {
  const reached = new Set([id]);
  // A set goes on to what is added to it on the way.
  for (const each of reached) for (const one of next.get(each) ?? []) reached.add(one);
  return reached;
};

const inverse = (parts: ReadonlyMap<string, Ids>): ReadonlyMap<string, Ids> => {
  const wholes = new Map<string, Array<string>>();
  for (const [whole, each] of parts) for (const part of each) add(wholes, part, whole);
  return wholes;
};

/** From a role's id to the groups it is given to. Clients may not share a name, their roles may. */
const groupsGiven = (groups: ReadonlyArray<GroupWithRoles>, roles: ReadonlyArray<Held>) => {
  const key = (client: string | null, name: string) => JSON.stringify([client, name]);
  const ids = new Map(roles.map(({ role, client }) => [key(client, role.name), role.id]));
  const given = new Map<string, Array<string>>();
  for (const { id, realmRoles, clientRoles } of groups) {
    const names = [
      ...realmRoles.map((name) => key(null, name)),
      ...Object.entries(clientRoles).flatMap(([client, all]) => all.map((name) => key(client, name))),
    ];
    for (const role of names.map((name) => ids.get(name))) if (role !== undefined) add(given, role, id);
  }
  return given;
};

const sourcesOf = (
  groups: ReadonlyArray<GroupWithRoles>,
  roles: ReadonlyArray<Held>,
  parts: ReadonlyMap<string, Ids>,
) => {
  const wholes = inverse(parts);
  const given = groupsGiven(groups, roles);
  const nested = inverse(new Map(groups.map(({ id, parentId }) => [id, parentId ? [parentId] : []])));
  const plain = new Set(groups.map(({ id }) => id));
  return (id: string): Ids => {
    if (plain.has(id)) return [id];
    const granting = [...reachable(wholes, id)];
    const through = granting.flatMap((role) => given.get(role) ?? []);
    return [...new Set([...granting, ...through.flatMap((group) => [...reachable(nested, group)])])];
  };
};

/** `parts` has what each composite role is directly composed of. */
export const effectively = (
  groups: ReadonlyArray<GroupWithRoles>,
  roles: ReadonlyArray<Held>,
  parts: ReadonlyMap<string, Ids>,
  membersOf: MembersOf,
): Plan => {
  const sources = sourcesOf(groups, roles, parts);
  const told = roles.filter((each) => each.told);
  const composites = roles.filter(({ role }) => parts.has(role.id));
  // All composite roles are told together after the last is read: each may be held through any other.
  const last = composites.at(-1);
  const together = composites.filter((each) => each.told).map(({ fact }) => fact);
  const kept = new Set(composites.map(({ role }) => role.id));
  for (const { role } of told) for (const id of sources(role.id)) if (id !== role.id) kept.add(id);
  return {
    facts: [...groups.map(groupFact), ...told.map(({ fact }) => fact)],
    reads: [
      ...groups.map(readGroup(membersOf)),
      ...composites.map((each) => ({ ...readRole(each), tell: each === last ? together : [] })),
      ...told.filter(({ role }) => !parts.has(role.id)).map(readRole),
    ],
    sources,
    kept,
  };
};
