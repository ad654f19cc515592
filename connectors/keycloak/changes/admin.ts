/**
 * What an admin event is about: the user or group it names, else everyone. Reads the path and nothing else, since the
 * representation is what somebody sent and not what came of it. Pure.
 */
import type { GroupFact } from "../../connector.ts";
import type { Settings } from "../settings.ts";
import type { About } from "./hints.ts";
import type { AdminEvent } from "./wire.ts";

interface Told {
  readonly path: ReadonlyArray<string>;
  readonly operation: string;
  readonly settings: Settings;
}

const nothing: ReadonlyArray<About> = [];
const everyone = (why: string): ReadonlyArray<About> => [{ _tag: "Everyone", why }];

/** Ids become parts of addresses, in which dots alone mean another place. */
const isId = (part: string | undefined): part is string =>
  part !== undefined && /^(?!\.{1,2}$).{1,255}$/s.test(part);

const user = (id: string | undefined): ReadonlyArray<About> =>
  isId(id) ? [{ _tag: "User", id }] : everyone("An event does not name the user it is about.");

const group = (id: string | undefined, kind: GroupFact["kind"] = "group"): ReadonlyArray<About> =>
  isId(id)
    ? [{ _tag: "Group", id, kind }]
    : everyone("An event does not name the group or role it is about.");

const rolesBelow = "What a group gives to everyone in it and below it was changed.";

/** With effective roles, where a group stands decides what everyone below it holds; a branch tells only who is in it. */
const ofGroup = ({ path, operation, settings }: Told): ReadonlyArray<About> => {
  const [root, id, rest] = path;
  // Only people who are created later are affected, and they are read whole.
  if (root === "default-groups") return nothing;
  if (root !== "groups") return everyone("A group was changed that the event does not name.");
  if (id === undefined) return everyone("A group was moved to the top, and the event does not name it.");
  const moved = rest === "children" && operation === "UPDATE";
  if (settings.effectiveRoles && (moved || operation === "DELETE")) return everyone(rolesBelow);
  return moved ? group(id).map((about) => ({ ...about, movedInto: true })) : group(id);
};

const ofMapping = ({ path, settings }: Told): ReadonlyArray<About> => {
  const [root, id] = path;
  if (root === "users") return user(id);
  if (root === "groups") return settings.effectiveRoles ? everyone(rolesBelow) : nothing;
  return everyone("A role was given or taken, and the event does not name to or from whom.");
};

/** By name a role may already be another one: a rename is told under the old name. */
const ofRole =
  (kind: "realm-role" | "client-role") =>
  ({ path, operation, settings }: Told): ReadonlyArray<About> => {
    if (kind === "client-role" && !settings.clientRoles && !settings.effectiveRoles) return nothing;
    const [root, id, rest] = path;
    if (root !== "roles-by-id") return everyone("A role was changed that the event names without its id.");
    if (rest === "composites")
      return settings.effectiveRoles ? everyone("What a role is composed of was changed.") : nothing;
    if (operation === "DELETE" && settings.effectiveRoles)
      return everyone("A role was deleted, and with it what came through it.");
    return kind === "client-role" && !settings.clientRoles ? nothing : group(id, kind);
  };

/** A client that is new has roles that nobody holds; renamed or deleted it takes its roles along. */
const ofClient = ({ path, operation, settings }: Told): ReadonlyArray<About> => {
  if (!settings.clientRoles && !settings.effectiveRoles) return nothing;
  if (path[0] === "clients" && (path.length > 2 || operation === "CREATE")) return nothing;
  return everyone("A client was changed, and its roles may have other names or be gone.");
};

const ofRealm = ({ path }: Told): ReadonlyArray<About> => {
  if (path.join("/") === "events/config") return everyone("What the realm records of changes was changed.");
  if (path.length === 0) return everyone("The settings of the realm were changed.");
  return everyone("The realm was changed at once, as by an import.");
};

/** `organizations/{id}/…`, where they are read. */
const organization = ({ path: [root, id], settings }: Told): ReadonlyArray<About> => {
  if (!settings.organizations) return nothing;
  return group(root === "organizations" ? id : undefined, "organization");
};

/** People whom an organization manages are deleted with it, and disabled while it is. */
const ofOrganization = (told: Told): ReadonlyArray<About> =>
  told.operation === "CREATE"
    ? organization(told)
    : [...organization(told), ...everyone("An organization was changed, and with it the people it manages.")];

