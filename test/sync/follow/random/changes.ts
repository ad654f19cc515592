/** The changes themselves, each by the Admin API or by a login. */
import type { Draw, Kind } from "./draws.ts";
import {
  active,
  below,
  depthOf,
  type Fact,
  type Group,
  type Model,
  member,
  named,
  nested,
  type Person,
  pathOf,
  there,
} from "./model.ts";

/** `named`: the event names what changed. `all`: it only makes that everything is read. */
export type Told = "named" | "all";

export interface Plan {
  readonly told: Told;
  readonly reserves: ReadonlyArray<string>;
  /** Gives what is to be seen of it; nothing, where it cannot be seen or leaves everything as it is. */
  readonly act: () => Promise<ReadonlyArray<Fact>>;
}

type Make = (model: Model, draw: Draw) => Plan | undefined;

const pick = <A>(list: ReadonlyArray<A>, at: number): A | undefined => list[Math.floor(at * list.length)];

const isFree = ({ busy }: Model, ...facts: ReadonlyArray<Fact>) => facts.every(({ key }) => !busy.has(key));

const plan = (facts: ReadonlyArray<Fact>, act: () => Promise<unknown>, told: Told = "named"): Plan => ({
  told,
  reserves: facts.map(({ key }) => key),
  act: async () => {
    await act();
    return facts;
  },
});

const people = (model: Model) => [...model.people.values()].filter(({ leaving }) => !leaving);
const groups = (model: Model) =>
  [...model.groups.values()].filter(({ kind, leaving }) => kind === "group" && !leaving);
const loose = (model: Model) => groups(model).filter(({ kept }) => !kept);
/** Given to people in this test. The realm's own roles are left alone. */
const roles = (model: Model) =>
  [...model.groups.values()].filter(
    ({ kind, name, leaving }) =>
      kind !== "group" && !leaving && (name.startsWith("shop:") || name.startsWith("grade-")),
  );

const count = (model: Model): number => {
  model.made += 1;
  return model.made;
};
/** Rules name the one, and not the other. */
const groupName = (model: Model, at: number) => `${at < 0.5 ? "crew" : "deck"}-${count(model)}`;

const born = (model: Model, id: string, name: string, inGroups: ReadonlyArray<string>, guest = false) => {
  model.people.set(id, {
    ...{ id, name, active: true, guest, leaving: false },
    groups: new Set(inGroups),
  });
  return [there(id), named(id, name), active(id, true), ...inGroups.map((group) => member(group, id, true))];
};

const creation =
  (into: (model: Model, draw: Draw) => Group | undefined): Make =>
  (model, draw) => {
    const name = `new-${count(model)}`;
    const group = into(model, draw);
    const act = async () => {
      const { id } = await model.admin.users.create({
        ...{ username: name, email: `${name}@acme.test`, firstName: "New", lastName: name, enabled: true },
        ...(group === undefined ? {} : { groups: [pathOf(model, group.id)] }),
      });
      return born(model, id, name, [model.defaultGroup, ...(group === undefined ? [] : [group.id])]);
    };
    return { told: "named", reserves: [], act };
  };

/** Measured on Keycloak 26.7: of two updates of one person at once it loses one, in half of the cases. */
const profileOf = (id: string) => [named(id, ""), active(id, true)];

const rename: Make = (model, { a }) => {
  const user = pick(
    people(model).filter(({ id, guest }) => !guest && isFree(model, ...profileOf(id))),
    a,
  );
  if (user === undefined) return undefined;
  const { id } = user;
  const username = `renamed-${count(model)}`;
  const change = plan([named(id, username)], async () => {
    await model.admin.users.update({ id }, { username });
    user.name = username;
  });
  return { ...change, reserves: profileOf(id).map(({ key }) => key) };
};

const toggle: Make = (model, { a }) => {
  const user = pick(
    people(model).filter(({ id, guest }) => !guest && isFree(model, ...profileOf(id))),
    a,
  );
  if (user === undefined) return undefined;
  const { id } = user;
  const enabled = !user.active;
  const change = plan([active(id, enabled)], async () => {
    await model.admin.users.update({ id }, { enabled });
    user.active = enabled;
  });
  return { ...change, reserves: profileOf(id).map(({ key }) => key) };
};

