/**
 * What should happen, written a second time and as simply as possible: two connections that are one directory,
 * people and groups in memory, roles by four fixed rules. Shares no code with the product.
 */
export type Side = "a" | "b";

export type Command =
  | { readonly do: "create"; readonly side: Side; readonly person: number }
  | { readonly do: "delete"; readonly side: Side; readonly person: number }
  | { readonly do: "active"; readonly side: Side; readonly person: number; readonly active: boolean }
  | { readonly do: "create-group"; readonly side: Side; readonly group: number }
  | { readonly do: "delete-group"; readonly side: Side; readonly group: number }
  | { readonly do: "rename"; readonly side: Side; readonly group: number; readonly to: number }
  | {
      readonly do: "add" | "remove" | "replace";
      readonly side: Side;
      readonly group: number;
      readonly people: ReadonlyArray<number>;
    };

export const rules = [
  { id: "any-zero", when: { groupName: { equals: "G0" } }, grant: ["r0"] },
  { id: "one-in-a", when: { groupName: { equals: "G1", connection: "a" } }, grant: ["r1"] },
  {
    id: "one-not-two",
    when: { all: [{ groupName: { equals: "G1" } }, { not: { groupName: { equals: "G2" } } }] },
    grant: ["r2"],
  },
  { id: "three-denies", when: { groupName: { equals: "G3" } }, deny: ["r0"] },
];
export const roles = ["r0", "r1", "r2"];

interface Account {
  readonly has: Map<Side, number>;
  readonly lost: Set<Side>;
}
interface User {
  readonly account: Account;
  active: boolean;
}
interface GroupModel {
  name: string;
  members: Set<number>;
}

export class Reference {
  readonly users = { a: new Map<number, User>(), b: new Map<number, User>() };
  readonly groups = { a: new Map<number, GroupModel>(), b: new Map<number, GroupModel>() };

  apply(command: Command): void {
    const { side } = command;
    const users = this.users[side];
    const groups = this.groups[side];
    switch (command.do) {
      case "create":
        if (!users.has(command.person)) this.create(side, command.person);
        return;
      case "delete": {
        const user = users.get(command.person);
        if (user === undefined) return;
        users.delete(command.person);
        for (const group of groups.values()) group.members.delete(command.person);
        user.account.has.delete(side);
        user.account.lost.add(side);
        return;
      }
      case "active": {
        const user = users.get(command.person);
        if (user !== undefined) user.active = command.active;
        return;
      }
      case "create-group":
        if (!groups.has(command.group))
          groups.set(command.group, { name: `G${command.group}`, members: new Set() });
        return;
      case "delete-group":
        groups.delete(command.group);
        return;
      case "rename": {
        const group = groups.get(command.group);
        if (group !== undefined) group.name = `G${command.to}`;
        return;
      }
      default:
        this.members(command.do, groups.get(command.group), this.known(side, command.people));
    }
  }

  /** Members a client may name: those that exist. */
  known(side: Side, people: ReadonlyArray<number>): ReadonlyArray<number> {
    return [...new Set(people)].filter((person) => this.users[side].has(person));
  }

  private members(
    how: "add" | "remove" | "replace",
    group: GroupModel | undefined,
    people: ReadonlyArray<number>,
  ) {
    if (group === undefined) return;
    if (how === "replace") group.members = new Set(people);
    for (const person of people) {
      if (how === "remove") group.members.delete(person);
      else group.members.add(person);
    }
  }

  private create(side: Side, person: number) {
    const other = this.users[side === "a" ? "b" : "a"].get(person)?.account;
    const joins = other !== undefined && !other.has.has(side) && !other.lost.has(side);
    const account = joins ? other : { has: new Map<Side, number>(), lost: new Set<Side>() };
    account.has.set(side, person);
    this.users[side].set(person, { account, active: true });
  }

  /** The roles of the account that this user belongs to. */
  rolesOf(side: Side, person: number): ReadonlyArray<string> {
    const account = this.users[side].get(person)?.account;
    if (account === undefined) return [];
    const activeIn = (one: Side) => {
      const number = account.has.get(one);
      return number !== undefined && this.users[one].get(number)?.active === true;
    };
    const asked: ReadonlyArray<Side> = [...account.has.keys(), ...account.lost];
    if (!asked.every(activeIn)) return [];
    const granted = new Set<string>();
    const denied = new Set<string>();
    for (const [one, number] of account.has) {
      const names = new Set(
        [...this.groups[one].values()]
          .filter((group) => group.members.has(number))
          .map((group) => group.name),
      );
      if (names.has("G0")) granted.add("r0");
      if (names.has("G1") && one === "a") granted.add("r1");
      if (names.has("G1") && !names.has("G2")) granted.add("r2");
      if (names.has("G3")) denied.add("r0");
    }
    return [...granted].filter((role) => !denied.has(role)).sort();
  }
}