/** `organizations/{id}/groups/{group}`: without the group where one was made at the top or moved there. */
const ofOrganizationGroup = (told: Told): ReadonlyArray<About> => {
  const [root, id, , within, rest] = told.path;
  if (!told.settings.organizations || within === undefined) return organization(told);
  const named = root === "organizations" && isId(id) && isId(within) ? `${id}/${within}` : undefined;
  const about = group(named, "organization-group");
  const moved = rest === "children" && told.operation === "UPDATE";
  return moved ? about.map((each) => ({ ...each, movedInto: true })) : about;
};

/** `organizations/{id}/members/{user}`, or behind a group of it. */
const ofMembers = (told: Told): ReadonlyArray<About> => {
  const { path, operation, settings } = told;
  // Somebody was invited: `organizations/{id}/members/invite-user`.
  if (settings.organizations && operation === "ACTION") return nothing;
  const at = path.indexOf("members");
  if (at >= 0 && at + 1 < path.length) return user(path[at + 1]);
  // Measured on 26.7: who joined is told by name alone, and that only beside the path.
  if (settings.organizations) return organization(told);
  // Who was made a member is not told, and nothing that is read of them changes.
  return operation === "CREATE" ? nothing : everyone("Members of an organization were changed.");
};

const federation = () => everyone("Where people come from was changed or read again.");

const about: Readonly<Record<string, (told: Told) => ReadonlyArray<About>>> = {
  USER: ({ path }) => (path[0] === "users" ? user(path[1]) : user(undefined)),
  GROUP: ofGroup,
  GROUP_MEMBERSHIP: ({ path }) => (path[0] === "users" ? user(path[1]) : user(undefined)),
  REALM_ROLE_MAPPING: ofMapping,
  CLIENT_ROLE_MAPPING: ofMapping,
  REALM_ROLE: ofRole("realm-role"),
  CLIENT_ROLE: ofRole("client-role"),
  CLIENT: ofClient,
  REALM: ofRealm,
  ORGANIZATION: ofOrganization,
  ORGANIZATION_GROUP: ofOrganizationGroup,
  ORGANIZATION_MEMBERSHIP: ofMembers,
  ORGANIZATION_GROUP_MEMBERSHIP: ofMembers,
  COMPONENT: federation,
  USER_FEDERATION_PROVIDER: federation,
  USER_FEDERATION_MAPPER: federation,
};

/** What decides neither who there is nor what they are in. */
const irrelevant: ReadonlySet<string> = new Set([
  "AUTHENTICATOR_CONFIG",
  "AUTHORIZATION_POLICY",
  "AUTHORIZATION_RESOURCE",
  "AUTHORIZATION_RESOURCE_SERVER",
  "AUTHORIZATION_SCOPE",
  "AUTH_EXECUTION",
  "AUTH_EXECUTION_FLOW",
  "AUTH_FLOW",
  "CLIENT_INITIAL_ACCESS_MODEL",
  "CLIENT_SCOPE",
  "CLIENT_SCOPE_CLIENT_MAPPING",
  "CLIENT_SCOPE_MAPPING",
  "CLUSTER_NODE",
  "IDENTITY_PROVIDER",
  "IDENTITY_PROVIDER_MAPPER",
  "PROTOCOL_MAPPER",
  "REALM_SCOPE_MAPPING",
  "REQUIRED_ACTION",
  "REQUIRED_ACTION_CONFIG",
  "USER_LOGIN_FAILURE",
  "USER_PROFILE",
  "USER_SESSION",
]);

/** The SCIM interface names the same things under other paths, and tells of members only that a group was updated. */
const ofScim = ([, , what, id]: ReadonlyArray<string>, operation: string, settings: Settings) => {
  if (what === "Users") return user(id);
  if (what !== "Groups")
    return everyone("An event of Keycloak's SCIM interface names neither user nor group.");
  if (settings.effectiveRoles && operation !== "CREATE") return everyone(rolesBelow);
  return group(id);
};

/** `ui-ext/role-mapping-delete/users/{id}`: the admin console's own way (keycloak#52230). */
const ofConsole = ([, , ...path]: ReadonlyArray<string>, operation: string, settings: Settings) =>
  ofMapping({ path, operation, settings });

export const aboutAdmin =
  (settings: Settings) =>
  (event: AdminEvent): ReadonlyArray<About> => {
    const path = event.resourcePath ? event.resourcePath.split("/") : [];
    const operation = event.operationType ?? "";
    if (path[0] === "scim") return ofScim(path, operation, settings);
    if (path[0] === "ui-ext") return ofConsole(path, operation, settings);
    const type = event.resourceType ?? "";
    if (irrelevant.has(type)) return nothing;
    const tell = Object.hasOwn(about, type) ? about[type] : undefined;
    return tell?.({ path, operation, settings }) ?? everyone("An event is of a kind that is not known here.");
  };
