/** All organizations, the groups of each, and who is in them. */
import { Schema, Stream } from "effect";
import { ConnectorFailure } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { type Form, listBranchOf, listTree, type Where } from "../groups.ts";
import { forbidden, remedies } from "../lack.ts";
import { collected, listed } from "../listing/index.ts";
import type { Settings } from "../settings.ts";
import { Member } from "../wire.ts";
import { needed, organizationCount, whereSwitchedOn } from "./find.ts";
import { Organization, OrganizationGroup } from "./wire.ts";

const Organizations = Schema.Array(Organization);
const People = Schema.Array(Member);
const pageSize = 1000;

export const whereOf =
  (organization: string): Where =>
  (client) =>
    client.organizations.groups(organization);

const formOf = ({ id }: Organization): Form<OrganizationGroup> => ({
  schema: OrganizationGroup,
  briefRepresentation: true,
  where: whereOf(id),
});

const differs = (shown: number, counted: number) =>
  shown === 0
    ? forbidden(`Keycloak counts ${counted} organizations and lists none.`, remedies.viewOrganizations)
    : new ConnectorFailure({
        reason: "malformed",
        detail: `Keycloak lists ${shown} organizations and counts ${counted}. Nothing was concluded from the list.`,
      });

/** All organizations, disabled ones too, in agreement with Keycloak's own count. */
export const listOrganizations = (ask: Ask) =>
  listed(
    "organizations",
    pageSize,
    (window) =>
      whereSwitchedOn(
        ask("organizations", Organizations, (client) => client.organizations.find({ ...window })),
      ),
    { count: organizationCount(ask), differs },
  ).pipe(Stream.runCollect, needed);

/** Its groups, parents before those nested in them. Keycloak does not count them. */
export const listOrganizationGroups = (ask: Ask, settings: Settings, organization: Organization) =>
  needed(listTree(ask, formOf(organization), settings));

/** One of its groups and all that are nested in it. */
export const listOrganizationBranch = (
  ask: Ask,
  settings: Settings,
  organization: Organization,
  group: string,
) => needed(listBranchOf(ask, formOf(organization), settings, group));

export const listOrganizationMembers = (ask: Ask, orgId: string) =>
  needed(
    collected("members of an organization", pageSize, (window) =>
      ask("members of an organization", People, (client) =>
        client.organizations.listMembers({ orgId, ...window }),
      ),
    ),
  );

/** The groups of one organization that a member of it is directly in. */
export const groupsIn = (ask: Ask, organization: string, id: string) =>
  needed(
    collected("groups of a member", pageSize, (window) =>
      ask("groups of a member", Schema.Array(OrganizationGroup), (client) => {
        const query = { id, ...window };
        return client.organizations.groups(organization).listOrgGroups(query);
      }),
    ),
  );
