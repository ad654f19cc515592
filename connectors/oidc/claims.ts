/**
 * From verified claims to facts, as each provider writes them. A claim that is missing says nothing; an empty one says
 * none (invariant 4). Pure.
 */
import { isOneLine, type Json, type JsonObject } from "../../src/domain/index.ts";
import { type GroupFact, groupId, type ToldGroups, type UserFact } from "../connector.ts";
import type { Preset, Settings } from "./settings.ts";

type Kind = GroupFact["kind"];

const fact = (kind: Kind, value: string): GroupFact => ({
  _tag: "Group",
  id: groupId(kind, value),
  name: value,
  kind,
  parent: null,
});

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (of: Json | undefined, name: string): Json | undefined =>
  isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;

/** What one claim says of groups of one kind; `undefined` where it is not there. */
interface Said {
  readonly kind: Kind;
  readonly names: ReadonlyArray<string> | undefined;
  readonly isAbsent?: true;
  readonly why: string;
}

const absent = (kind: Kind, name: string): Said => ({
  kind,
  names: undefined,
  isAbsent: true,
  why: `The reply has no claim ${name}.`,
});
const unreadable = (kind: Kind, name: string): Said => ({
  kind,
  names: undefined,
  why: `The claim ${name} is not what its provider makes of it.`,
});
const told = (kind: Kind, names: ReadonlyArray<string>): Said => ({ kind, names, why: "" });

const isNames = (value: Json | undefined): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "");

const listed = (kind: Kind, name: string, value: Json | undefined): Said => {
  if (value === undefined) return absent(kind, name);
  return isNames(value) ? told(kind, value) : unreadable(kind, name);
};

/** `{"admin": {"<organization>": "acme.test"}}`: the keys are the roles. */
const keys = (kind: Kind, name: string, value: Json | undefined): Said => {
  if (value === undefined) return absent(kind, name);
  return isObject(value) ? told(kind, Object.keys(value)) : unreadable(kind, name);
};

const clientRoles = (value: Json | undefined): Said => {
  const kind = "client-role";
  if (value === undefined) return absent(kind, "resource_access");
  if (!isObject(value)) return unreadable(kind, "resource_access");
  const of = Object.entries(value).map(([client, roles]) => ({ client, names: own(roles, "roles") }));
  return of.every(({ names }) => isNames(names))
    ? told(
        kind,
        of.flatMap(({ client, names }) =>
          isNames(names) ? names.map((one) => `${encodeURIComponent(client)}:${one}`) : [],
        ),
      )
    : unreadable(kind, "resource_access");
};

/** Above 200 groups Entra leaves them out of a token, and says so in one of two ways. */
const entraGroups = (claims: JsonObject, name: string): Said => {
  const marked = claims["hasgroups"] === true || claims["hasgroups"] === "true";
  return marked || own(claims["_claim_names"], "groups") !== undefined
    ? {
        kind: "group",
        names: undefined,
        why: "Entra left the groups out, because there are too many of them.",
      }
    : listed("group", name, own(claims, name));
};

const zitadelRoles = "urn:zitadel:iam:org:project:roles";

const readers: Readonly<Record<Preset, (claims: JsonObject, named: string) => ReadonlyArray<Said>>> = {
  generic: (claims, named) => [listed("group", named || "groups", own(claims, named || "groups"))],
  keycloak: (claims, named) => [
    listed("group", named || "groups", own(claims, named || "groups")),
    listed("realm-role", "realm_access", own(own(claims, "realm_access"), "roles")),
    clientRoles(own(claims, "resource_access")),
  ],
  zitadel: (claims, named) => [
    keys("client-role", named || zitadelRoles, own(claims, named || zitadelRoles)),
  ],
  entra: (claims, named) => [
    entraGroups(claims, named || "groups"),
    listed("client-role", "roles", own(claims, "roles")),
  ],
  google: (claims, named) => (named === "" ? [] : [listed("group", named, own(claims, named))]),
};

export const groupsIn = (
  { preset, groupsClaim, absentIsEmpty }: Pick<Settings, "preset" | "groupsClaim" | "absentIsEmpty">,
  claims: JsonObject,
): ToldGroups => {
  const said = readers[preset](claims, groupsClaim).map((one) =>
    absentIsEmpty && one.isAbsent === true ? told(one.kind, []) : one,
  );
  const complete = said.filter(({ names }) => names !== undefined);
  return {
    groups: complete.flatMap(({ kind, names = [] }) => [...new Set(names)].map((one) => fact(kind, one))),
    complete: complete.map(({ kind }) => kind),
    missing: said.find(({ names }) => names === undefined)?.why ?? null,
  };
};

const text = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value.trim() !== "" && isOneLine(value, 255) ? value : undefined;

const name = (claims: JsonObject): JsonObject => {
  const [givenName, familyName] = [text(claims["given_name"]), text(claims["family_name"])];
  if (givenName === undefined && familyName === undefined) return {};
  return {
    name: {
      ...(givenName === undefined ? {} : { givenName }),
      ...(familyName === undefined ? {} : { familyName }),
    },
  };
};

/** Only `true` says that the address is theirs; one that people typed themselves is not kept at all. */
const emailIn = (claims: JsonObject): string | undefined =>
  claims["email_verified"] === true ? text(claims["email"]) : undefined;

/** What they say their address is, where nobody vouches for it. */
export const unprovenIn = (claims: JsonObject): { readonly unproven?: string } => {
  const email = emailIn(claims) === undefined ? text(claims["email"]) : undefined;
  return email === undefined ? {} : { unproven: email };
};

/**
 * The person in SCIM's words. Whoever has no other name is called by the subject. What they are called is for people to
 * read: nobody is known again by it (OpenID Connect Core §5.7).
 */
export const userIn = (claims: JsonObject & { readonly sub: string }): UserFact => {
  const email = emailIn(claims);
  const displayName = text(claims["name"]);
  return {
    _tag: "User",
    id: claims.sub,
    resource: {
      userName: text(claims["preferred_username"]) ?? email ?? claims.sub,
      ...(displayName === undefined ? {} : { displayName }),
      ...name(claims),
      ...(email === undefined ? {} : { emails: [{ value: email, primary: true }] }),
      active: true,
    },
  };
};
