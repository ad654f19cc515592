/**
 * Under which names each provider's attributes come, as its own documentation has them. The first that is there counts.
 * Only Entra's names a subject by itself: the others must send a persistent NameID, or the connection a subjectAttribute.
 */
import type { GroupFact } from "../connector.ts";

export const presets = ["entra", "okta", "keycloak", "google", "adfs", "ping", "generic"] as const;
export type Preset = (typeof presets)[number];

type Names = ReadonlyArray<string>;

export interface Attributes {
  readonly userName: Names;
  readonly displayName: Names;
  readonly givenName: Names;
  readonly familyName: Names;
  readonly email: Names;
  /** Lists of what people are in. `marker`: there where the provider left the list out. */
  readonly lists: ReadonlyArray<{
    readonly kind: GroupFact["kind"];
    readonly name: string;
    readonly marker?: string;
  }>;
  /** A stable id that always comes, where the NameID is only a name. */
  readonly subject?: string;
}

const soap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const microsoft = "http://schemas.microsoft.com";

const plain: Attributes = {
  userName: ["userName", "username", "login", "uid", "urn:oid:0.9.2342.19200300.100.1.1"],
  displayName: ["displayName", "name", "urn:oid:2.16.840.1.113730.3.1.241"],
  givenName: ["givenName", "firstName", "first_name", "urn:oid:2.5.4.42"],
  familyName: ["familyName", "lastName", "last_name", "surname", "sn", "urn:oid:2.5.4.4"],
  email: [
    "email",
    "mail",
    "emailAddress",
    "urn:oid:1.2.840.113549.1.9.1",
    "urn:oid:0.9.2342.19200300.100.1.3",
  ],
  lists: [{ kind: "group", name: "groups" }],
};

const ofMicrosoft: Attributes = {
  userName: [`${soap}/name`, `${soap}/upn`],
  displayName: [`${microsoft}/identity/claims/displayname`],
  givenName: [`${soap}/givenname`],
  familyName: [`${soap}/surname`],
  email: [`${soap}/emailaddress`],
  lists: [],
};

export const attributesOf: Readonly<Record<Preset, Attributes>> = {
  generic: plain,
  okta: plain,
  google: plain,
  // PingOne's own guides begin the names of attributes with a capital; each app may name them otherwise.
  ping: {
    userName: ["Username", ...plain.userName],
    displayName: ["DisplayName", ...plain.displayName],
    givenName: ["FirstName", ...plain.givenName],
    familyName: ["LastName", ...plain.familyName],
    email: ["Email", ...plain.email],
    lists: [{ kind: "group", name: "memberOf" }],
  },
  // Its list of roles holds those of the realm and of clients alike, without saying which.
  keycloak: {
    ...plain,
    lists: [
      { kind: "group", name: "member" },
      { kind: "realm-role", name: "Role" },
    ],
  },
  entra: {
    ...ofMicrosoft,
    subject: `${microsoft}/identity/claims/objectidentifier`,
    lists: [
      {
        kind: "group",
        name: `${microsoft}/ws/2008/06/identity/claims/groups`,
        // Above 150 groups it sends where to ask for them instead: absent, whatever else is set.
        marker: `${microsoft}/claims/groups.link`,
      },
      { kind: "client-role", name: `${microsoft}/ws/2008/06/identity/claims/role` },
    ],
  },
  adfs: {
    ...ofMicrosoft,
    userName: [`${soap}/upn`, `${soap}/name`],
    displayName: [`${soap}/name`],
    lists: [{ kind: "group", name: "http://schemas.xmlsoap.org/claims/Group" }],
  },
};
