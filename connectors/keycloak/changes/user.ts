/** What a user event is about: the person whom a login or they themselves may have changed. Pure. */
import type { Settings } from "../settings.ts";
import type { About } from "./hints.ts";
import type { UserEvent } from "./wire.ts";

/** No admin event tells of any of these. */
const changing: ReadonlyArray<string> = [
  "REGISTER",
  "UPDATE_PROFILE",
  "UPDATE_EMAIL",
  "VERIFY_EMAIL",
  "DELETE_ACCOUNT",
  "IDENTITY_PROVIDER_FIRST_LOGIN",
  "IDENTITY_PROVIDER_LOGIN",
  "IDENTITY_PROVIDER_POST_LOGIN",
  "IDENTITY_PROVIDER_LINK_ACCOUNT",
  "FEDERATED_IDENTITY_LINK",
  "REMOVE_FEDERATED_IDENTITY",
  "USER_DISABLED_BY_PERMANENT_LOCKOUT",
];

/** Somebody accepted an invitation to an organization: of that, too, there is no admin event. */
const invited = "INVITE_ORG";

/** A login changes nobody, save where it comes through an identity provider whose mappers do. */
const login = "LOGIN";

/** Keycloak answers 500 for a type it does not know: all of these are in every 26. */
export const heardOf = ({ organizations }: Settings): ReadonlyArray<string> => [
  ...changing,
  ...(organizations ? [invited] : []),
  login,
];

export const aboutUser = ({ type, userId, details }: UserEvent): ReadonlyArray<About> => {
  if (!userId) return [];
  const changed = [...changing, invited].includes(type ?? "") || Boolean(details?.identity_provider);
  return changed ? [{ _tag: "User", id: userId }] : [];
};
