/** Writing to an outside system: what an operator wants written there, and what is remembered of what was written. */
import { Schema } from "effect";
import { type GroupKind, groupKinds, type PersonFact } from "./facts.ts";
import type { AccountId, ConnectionId, EventId } from "./id.ts";
import { RoleKey } from "./id.ts";
import type { Json, JsonObject } from "./json.ts";

export const pushModes = ["off", "observe", "enforce"] as const;
/** `observe`: what would be written is listed and nothing is written. */
export type PushMode = (typeof pushModes)[number];

/** What of a person can be written. `active` is whether they may sign in there. */
export const pushFields = ["userName", "name", "email", "active"] as const;
export type PushField = (typeof pushFields)[number];

/** What can be written to: an organization of Keycloak and its groups are only read. */
export const pushedKinds = ["group", "realm-role", "client-role"] as const satisfies ReadonlyArray<GroupKind>;

/** Whoever has the role (in exactly this scope; empty: without one) is in this group or holds this role there. */
export const PushedRole = Schema.Struct({
  role: RoleKey,
  scope: Schema.String,
  /** The outside system's own stable id. */
  group: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(255)),
  kind: Schema.Literals(groupKinds),
});
export type PushedRole = typeof PushedRole.Type;

export const PushSettings = Schema.Struct({
  /** Which accounts are created there when the system does not know them. */
  creates: Schema.Literals(["nobody", "with-roles", "everyone"]),
  /** What becomes of a person whom we created there, when their account is inactive or no longer wanted there. */
  leaving: Schema.Literals(["leave", "disable", "delete"]),
  /** Fields that are ours also on people whom we did not create. On those we created all are ours. */
  owns: Schema.Array(Schema.Literals(pushFields)),
  /** Where somebody undid what we wrote: only listed, or written again. */
  drift: Schema.Literals(["list", "correct"]),
  roles: Schema.Array(PushedRole),
});
export type PushSettings = typeof PushSettings.Type;

export const noPush: PushSettings = {
  creates: "nobody",
  leaving: "leave",
  owns: [],
  drift: "list",
  roles: [],
};

/** `user`: that there is such a person. `membership`: that they are in a group or hold a role. Else one field of theirs. */
export type WrittenFact = "user" | "membership" | PushField;

/**
 * `open`: about to be written; it precedes the call. `held`: written, and ours. `drifted`: it was found undone there.
 * `released`: handed back to the source, as if we had never written it. `ended`: we took it back.
 */
export const intentStates = ["open", "held", "drifted", "released", "ended"] as const;
export type IntentState = (typeof intentStates)[number];

/** That a fact of an outside system is ours, because it was not so before we wrote it (invariant 2). */
export interface Intent {
  readonly id: string;
  /** Which outside directory: every connection to it shares the mark. */
  readonly identity: string;
  readonly connection: ConnectionId;
  readonly account: AccountId;
  /** The person's id there; empty while they are being created. */
  readonly subject: string;
  readonly fact: WrittenFact;
  /** The group's id there; of a person being created, their folded userName; else empty. */
  readonly object: string;
  readonly kind: GroupKind | null;
  readonly state: IntentState;
  /** What was there before, of fields. */
  readonly before: Json;
  readonly after: Json;
  readonly cause: EventId;
}

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
