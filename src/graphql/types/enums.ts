import { builder } from "../builder.ts";

export const ConnectionKind = builder.enumType("ConnectionKind", {
  values: {
    SCIM: { value: "scim" },
    KEYCLOAK: { value: "keycloak" },
    ZITADEL: { value: "zitadel" },
    SAML: { value: "saml" },
    OIDC: { value: "oidc" },
    SCIM_CLIENT: { value: "scim-client" },
  } as const,
});

export const Provisioning = builder.enumType("Provisioning", {
  description: "Whom a login may bring in.",
  values: {
    CREATE: { value: "create", description: "Everybody whom the provider vouches for." },
    UPDATE: { value: "update", description: "Who is known already, here or by another connection." },
    NEVER: { value: "never", description: "Only who signed in here before." },
  } as const,
});

export const LoginOutcome = builder.enumType("LoginOutcome", {
  values: {
    ACCEPTED: { value: "accepted" },
    REFUSED: { value: "refused" },
    TESTED: { value: "tested", description: "All of it was done and taken back." },
  } as const,
});

export const LoginPerson = builder.enumType("LoginPerson", {
  description: "Whose a login would be.",
  values: {
    KNOWN: { value: "known", description: "An account that is here." },
    NEW: { value: "new", description: "A new account's." },
    AMBIGUOUS: {
      value: "ambiguous",
      description: "Somebody here may be the same person: a person is asked.",
    },
  } as const,
});

export const SessionEnd = builder.enumType("SessionEnd", {
  description: "What a session ended by, in the words of GET /v1/logins.",
  values: {
    LOGOUT: { value: "logout", description: "They left the provider, and it said so." },
    INACTIVE: {
      value: "inactive",
      description: "The account was deactivated, or the person parted from it.",
    },
    CONNECTION: { value: "connection", description: "The connection was disabled." },
    LAPSED: { value: "lapsed", description: "Its time is over." },
  } as const,
});

export const CertificateChange = builder.enumType("CertificateChange", {
  values: {
    KEPT: { value: "kept", description: "Pinned, and named by the metadata." },
    ADDED: { value: "added", description: "Named by the metadata, and not pinned." },
    REMOVED: { value: "removed", description: "Pinned, and not named by the metadata any more." },
  } as const,
});

export const LoginKeyState = builder.enumType("LoginKeyState", {
  values: {
    CURRENT: { value: "current", description: "Signs, decrypts, and is in our metadata." },
    NEXT: { value: "next", description: "In our metadata, so that the provider learns it beforehand." },
    OLD: { value: "old", description: "Decrypts what was on its way." },
  } as const,
});

export const LoginKeyStep = builder.enumType("LoginKeyStep", {
  values: {
    NEXT: { value: "next", description: "Makes the next one. The first is current at once." },
    ACTIVATE: { value: "activate", description: "The next one is current, the one before is old." },
    RETIRE: { value: "retire", description: "The old one ends." },
  } as const,
});

export const OperatorRole = builder.enumType("OperatorRole", {
  values: {
    OWNER: { value: "owner" },
    ADMINISTRATOR: { value: "administrator" },
    REVIEWER: { value: "reviewer" },
    AUDITOR: { value: "auditor" },
    SERVICE: { value: "service" },
  } as const,
});

export const MappingState = builder.enumType("MappingState", {
  values: { DRAFT: { value: "draft" }, PUBLISHED: { value: "published" } } as const,
});

export const SyncState = builder.enumType("SyncState", {
  description: "How the reading of a connection is going: the first of these that holds, in this order.",
  values: {
    DISABLED: { value: "disabled" },
    QUARANTINED: { value: "quarantined", description: "Nothing it says is believed until a run goes well." },
    FAILING: { value: "failing", description: "The last run failed; it is tried again by itself." },
    SYNCING: { value: "syncing" },
    NEVER_SYNCED: { value: "never-synced" },
    DEGRADED: {
      value: "degraded",
      description:
        "Changes cannot be followed, or some objects cannot be kept. What is read as a whole counts.",
    },
    LATE: {
      value: "late",
      description: "A run or a look for changes is due for long, and nobody has begun.",
    },
    HEALTHY: { value: "healthy" },
  } as const,
});

export const RunState = builder.enumType("RunState", {
  values: {
    WAITING: { value: "waiting" },
    RUNNING: { value: "running" },
    DONE: { value: "done" },
    FAILED: { value: "failed" },
    CANCELLED: {
      value: "cancelled",
      description: "Its connection was disabled, or another run did its work.",
    },
  } as const,
});

export const RunTrigger = builder.enumType("RunTrigger", {
  values: {
    OPERATOR: { value: "operator" },
    SCHEDULE: { value: "schedule" },
    CHANGE: { value: "change", description: "The source told that something may have changed." },
  } as const,
});

export const Coverage = builder.enumType("Coverage", {
  description: "What tells a change all the same.",
  values: {
    EVENTS: { value: "events", description: "The system's own events, within seconds." },
    SWEEP: { value: "sweep", description: "The next reading of everything." },
    NOTHING: { value: "nothing" },
  } as const,
});