const remove: Make = (model, { a }) => {
  const user = pick(
    people(model).filter(({ guest }) => !guest),
    a,
  );
  if (user === undefined) return undefined;
  const { id } = user;
  user.leaving = true;
  return plan([there(id, null)], async () => {
    await model.admin.users.del({ id });
    model.gone.add(id);
  });
};

const addGroup: Make = (model, { a, b }) => {
  const parent =
    a < 0.3
      ? undefined
      : pick(
          loose(model).filter(({ id }) => depthOf(model, id) < 5),
          b,
        );
  const name = groupName(model, b);
  const act = async () => {
    const { id } = await (parent === undefined
      ? model.admin.groups.create({ name })
      : model.admin.groups.createChildGroup({ id: parent.id }, { name }));
    const above = parent?.id ?? null;
    model.groups.set(id, { ...{ id, name, parent: above, kind: "group" }, kept: false, leaving: false });
    return [there(id), named(id, name), nested(id, above)];
  };
  return { told: "named", reserves: [], act };
};

const renameGroup: Make = (model, { a, b }) => {
  const group = pick(
    loose(model).filter(({ id }) => isFree(model, named(id, ""))),
    a,
  );
  if (group === undefined) return undefined;
  const { id } = group;
  const name = groupName(model, b);
  return plan([named(id, name)], async () => {
    await model.admin.groups.update({ id }, { name });
    group.name = name;
  });
};

const moveGroup: Make = (model, { a, b }) => {
  const group = pick(
    loose(model).filter(({ id }) => isFree(model, nested(id, null))),
    a,
  );
  if (group === undefined) return undefined;
  const { id, name } = group;
  const own = below(model, id);
  const others = loose(model).filter(
    (one) => !own.has(one.id) && one.id !== group.parent && depthOf(model, one.id) < 5,
  );
  // The event of a move to the top names nobody.
  const parent = b > 0.7 && group.parent !== null ? undefined : pick(others, b);
  if (parent === undefined && group.parent === null) return undefined;
  const above = parent?.id ?? null;
  const act = async () => {
    await (parent === undefined
      ? model.admin.groups.updateRoot({ id, name })
      : model.admin.groups.updateChildGroup({ id: parent.id }, { id, name }));
    group.parent = above;
  };
  return plan([nested(id, above)], act, parent === undefined ? "all" : "named");
};

const removeGroup: Make = (model, { a }) => {
  // Some that has others below it, where there is one.
  const parents = loose(model).filter(({ id }) => below(model, id).size > 1);
  const group = pick(parents.length > 0 ? parents : loose(model), a);
  if (group === undefined) return undefined;
  const all = [...below(model, group.id)];
  for (const id of all) {
    const one = model.groups.get(id);
    if (one !== undefined) one.leaving = true;
  }
  return plan(
    all.map((id) => there(id, null)),
    async () => {
      await model.admin.groups.del({ id: group.id });
      for (const id of all) model.gone.add(id);
    },
  );
};

const inReach = (model: Model) => groups(model).filter(({ id }) => id !== model.guestGroup);

/** Somebody and a group in which they are, or are not. */
const pairOf = (model: Model, { a, b }: Draw, of: ReadonlyArray<Group>, is: boolean) => {
  const ids = new Set(of.map(({ id }) => id));
  const user = pick(
    people(model).filter(({ groups: all }) => !is || [...all].some((id) => ids.has(id))),
    a,
  );
  if (user === undefined) return undefined;
  const group = pick(
    of.filter(({ id }) => user.groups.has(id) === is && isFree(model, member(id, user.id, is))),
    b,
  );
  return group === undefined ? undefined : { user, group };
};

const setMember = (model: Model, user: Person, group: Group, is: boolean) => {
  if (is) user.groups.add(group.id);
  else user.groups.delete(group.id);
  const at = { id: user.id, groupId: group.id };
  return is ? model.admin.users.addToGroup(at) : model.admin.users.delFromGroup(at);
};

