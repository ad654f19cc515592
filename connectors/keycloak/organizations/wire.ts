/** Organizations and their groups as Keycloak's JSON, and how they become our facts. */
import { Schema } from "effect";
import type { GroupFact } from "../../connector.ts";
import { Group, id, isId, word } from "../wire.ts";

/** An id behind which another one is put: it has no slash of its own. */
const part = id.check(Schema.isPattern(/^[^/]*$/));

export const Organization = Schema.Struct({
  id: part,
  /** Given once and never changed, as Keycloak refuses it; what its tokens call the organization. */
  alias: word,
  enabled: Schema.Boolean,
});
export const OrganizationGroup = Schema.Struct({ ...Group.fields, id: part, path: Schema.String });

export type Organization = typeof Organization.Type;
export type OrganizationGroup = typeof OrganizationGroup.Type;

export const isOfOrganization = (kind: GroupFact["kind"]): boolean =>
  kind === "organization" || kind === "organization-group";

/** A group of an organization can only be asked for there, so it is called by both ids. */
export interface PlacedGroup {
  readonly organization: string;
  readonly group: string;
}

export const pathOf = ({ organization, group }: PlacedGroup): string => `${organization}/${group}`;

/** Nothing, of what is the id of no group of an organization. */
export const partsOf = (whole: string): PlacedGroup | undefined => {
  const [organization, group, ...more] = whole.split("/");
  return isId(organization) && isId(group) && more.length === 0 ? { organization, group } : undefined;
};

export const organizationFact = ({ id, alias }: Organization): GroupFact => ({
  _tag: "Group",
  id,
  name: alias,
  kind: "organization",
  parent: null,
});

/**
 * Keycloak keeps the top groups of an organization in a hidden one, which it names as their parent; only the path leaves
 * it out. A realm may be set up to write a slash in a name as `~/`.
 */
const isTop = ({ name, path }: OrganizationGroup) =>
  path === `/${name}` || path === `/${name.replaceAll("/", "~/")}`;

/** Two organizations may have groups of one name, so the organization's stands before it. */
export const organizationGroupFact = (
  { id: organization, alias }: Organization,
  group: OrganizationGroup,
): GroupFact => ({
  _tag: "Group",
  id: pathOf({ organization, group: group.id }),
  name: `${alias}:${group.name}`,
  kind: "organization-group",
  parent: isTop(group) || !group.parentId ? organization : pathOf({ organization, group: group.parentId }),
});
