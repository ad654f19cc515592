/**
 * What the sources say about one account: all that the mapping may look at, and nothing else
 * (invariant 1, derivation).
 */
import type {
  AccountId,
  ConnectionId,
  DirectoryGroupId,
  DirectoryUserId,
  EventId,
  ExclusionId,
  GrantId,
  InvitationId,
  RoleKey,
} from "./id.ts";
import type { JsonObject } from "./json.ts";

export const connectionKinds = ["scim", "keycloak", "zitadel", "saml", "oidc", "scim-client"] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** What people can be in, by the source's own distinction. */
export const groupKinds = [
  "group",
  "realm-role",
  "client-role",
  "organization",
  "organization-group",
] as const;
export type GroupKind = (typeof groupKinds)[number];

/** The connection a fact came through, as far as deciding needs to know it. */
export interface ConnectionFact {
  readonly id: ConnectionId;
  readonly slug: string;
  readonly kind: ConnectionKind;
  readonly enabled: boolean;
  /** May it say that an account is inactive? `null` = the default of its kind. */
  readonly lifecycleAuthority: boolean | null;
  /** It is read and does not count: not before the plan of its first sync is applied. */
  readonly waits?: boolean;
}

/** One group membership of a directory user. `cause` is the event that brought it. */
export interface GroupFact {
  readonly id: DirectoryGroupId;
  /** The source's own stable id of the group, where it gave one. */
  readonly externalId: string | null;
  readonly kind: GroupKind;
  readonly name: string;
  readonly cause: EventId;
}

/** One directory user linked to the account. `cause` is the event that last changed it. */
export interface PersonFact {
  readonly id: DirectoryUserId;
  readonly connection: ConnectionFact;
  readonly active: boolean;
  readonly attributes: JsonObject;
  readonly groups: ReadonlyArray<GroupFact>;
  /** We made this person there: only memberships that others gave them count, and nothing else (invariant 2). */
  readonly isOurs: boolean;
  readonly cause: EventId;
}

/** A role that an operator gave to this one account. `scope` is empty where the role is not limited to one. */
export interface GrantFact {
  readonly id: GrantId;
  /** The invitation that became this grant when the person came. */
  readonly invitation: InvitationId | null;
  readonly role: RoleKey;
  readonly scope: string;
  /** In milliseconds since 1970; `null`: without end. */
  readonly until: number | null;
  readonly cause: EventId;
}

/** A role that this one account must not have, whatever gives it. With an empty scope: in none. */
export interface ExclusionFact {
  readonly id: ExclusionId;
  readonly role: RoleKey;
  readonly scope: string;
  /** In milliseconds since 1970; `null`: without end. */
  readonly until: number | null;
  readonly cause: EventId;
}

/** What operators decided about this one account. */
export interface Decided {
  /** The event by which an operator suspended it. */
  readonly suspended: EventId | null;
  readonly grants: ReadonlyArray<GrantFact>;
  readonly exclusions: ReadonlyArray<ExclusionFact>;
}

export const undecided: Decided = { suspended: null, grants: [], exclusions: [] };

export interface Facts {
  readonly account: AccountId;
  readonly people: ReadonlyArray<PersonFact>;
  /** Connections that once asserted this account and have since deleted it. */
  readonly lost: ReadonlyArray<ConnectionFact>;
  readonly decided: Decided;
}
