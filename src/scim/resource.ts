/** From rows to SCIM resources and back. */
import { isDeepStrictEqual } from "node:util";
import { fold } from "../domain/index.ts";
import type { GroupRow, GroupState, UserRow, UserState } from "../store/index.ts";
import { isJsonList, isJsonObject, type Json, type JsonObject, type ResourceType } from "./schema/index.ts";

const metaOf = (
  type: ResourceType,
  row: { readonly id: string; readonly version: number; readonly createdAt: Date; readonly updatedAt: Date },
  baseUrl: string,
): JsonObject => ({
  resourceType: type.id,
  created: row.createdAt.toISOString(),
  lastModified: row.updatedAt.toISOString(),
  location: `${baseUrl}${type.endpoint}/${row.id}`,
  version: `W/"${row.version}"`,
});

/** A row as clients see it. `lists` holds what is kept as rows: a user's groups, a group's members. */
export const render = (
  type: ResourceType,
  row: UserRow | GroupRow,
  lists: JsonObject,
  baseUrl: string,
): JsonObject => ({ ...row.resource, id: row.id, ...lists, meta: metaOf(type, row, baseUrl) });

const text = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

/** The primary address, else the first one. */
const emailOf = (resource: JsonObject): string | null => {
  const emails = isJsonList(resource["emails"]) ? resource["emails"].filter(isJsonObject) : [];
  const chosen = emails.find((email) => email["primary"] === true) ?? emails[0];
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
