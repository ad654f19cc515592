/**
 * Keycloak's organizations and their groups, a tree of their own beside the realm's groups. Owns their addresses, JSON and
 * ids, and what it means that they are switched off; when "not found" may be believed is next door, in `by-id`.
 */
export {
  findOrganization,
  findOrganizationGroup,
  isMember,
  organizationCanary,
  organizationCount,
  organizationsOf,
} from "./find.ts";
export {
  groupsIn,
  listOrganizationBranch,
  listOrganizationGroups,
  listOrganizationMembers,
  listOrganizations,
  whereOf,
} from "./list.ts";
export {
  isOfOrganization,
  type Organization,
  organizationFact,
  organizationGroupFact,
  type PlacedGroup,
  partsOf,
  pathOf,
} from "./wire.ts";
