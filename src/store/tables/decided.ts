/** What operators decided about one person: grants, exclusions, and invitations of those who are not there yet. */
import { defineEntity, p } from "@mikro-orm/postgresql";

const decided = {
  role: p.string(),
  scope: p.string(),
  /** In the operator's words. */
  reason: p.string(),
  causeEventId: p.uuid(),
  createdAt: p.datetime().defaultRaw("now()"),
  expiresAt: p.datetime().nullable(),
  /** Ended rows stay: they are why a role was there. */
  endedAt: p.datetime().nullable(),
};

export const Invitation = defineEntity({
  name: "Invitation",
  tableName: "invitation",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    emailKey: p.string(),
    /** Of the address: where another organization has verified it, nobody is let in by the invitation. */
    domain: p.string(),
    /** Who used it. */
    accountId: p.uuid().nullable(),
    ...decided,
  },
});

export const RoleGrant = defineEntity({
  name: "RoleGrant",
  tableName: "role_grant",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    accountId: p.uuid(),
    invitationId: p.uuid().nullable(),
    ...decided,
  },
});

export const Exclusion = defineEntity({
  name: "Exclusion",
  tableName: "exclusion",
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    accountId: p.uuid(),
    ...decided,
  },
});
