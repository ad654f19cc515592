/** Organizations made on a test realm, and what a bare client reads of them. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";

export const switchOn = (admin: KeycloakAdminClient, realm: string, organizationsEnabled = true) =>
  admin.realms.update({ realm }, { organizationsEnabled });

export const addOrganization = async (admin: KeycloakAdminClient, alias: string) => {
  const { id } = await admin.organizations.create({
    name: `${alias} Inc.`,
    alias,
    domains: [{ name: `${alias}.test`, verified: false }],
  });
  return id;
};

export const addGroup = async (
  admin: KeycloakAdminClient,
  organization: string,
  name: string,
  parent?: string,
) => {
  const groups = admin.organizations.groups(organization);
  const made =
    parent === undefined
      ? await groups.create({ name })
      : await groups.createChildGroup({ id: parent }, { name });
  return made.id;
};

export const join = (admin: KeycloakAdminClient, orgId: string, userId: string) =>
  admin.organizations.addMember({ orgId, userId });

export const joinGroup = (
  admin: KeycloakAdminClient,
  organization: string,
  groupId: string,
  userId: string,
) => admin.organizations.groups(organization).addMemberToOrgGroup({ groupId, userId });

/** Person by person: `group user`, one a line. */
export const readBareOrganizations = async (admin: KeycloakAdminClient) => {
  const lines: Array<string> = [];
  for (const { id: userId = "" } of await admin.users.find({ max: -1 })) {
    for (const { id = "", enabled } of await admin.organizations.memberOrganizations({ userId })) {
      if (enabled === false) continue;
      lines.push(`${id} ${userId}`);
      const groups = await admin.organizations.groups(id).listOrgGroups({ id: userId });
      for (const group of groups) lines.push(`${id}/${group.id} ${userId}`);
    }
  }
  return lines.toSorted();
};
