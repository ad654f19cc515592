/** Facts one by one become batches, each kept in one transaction. What a batch names comes in a batch before it. */
import type { Fact, GroupFact, MembershipFact, Proof, UserFact } from "../../../connectors/connector.ts";

export type Batch =
  | { readonly _tag: "Users"; readonly facts: ReadonlyArray<UserFact> }
  | { readonly _tag: "Groups"; readonly facts: ReadonlyArray<GroupFact> }
  /** Whole groups only: everyone the source lists in each, by the source's ids. */
  | { readonly _tag: "Members"; readonly lists: ReadonlyMap<string, ReadonlyArray<string>> }
  | Proof;

export interface Limits {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/** Large enough that a transaction's own cost does not count, small enough that memory stays flat. */
const usual: Limits = { users: 500, groups: 2_000, memberships: 5_000 };

export const makeBatches = (limits: Limits = usual) => {
  let users: Array<UserFact> = [];
  let groups: Array<GroupFact> = [];
  let lists = new Map<string, Array<string>>();
  let memberships = 0;

  const takeUsers = (): ReadonlyArray<Batch> => {
    const facts = users;
    users = [];
    return facts.length === 0 ? [] : [{ _tag: "Users", facts }];
  };
  const takeGroups = (): ReadonlyArray<Batch> => {
    const facts = groups;
    groups = [];
    return facts.length === 0 ? [] : [{ _tag: "Groups", facts }];
  };
  const takeAll = (): ReadonlyArray<Batch> => {
    const full = lists;
    lists = new Map();
    memberships = 0;
    const before = [...takeUsers(), ...takeGroups()];
    return full.size === 0 ? before : [...before, { _tag: "Members", lists: full }];
  };
  const takeMembership = ({ group, user }: MembershipFact): ReadonlyArray<Batch> => {
    const list = lists.get(group);
    memberships += 1;
    if (list !== undefined) {
      list.push(user);
      return [];
    }
    // A group of the source stands together, so the lists so far are whole where another one begins.
    const full = memberships > limits.memberships ? takeAll() : [];
    if (full.length > 0) memberships = 1;
    lists.set(group, [user]);
    return full;
  };

  return {
    /** The batches that are full with this fact. */
    take: (fact: Fact | Proof): ReadonlyArray<Batch> => {
      switch (fact._tag) {
        case "User":
          return users.push(fact) >= limits.users ? takeUsers() : [];
        case "Group":
          return groups.push(fact) >= limits.groups ? takeGroups() : [];
        case "Membership":
          return takeMembership(fact);
        case "Proof":
          return [...takeAll(), fact];
      }
    },
    /** What is left when the source has ended without a proof. */
    rest: takeAll,
  };
};
