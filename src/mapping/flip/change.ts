/** One fact that could be other than it is, and the facts as they would be then. */
import {
  type ConnectionFact,
  DirectoryUserId,
  type Facts,
  type GroupFact,
  type Json,
  type JsonObject,
  type PersonFact,
} from "../../domain/index.ts";
import { type Leaf, stepsOf } from "../condition/index.ts";
import { withAddress, withoutDomain, withValue } from "./attribute.ts";

interface OfPerson {
  readonly person: DirectoryUserId;
  /** The slug of the person's connection. */
  readonly connection: string;
}

/** `leaf`: what in the rule asks for it, and whether it must hold. */
interface Asked {
  readonly leaf: Leaf;
  readonly wanted: boolean;
}

export type Change =
  | { readonly kind: "appear"; readonly connection: ConnectionFact }
  | { readonly kind: "enable"; readonly connection: ConnectionFact }
  | (OfPerson & { readonly kind: "activate" | "deactivate" })
  | (OfPerson & { readonly kind: "leave"; readonly group: GroupFact })
  | (OfPerson & Asked & { readonly kind: "join"; readonly group: GroupFact; readonly isKnown: boolean })
  | (OfPerson &
      Asked & {
        readonly kind: "attribute";
        readonly name: string;
        /** All that the attribute would be; `null`: absent. */
        readonly value: Json;
        /** Does a rule name the value? Else it stands for any of its kind. */
        readonly isNamed: boolean;
      })
  | (OfPerson & { readonly kind: "address"; readonly domain: string; readonly wanted: boolean });

/** The person who would come through a connection that the account has nobody of. */
export const newcomerId = ({ id }: ConnectionFact): DirectoryUserId => DirectoryUserId.make(id);

/** What a change is about. A set of changes has at most one about each. */
export const slotOf = (change: Change): string => {
  if (change.kind === "appear" || change.kind === "enable") return `${change.kind} ${change.connection.id}`;
  if (change.kind === "join" || change.kind === "leave") return `group ${change.person} ${change.group.id}`;
  if (change.kind === "attribute") return `attribute ${change.person} ${change.name}`;
  return change.kind === "address"
    ? `address ${change.person} ${change.domain}`
    : `activity ${change.person}`;
};

/** Two changes with this key are the same change. */
export const changeKey = (change: Change): string =>
  change.kind === "attribute" ? `${slotOf(change)} ${JSON.stringify(change.value)}` : slotOf(change);

const newcomer = (connection: ConnectionFact, { account }: Facts): PersonFact => ({
  id: newcomerId(connection),
  connection,
  active: true,
  attributes: {},
  groups: [],
  isOurs: false,
  // Nothing has brought it: it is only thought of.
  cause: account as unknown as PersonFact["cause"],
});

const attributesAfter = (attributes: JsonObject, change: Change): JsonObject => {
  if (change.kind === "attribute") return withValue(attributes, stepsOf(change.name), change.value);
  if (change.kind !== "address") return attributes;
  return (change.wanted ? withAddress : withoutDomain)(attributes, change.domain);
};

const groupsAfter = (groups: PersonFact["groups"], change: Change): PersonFact["groups"] => {
  if (change.kind === "join") return [...groups, change.group];
  return change.kind === "leave" ? groups.filter(({ id }) => id !== change.group.id) : groups;
};

const personAfter = (person: PersonFact, change: Change): PersonFact => {
  if (change.kind === "appear") return person;
  if (change.kind === "enable") {
    const { connection } = person;
    return connection.id === change.connection.id
      ? { ...person, connection: { ...connection, enabled: true, waits: false } }
      : person;
  }
  if (change.person !== person.id) return person;
  return {
    ...person,
    active: change.kind === "activate" || (change.kind !== "deactivate" && person.active),
    groups: groupsAfter(person.groups, change),
    attributes: attributesAfter(person.attributes, change),
  };
};

const after = (facts: Facts, change: Change): Facts => {
  const people = facts.people.map((person) => personAfter(person, change));
  return {
    ...facts,
    people: change.kind === "appear" ? [...people, newcomer(change.connection, facts)] : people,
  };
};

/** Whoever must be there comes first; addresses are added to what attributes were set to. */
const order: ReadonlyArray<Change["kind"]> = [
  "appear",
  "enable",
  "activate",
  "deactivate",
  "leave",
  "join",
  "attribute",
  "address",
];

/** The facts as they would be, in whatever order the changes are given. */
export const applyChanges = (facts: Facts, changes: ReadonlyArray<Change>): Facts =>
  changes
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .reduce((before, change) => after(before, change), facts);
