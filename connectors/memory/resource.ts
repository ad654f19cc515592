/** A person in SCIM's words, as the directory in memory keeps them. Pure. */
import type { JsonObject } from "../../src/domain/index.ts";
import type { Person, UserFact } from "../connector.ts";

/** Names and emails are the same whatever their case. */
export const fold = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : undefined);

const objectOf = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

export const emailOf = ({ resource }: Pick<UserFact, "resource">): unknown => {
  const { emails } = resource;
  return Array.isArray(emails) ? objectOf(emails[0])["value"] : undefined;
};

/** What is not named stays, `null` empties. */
const kept = (named: string | null | undefined, before: unknown): string | undefined => {
  const value = named === undefined ? before : named;
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** What differs only in case is the same, and stays. */
const folded = (named: string | null | undefined, before: unknown) =>
  named !== undefined && fold(named) === fold(before) ? undefined : named;

export const resourceOf = (before: JsonObject, person: Partial<Person>): JsonObject => {
  const { userName, name, displayName: called, emails: _, active, ...rest } = before;
  const givenName = kept(person.givenName, objectOf(name)["givenName"]);
  const familyName = kept(person.familyName, objectOf(name)["familyName"]);
  const email = kept(folded(person.email, emailOf({ resource: before })), emailOf({ resource: before }));
  const renamed = person.givenName !== undefined || person.familyName !== undefined;
  const displayName = renamed ? [givenName, familyName].filter(Boolean).join(" ") : called;
  return {
    ...rest,
    userName: folded(person.userName, userName) ?? userName ?? "",
    ...(displayName ? { displayName } : {}),
    ...(givenName || familyName
      ? { name: { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) } }
      : {}),
    ...(email ? { emails: [{ value: email, primary: true }] } : {}),
    active: person.active ?? active ?? true,
  };
};
