/** Roles that an account has, and why. */
import type { ConnectionId, DirectoryGroupId, DirectoryUserId, EventId, RoleKey } from "./id.ts";

/**
 * Rule `rule` applied to directory user `person` because of `group` or of the fact named in `because`. What an operator
 * decided about the account itself stands in the same place, without a person or a connection.
 */
export interface Reason {
  /** A rule's id, `default:CONNECTION`, `grant:ID`, `invitation:ID` or `exclusion:ID`. */
  readonly rule: string;
  readonly connection: ConnectionId | null;
  readonly person: DirectoryUserId | null;
  readonly group: DirectoryGroupId | null;
  /** The fact that fired, in words without personal values: `group`, `attribute department`, `connection`. */
  readonly because: string;
  /** The event that brought the fact. */
  readonly cause: EventId;
}

/** A role that an account should have. `scope` is empty where the role is not limited to one. */
export interface DesiredRole {
  readonly role: RoleKey;
  readonly scope: string;
  readonly reasons: ReadonlyArray<Reason>;
}
