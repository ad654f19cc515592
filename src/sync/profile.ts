/** The fields of a person that can be written: as our copy or a source tells them, and as they are compared. */
import type { Person } from "../../connectors/connector.ts";
import { fold, type Json, type JsonObject, type PushField, pushFields } from "../domain/index.ts";

export interface Name {
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** What is known of a person, field by field. A field that is not there is not known, and stays as it is. */
export interface Profile {
  readonly userName?: string;
  readonly name?: Name;
  readonly email?: string;
}

/** All that can be compared of somebody who is there. */
export interface Values {
  readonly userName: string;
  readonly name: Name;
  readonly email: string | null;
  readonly active: boolean;
}

const text = (value: Json | undefined): string | null =>
  typeof value === "string" && value.trim() !== "" ? value : null;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const nameIn = ({ name }: JsonObject): Name => {
  const given = isObject(name) ? name : {};
  return { givenName: text(given["givenName"]), familyName: text(given["familyName"]) };
};

const emailIn = ({ emails }: JsonObject): string | null => {
  const all = Array.isArray(emails) ? (emails as ReadonlyArray<Json>).filter(isObject) : [];
  return text((all.find(({ primary }) => primary === true) ?? all[0])?.["value"]);
};

export const valuesOf = (resource: JsonObject): Values => ({
  userName: text(resource["userName"]) ?? "",
  name: nameIn(resource),
  email: emailIn(resource),
  active: resource["active"] !== false,
});

/** What this person's attributes tell, of fields that they tell at all. */
export const profileOf = (attributes: JsonObject): Profile => {
  const { userName, name, email } = valuesOf(attributes);
  const hasName = name.givenName !== null || name.familyName !== null;
  return {
    ...(userName === "" ? {} : { userName }),
    ...(hasName ? { name } : {}),
    ...(email === null ? {} : { email }),
  };
};

const folded = (value: Json): Json => (typeof value === "string" ? fold(value) : value);

/** Many systems keep names and addresses in lower case: that is no difference. */
export const isSame = (field: PushField, a: Json, b: Json): boolean => {
  if (field !== "name") return folded(a) === folded(b);
  const [one, other] = [nameIn({ name: a }), nameIn({ name: b })];
  return one.givenName === other.givenName && one.familyName === other.familyName;
};

export const fieldOf = (values: Partial<Values>, field: PushField): Json | undefined => {
  const value = values[field];
  return typeof value === "object" && value !== null ? { ...value } : value;
};

/** The part of a person that sets this field. */
export const partOf = (field: PushField, value: Json): Partial<Person> =>
  field === "name" ? nameIn({ name: value }) : { [field]: value };

/**
 * Has the person found just what was meant to be written, and nothing of it that was not? Then a creation whose answer
 * was lost may be this one.
 */
export const isAsWritten = (resource: JsonObject, written: Json): boolean => {
  const values = valuesOf(resource);
  const wanted = (isObject(written) ? written : {}) as Partial<Record<PushField, Json>>;
  return pushFields.every((field) => isSame(field, wanted[field] ?? null, fieldOf(values, field) ?? null));
};

/** The resource with these fields: what a later reading shows, as far as one can say before it. */
export const withPerson = (resource: JsonObject, person: Partial<Person>): JsonObject => {
  const { userName, givenName, familyName, email, active } = person;
  const name = isObject(resource["name"]) ? resource["name"] : {};
  return {
    ...resource,
    ...(userName === undefined ? {} : { userName }),
    ...(givenName === undefined && familyName === undefined
      ? {}
      : {
          name: {
            ...name,
            ...(givenName === undefined ? {} : { givenName }),
            ...(familyName === undefined ? {} : { familyName }),
          },
        }),
    ...(email === undefined ? {} : { emails: email === null ? [] : [{ value: email, primary: true }] }),
    ...(active === undefined ? {} : { active }),
  };
};
