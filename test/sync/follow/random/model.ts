/** What the test knows of the realm it changes: only to choose changes that are possible. Keycloak is the judge. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import type { Read } from "./read.ts";

/** Something that our copy is to say once a change is known: `null`, that it is not there any more. */
export interface Fact {
  readonly key: string;
  readonly value: string | null;
  /** Whom and what it is about: once one of these is deleted, nobody can see it. */
  readonly of: ReadonlyArray<string>;
}

export interface Person {
  readonly id: string;
  name: string;
  active: boolean;
  /** Guests log in, and must be able to. */
  readonly guest: boolean;
  leaving: boolean;
  readonly groups: Set<string>;
}

export interface Group {
  readonly id: string;
  name: string;
  parent: string | null;
  readonly kind: string;
  /** The default group, and the one that an identity provider's mapper names. */
  readonly kept: boolean;
  leaving: boolean;
}

export interface Model {
  readonly admin: KeycloakAdminClient;
  readonly realm: string;
  readonly people: Map<string, Person>;
  readonly groups: Map<string, Group>;
  readonly defaultGroup: string;
  readonly guestGroup: string;
  /** The client whose roles are given. */
  readonly shop: string;
  /** Logs the guest in, who is an engineer upstream or not. */
  readonly login: (guest: number, engineer: boolean) => Promise<string>;
  readonly guests: number;
  /** What a change was made to whose effect nobody has seen yet: another one to the same could not be told from it. */
  readonly busy: Set<string>;
  /** What was deleted. */
  readonly gone: Set<string>;
  made: number;
}

export const there = (id: string, value: string | null = "there"): Fact => ({
  key: `there ${id}`,
  value,
  of: [id],
});
export const named = (id: string, value: string): Fact => ({ key: `name ${id}`, value, of: [id] });
export const active = (id: string, value: boolean): Fact => ({
  key: `active ${id}`,
  value: `${value}`,
  of: [id],
});
export const nested = (id: string, parent: string | null): Fact => ({
  key: `parent ${id}`,
  value: parent ?? "top",
  of: [id],
});
export const member = (group: string, user: string, is: boolean): Fact => ({
  key: `member ${group} ${user}`,
  value: is ? "is" : null,
  of: [group, user],
});

/** Our copy in the same terms. */
export const factsOf = ({ users, groups, memberships }: Read): ReadonlyMap<string, string> =>
  new Map(
    [
      ...users.flatMap(({ id, name, active: is }) => [there(id), named(id, name), active(id, is)]),
      ...groups.flatMap(({ id, name, parent }) => [there(id), named(id, name), nested(id, parent)]),
      ...memberships.map(({ group, user }) => member(group, user, true)),
    ].map(({ key, value }) => [key, value ?? ""]),
  );

export const isSeen = (copy: ReadonlyMap<string, string>, gone: ReadonlySet<string>, fact: Fact): boolean =>
  (copy.get(fact.key) ?? null) === fact.value ||
  fact.of.some((id) => gone.has(id) && !copy.has(there(id).key));

export const peopleAndGroups = (read: Read, kept: ReadonlyArray<string>) => {
  const memberships = Map.groupBy(read.memberships, ({ user }) => user);
  const people = read.users.map(({ id, name, active: is }): [string, Person] => {
    const groups = new Set((memberships.get(id) ?? []).map(({ group }) => group));
    return [id, { id, name, active: is, guest: false, leaving: false, groups }];
  });
  const groups = read.groups.map((one): [string, Group] => [
    one.id,
    { ...one, kept: kept.includes(one.id), leaving: false },
  ]);
  return { people: new Map(people), groups: new Map(groups) };
};

export const below = ({ groups }: Model, top: string): ReadonlySet<string> => {
  const found = new Set([top]);
  for (const id of found) for (const one of groups.values()) if (one.parent === id) found.add(one.id);
  return found;
};

export const depthOf = (model: Model, id: string | null): number => {
  const parent = id === null ? undefined : model.groups.get(id)?.parent;
  return id === null ? 0 : 1 + depthOf(model, parent ?? null);
};

export const pathOf = ({ groups }: Model, id: string): string => {
  const group = groups.get(id);
  return group === undefined
    ? ""
    : `${group.parent === null ? "" : pathOf({ groups } as Model, group.parent)}/${group.name}`;
};