const membership =
  (is: boolean): Make =>
  (model, draw) => {
    const pair = pairOf(model, draw, inReach(model), !is);
    if (pair === undefined) return undefined;
    const { user, group } = pair;
    return plan([member(group.id, user.id, is)], () => setMember(model, user, group, is));
  };

/** What is so already. There is no event of it. */
const again =
  (is: boolean): Make =>
  (model, draw) => {
    const pair = pairOf(model, draw, inReach(model), is);
    if (pair === undefined) return undefined;
    const { user, group } = pair;
    const act = async () => {
      await setMember(model, user, group, is);
      return [];
    };
    return { told: "named", reserves: [member(group.id, user.id, is).key], act };
  };

/** In, out and in again: which of it we saw nobody can tell, so only the end is compared. */
const flicker: Make = (model, draw) => {
  const pair = pairOf(model, draw, inReach(model), false);
  if (pair === undefined) return undefined;
  const { user, group } = pair;
  model.busy.add(member(group.id, user.id, true).key);
  const act = async () => {
    for (const is of [true, false, true]) await setMember(model, user, group, is);
    return [];
  };
  return { told: "named", reserves: [], act };
};

const setRole = (model: Model, user: Person, role: Group, is: boolean) => {
  if (is) user.groups.add(role.id);
  else user.groups.delete(role.id);
  const { users } = model.admin;
  const named = { id: role.id, name: role.name.replace("shop:", "") };
  if (role.kind === "realm-role") {
    const at = { id: user.id, roles: [named] };
    return is ? users.addRealmRoleMappings(at) : users.delRealmRoleMappings(at);
  }
  const at = { id: user.id, clientUniqueId: model.shop, roles: [named] };
  return is ? users.addClientRoleMappings(at) : users.delClientRoleMappings(at);
};

const role =
  (is: boolean): Make =>
  (model, draw) => {
    const pair = pairOf(model, draw, roles(model), !is);
    if (pair === undefined) return undefined;
    const { user, group } = pair;
    return plan([member(group.id, user.id, is)], () => setRole(model, user, group, is));
  };

const removeRole: Make = (model, { a, b }) => {
  const gone = pick(roles(model), a);
  if (gone === undefined || roles(model).length < 3) return undefined;
  const { id, name } = gone;
  // By its name it may have been another role: the event of it does not tell which.
  const byName = b < 0.5 && gone.kind === "realm-role";
  gone.leaving = true;
  const act = async () => {
    await (byName ? model.admin.roles.delByName({ name }) : model.admin.roles.delById({ id }));
    model.gone.add(id);
  };
  return plan([there(id, null)], act, byName ? "all" : "named");
};

const login: Make = (model, { a, b }) => {
  const guest = Math.floor(a * model.guests);
  const key = `guest ${guest}`;
  if (model.busy.has(key)) return undefined;
  const engineer = b < 0.6;
  const act = async () => {
    const id = await model.login(guest, engineer);
    const known = model.people.get(id);
    const facts =
      known === undefined ? born(model, id, `guest${guest}`, [model.defaultGroup], true) : [there(id)];
    return [...facts, member(model.guestGroup, id, engineer)];
  };
  return { told: "named", reserves: [key], act };
};

export const changes: Readonly<Record<Exclude<Kind, "clear" | "off" | "on">, Make>> = {
  create: creation(() => undefined),
  createInGroup: creation((model, { a }) => pick(loose(model), a)),
  rename,
  toggle,
  remove,
  addGroup,
  renameGroup,
  moveGroup,
  removeGroup,
  join: membership(true),
  joinAgain: again(true),
  leave: membership(false),
  leaveAgain: again(false),
  flicker,
  give: role(true),
  take: role(false),
  removeRole,
  login,
};

/** These are made one at a time: where a group stands and what it is called decides what the next one may do. */
export const inTheTree: ReadonlySet<Kind> = new Set([
  "createInGroup",
  "addGroup",
  "renameGroup",
  "moveGroup",
  "removeGroup",
]);
