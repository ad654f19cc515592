/** Writing to an outside system: what an operator wants written there, and what is remembered of what was written. */
import { Schema } from "effect";
import { type GroupKind, groupKinds } from "./facts.ts";
import type { AccountId, ConnectionId, EventId } from "./id.ts";
import { RoleKey } from "./id.ts";
import type { Json } from "./json.ts";

export const pushModes = ["off", "observe", "enforce"] as const;
/** `observe`: what would be written is listed and nothing is written. */
export type PushMode = (typeof pushModes)[number];

/** What of a person can be written. `active` is whether they may sign in there. */
export const pushFields = ["userName", "name", "email", "active"] as const;
export type PushField = (typeof pushFields)[number];

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
