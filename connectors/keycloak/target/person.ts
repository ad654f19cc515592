/** A person in Keycloak's words, and what of them Keycloak can hold. Pure. */
import type { Person } from "../../connector.ts";
import { sentence } from "../refusal.ts";
import type { User } from "../wire.ts";

/** What is written of a person; what is left out stays. */
export interface Written {
  readonly username?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly enabled?: boolean;
}

/** Keycloak keeps names and emails in small letters. */
export const fold = (value: string | null | undefined) => (value ?? "").toLowerCase();

const named = ({ userName, givenName, familyName, email, active }: Partial<Person>): Written => ({
  ...(userName === undefined ? {} : { username: userName }),
  // Measured on 26.7: `null` leaves a field as it is, and the empty text empties it.
  ...(givenName === undefined ? {} : { firstName: givenName ?? "" }),
  ...(familyName === undefined ? {} : { lastName: familyName ?? "" }),
  ...(email === undefined ? {} : { email: email ?? "" }),
  ...(active === undefined ? {} : { enabled: active }),
});

// Keycloak's columns hold 255 characters. Control characters and halves of characters break databases and comparisons.
export const fits = (value: string) => value.length <= 255 && !/\p{Cc}|\p{Cs}/u.test(value);

/** Which fields no Keycloak can hold, in words; none where it is empty. */
export const unfit = (written: Written): string => {
  const bad = Object.entries(written).filter(([, value]) => typeof value === "string" && !fits(value));
  const empty = written.username === "" ? [["username", "is empty"] as const] : [];
  return sentence([
    ...empty,
    ...bad.map(([field]) => [field, "is longer than 255 characters or has invisible ones"] as const),
  ]);
};

/** Whether an email is theirs, the person shows to Keycloak: what we write is never taken for shown. */
export const created = (person: Person): Written => ({
  enabled: true,
  emailVerified: false,
  ...named(person),
});

const same = (user: User, field: string, value: unknown): boolean => {
  switch (field) {
    case "username":
      return fold(user.username) === fold(String(value));
    case "email":
      return fold(user.email) === fold(String(value));
    case "firstName":
      return (user.firstName ?? "") === value;
    case "lastName":
      return (user.lastName ?? "") === value;
    default:
      return user.enabled === value;
  }
};

/**
 * Only what differs. Measured on 26.7: a PUT without `attributes` leaves all fields that it does not name, attributes
 * among them; one with `attributes` empties names and email that stand beside it unnamed. So attributes are never sent.
 * A new email would keep the old one's `emailVerified`.
 */
export const differences = (user: User, person: Partial<Person>): Written => {
  const differing: Written = Object.fromEntries(
    Object.entries(named(person)).filter(([field, value]) => !same(user, field, value)),
  );
  return differing.email === undefined ? differing : { ...differing, emailVerified: false };
};
