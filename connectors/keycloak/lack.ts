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
  viewClients: `${add("view-clients")} Or switch off the settings clientRoles and effectiveRoles.`,
};

export const forbidden = (what: string, remedy: string) =>
  new ConnectorFailure({ reason: "forbidden", detail: `${what} ${remedy}` });

/** A plain 403 gains the role that would have prevented it. */
export const naming = (remedy: string) => (failure: ConnectorFailure) =>
  failure.reason === "forbidden" && !failure.detail.includes(remedy)
    ? forbidden(failure.detail, remedy)
    : failure;
