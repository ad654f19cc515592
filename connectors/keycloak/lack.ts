/** What a service account can lack, and how a person adds it. */
import { ConnectorFailure } from "../connector.ts";

const add = (role: string): string =>
  `In the realm's admin console open Clients, the client of this connection, Service account roles, Assign role, ` +
  `Filter by clients, and add realm-management ${role}.`;

export const remedies = {
  viewUsers: add("view-users"),
  viewRealm: add("view-realm"),
  defaultRole:
    "In the realm's admin console open Clients, the client of this connection, Service account roles, Assign role, " +
    "and add the realm's default role.",
  manageUsers: add("manage-users"),
  viewEvents: add("view-events"),
  viewOrganizations: `${add("view-organizations")} Or switch off the setting organizations.`,
  organizationsOn:
    "In the realm's admin console open Realm settings, General, and switch on Organizations. " +
    "Or switch off the setting organizations.",
  viewClients: `${add("view-clients")} Or switch off the settings clientRoles and effectiveRoles.`,
};

export const forbidden = (what: string, remedy: string) =>
  new ConnectorFailure({ reason: "forbidden", detail: `${what} ${remedy}` });

const named = (detail: string) => Object.values(remedies).some((remedy) => detail.includes(remedy));

/** A plain 403 gains the role that would have prevented it. */
export const naming = (remedy: string) => (failure: ConnectorFailure) =>
  failure.reason === "forbidden" && !named(failure.detail) ? forbidden(failure.detail, remedy) : failure;
