/** What of a person in an outside directory is no evidence, because we wrote it (invariant 2). */
import type { PersonFact } from "./facts.ts";
import type { Json, JsonObject } from "./json.ts";
import type { PushField, WrittenFact } from "./push.ts";

/** What an intent says about one person, as far as deciding needs to know it. */
export interface Mark {
  readonly fact: WrittenFact;
  /** The group's id there. */
  readonly object: string;
  readonly before: Json;
}

/** Which of SCIM's attributes tell a field that we write. `active` is no attribute of these: it counts by itself. */
const told: Readonly<Record<PushField, ReadonlyArray<string>>> = {
  userName: ["userName"],
  name: ["name", "displayName"],
  email: ["emails"],
  active: ["active"],
};

const withoutFields = (attributes: JsonObject, marks: ReadonlyArray<Mark>): JsonObject => {
  const ours = new Set(
    marks.flatMap(({ fact }) => (fact === "user" || fact === "membership" ? [] : told[fact])),
  );
  return ours.size === 0
    ? attributes
    : Object.fromEntries(Object.entries(attributes).filter(([name]) => !ours.has(name)));
};

type Unmarked = Omit<PersonFact, "isOurs">;

/**
 * The person without what is ours: the groups we put them into, the fields we wrote, and of `active` what it was
 * before. Of somebody whom we made nothing else is evidence either, which `isOurs` says.
 */
export const withoutOurs = (person: Unmarked, marks: ReadonlyArray<Mark> | null): PersonFact => {
  if (marks === null || marks.length === 0) return { ...person, isOurs: false };
  const groups = new Set(marks.filter(({ fact }) => fact === "membership").map(({ object }) => object));
  const before = marks.find(({ fact }) => fact === "active")?.before;
  const isOurs = marks.some(({ fact }) => fact === "user");
  return {
    ...person,
    isOurs,
    active: typeof before === "boolean" ? before : person.active,
    attributes: isOurs ? {} : withoutFields(person.attributes, marks),
    groups: person.groups.filter(({ externalId }) => externalId === null || !groups.has(externalId)),
  };
};