export const SettingType = builder.enumType("SettingType", {
  values: { TEXT: { value: "text" }, NUMBER: { value: "number" }, BOOLEAN: { value: "boolean" } } as const,
});

export const PushMode = builder.enumType("PushMode", {
  values: {
    OFF: { value: "off" },
    OBSERVE: { value: "observe", description: "What would be written is listed, and nothing is written." },
    ENFORCE: { value: "enforce" },
  } as const,
});

export const PushCreates = builder.enumType("PushCreates", {
  description: "Which accounts are created there when the system does not know them.",
  values: {
    NOBODY: { value: "nobody" },
    WITH_ROLES: { value: "with-roles" },
    EVERYONE: { value: "everyone" },
  } as const,
});

export const PushLeaving = builder.enumType("PushLeaving", {
  description: "What becomes of people created there whose account is inactive or no longer wanted there.",
  values: {
    LEAVE: { value: "leave" },
    DISABLE: { value: "disable" },
    DELETE: { value: "delete" },
  } as const,
});

export const PushDrift = builder.enumType("PushDrift", {
  description: "What becomes of what somebody undid there.",
  values: { LIST: { value: "list" }, CORRECT: { value: "correct" } } as const,
});

export const PushField = builder.enumType("PushField", {
  values: {
    USER_NAME: { value: "userName" },
    NAME: { value: "name" },
    EMAIL: { value: "email" },
    ACTIVE: { value: "active", description: "May they sign in there?" },
  } as const,
});

export const PushState = builder.enumType("PushState", {
  description: "How writing through a connection is going: the first of these that holds, in this order.",
  values: {
    OFF: { value: "off" },
    DISABLED: { value: "disabled", description: "The connection is." },
    OBSERVING: { value: "observing" },
    FAILING: {
      value: "failing",
      description: "The system could not be written to; it is tried again by itself.",
    },
    WRITING: { value: "writing", description: "Accounts wait to be looked at." },
    TROUBLED: { value: "troubled", description: "Something could not be written, or was undone there." },
    HEALTHY: { value: "healthy" },
  } as const,
});

export const IntentState = builder.enumType("IntentState", {
  description: "How a fact stands that we wrote.",
  values: {
    OPEN: { value: "open", description: "It is about to be written." },
    HELD: { value: "held", description: "It is written, and ours." },
    DRIFTED: { value: "drifted", description: "Somebody undid it there." },
    RELEASED: { value: "released", description: "It was handed back to the source." },
    ENDED: { value: "ended", description: "We took it back." },
  } as const,
});

export const GroupKind = builder.enumType("GroupKind", {
  values: {
    GROUP: { value: "group" },
    REALM_ROLE: { value: "realm-role" },
    CLIENT_ROLE: { value: "client-role" },
    ORGANIZATION: { value: "organization", description: "An organization within a realm of Keycloak." },
    ORGANIZATION_GROUP: { value: "organization-group", description: "A group of such an organization." },
  } as const,
});

export const DomainOutcome = builder.enumType("DomainOutcome", {
  values: {
    VERIFIED: { value: "verified" },
    ABSENT: { value: "absent", description: "There is no record." },
    OTHER: { value: "other", description: "There are records, none of them this one." },
    UNKNOWN: { value: "unknown", description: "The name servers did not answer: nothing is known." },
  } as const,
});

export const PlanKind = builder.enumType("PlanKind", {
  values: {
    MAPPING: { value: "mapping", description: "What a draft would change." },
    PENDING: { value: "pending", description: "Differences that wait under the mapping in force." },
    SOURCE: { value: "source", description: "What enabling or disabling a connection would change." },
    FIRST_SYNC: {
      value: "first-sync",
      description: "What follows as a connection counts that was only read so far.",
    },
    HELD: { value: "held", description: "Losses that the guard holds." },
  } as const,
});

export const PlanState = builder.enumType("PlanState", {
  values: {
    EVALUATING: { value: "evaluating" },
    OPEN: { value: "open" },
    CHECKING: { value: "checking", description: "It is being applied: everybody is looked at once more." },
    APPLYING: { value: "applying" },
    APPLIED: { value: "applied" },
    STALE: { value: "stale", description: "What it was made from has moved. Nothing of it was done." },
    REJECTED: { value: "rejected" },
    UNDOING: { value: "undoing" },
    UNDONE: { value: "undone" },
    COLLECTING: { value: "collecting", description: "The guard is counting what one cause would take away." },
    HELD: { value: "held", description: "The guard keeps what would be lost until somebody approves." },
    APPROVED: { value: "approved" },
    SETTLED: {
      value: "settled",
      description: "Nothing of what was held is left: the sources said what was right.",
    },
  } as const,
});

export const PlanItemState = builder.enumType("PlanItemState", {
  values: {
    OPEN: { value: "open" },
    APPLIED: { value: "applied" },
    MOVED: { value: "moved", description: "Somebody else changed the account meanwhile; it was left alone." },
    UNDONE: { value: "undone" },
  } as const,
});

export const FindingSeverity = builder.enumType("FindingSeverity", {
  values: {
    ERROR: { value: "error", description: "The mapping does not do what it says." },
    WARNING: { value: "warning", description: "It may not do what is meant." },
  } as const,
});
