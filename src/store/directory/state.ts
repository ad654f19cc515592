/** What is kept of a resource, and the keys it is looked up and joined by. One way for whatever brought it. */
import { isDeepStrictEqual } from "node:util";
import { fold, type Json, type JsonObject } from "../../domain/index.ts";

/** What is kept of a directory user: the whole resource, and the keys it is looked up and joined by. */
export interface UserState {
  readonly externalId: string | null;
  readonly userNameKey: string;
  readonly emailKey: string | null;
  readonly active: boolean;
  readonly resource: JsonObject;
}

/** What is kept of a group but its members, which are rows of their own. */
export interface GroupState {
  readonly externalId: string | null;
  readonly displayName: string;
  readonly displayNameKey: string;
  readonly resource: JsonObject;
}

const text = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The primary address, else the first one. */
const emailOf = ({ emails }: JsonObject): string | null => {
  const given = Array.isArray(emails) ? (emails as ReadonlyArray<Json>).filter(isObject) : [];
  const chosen = given.find((email) => email["primary"] === true) ?? given[0];
  return text(chosen?.["value"]);
};

const ofServer = new Set(["id", "meta", "groups", "members", "password"]);

/** What is kept of a resource: all but what the server itself makes, and never a password. */
const kept = (resource: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !ofServer.has(name)));

/**
 * `active` says whether the user counts as active where the resource does not say: true for a new one, else as
 * before. To take the attribute away is no statement that somebody came back.
 */
export const userState = (resource: JsonObject, active: boolean): UserState => {
  const email = emailOf(resource);
  return {
    externalId: text(resource["externalId"]),
    userNameKey: fold(text(resource["userName"]) ?? ""),
    emailKey: email === null ? null : fold(email),
    active: typeof resource["active"] === "boolean" ? resource["active"] : active,
    resource: kept(resource),
  };
};

export const groupState = (resource: JsonObject): GroupState => {
  const displayName = text(resource["displayName"]) ?? "";
  return {
    externalId: text(resource["externalId"]),
    displayName,
    displayNameKey: fold(displayName),
    resource: kept(resource),
  };
};

/** The names of the attributes that differ, for the event: names only, never values. The order of keys is no difference. */
export const changedNames = (before: JsonObject, after: JsonObject): ReadonlyArray<string> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .toSorted();

/** The event's name for a change: after what happened to access, where that is what happened. */
export const changeOf = (
  before: { readonly active: boolean },
  after: { readonly active: boolean },
): string => {
  if (before.active === after.active) return "user.updated";
  return after.active ? "user.reactivated" : "user.deactivated";
};

/** What an event keeps of a user by reference, so that erasing it leaves the event whole. */
export const personalOf = (state: Pick<UserState, "emailKey" | "resource">): JsonObject => ({
  userName: state.resource["userName"] ?? null,
  displayName: state.resource["displayName"] ?? null,
  email: state.emailKey,
});
