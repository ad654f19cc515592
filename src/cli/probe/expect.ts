/** What must come back. Each expectation gives what is wrong as the rest of a sentence, or nothing. */
import type { Answered } from "./send.ts";

export type Expectation = (answer: Answered) => string | undefined;

const urn = "urn:ietf:params:scim:api:messages:2.0";

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : []);

/** The first that is wrong counts. */
export const all =
  (...expectations: ReadonlyArray<Expectation>): Expectation =>
  (answer) =>
    expectations.map((expect) => expect(answer)).find((wrong) => wrong !== undefined);

export const status =
  (...wanted: ReadonlyArray<number>): Expectation =>
  ({ status }) =>
    wanted.includes(status) ? undefined : `the status is ${status} in place of ${wanted.join(" or ")}`;

const isScim: Expectation = ({ type, json }) =>
  json !== undefined && /^application\/(scim\+)?json/i.test(type)
    ? undefined
    : `the answer is ${type === "" ? "of no type" : type}, no SCIM JSON`;

const hasSchema =
  (name: string): Expectation =>
  ({ json }) =>
    list(json?.["schemas"]).includes(`${urn}:${name}`) ? undefined : `the answer has not the schema ${name}`;

/** Okta asserts numbers, not texts that look like numbers. */
const counts: Expectation = ({ json }) => {
  const wrong = ["totalResults", "itemsPerPage", "startIndex"].find(
    (name) => typeof json?.[name] !== "number",
  );
  return wrong === undefined ? undefined : `${wrong} is no number`;
};

export const aList = all(status(200), isScim, hasSchema("ListResponse"));
export const aPage = all(aList, counts);

export const anEmptyList = all(aList, ({ json }) =>
  json?.["totalResults"] === 0 && list(json["Resources"]).length === 0
    ? undefined
    : "the list is not empty, though nobody has that name",
);

/** Every person listed has what Okta's tests ask of the first: nobody is without a name. */
export const peopleWithNames: Expectation = ({ json }) => {
  const nameless = list(json?.["Resources"])
    .map(object)
    .find(({ id, userName }) => !id || !userName);
  return nameless === undefined ? undefined : "a person in the list has no id or userName";
};

export const anError = (wanted: number) =>
  all(status(wanted), isScim, hasSchema("Error"), ({ json }) => {
    if (String(json?.["status"]) !== String(wanted)) return `the body's status is not ${wanted}`;
    return typeof json?.["detail"] === "string" && json["detail"] !== "" ? undefined : "there is no detail";
  });

export const canPatch = all(status(200), isScim, ({ json }) =>
  object(json?.["patch"])["supported"] === true ? undefined : "PATCH is not among what is supported",
);

const hasNull = (value: unknown): boolean =>
  value === null || (typeof value === "object" && Object.values(value).some(hasNull));

/** Entra stumbles over nulls in schemas. */
export const schemasWithout = all(aList, ({ json }) => {
  if (hasNull(json)) return "a schema holds a null";
  const ids = list(json?.["Resources"]).map((one) => object(one)["id"]);
  const core = ["User", "Group"].map((name) => `urn:ietf:params:scim:schemas:core:2.0:${name}`);
  return core.every((id) => ids.includes(id))
    ? undefined
    : "the schemas of User and Group are not both there";
});

/** The resource of a change. Where 204 is allowed, nothing need come back. */
export const aResource =
  (wanted: Readonly<Record<string, unknown>>, ...statuses: ReadonlyArray<number>): Expectation =>
  (answer) => {
    const wrong = status(...statuses)(answer);
    if (wrong !== undefined || answer.status === 204) return wrong;
    const different = Object.entries(wanted).find(([name, value]) => answer.json?.[name] !== value);
    if (different !== undefined) return `${different[0]} is not ${JSON.stringify(different[1])} afterwards`;
    return isScim(answer) ?? (typeof answer.json?.["id"] === "string" ? undefined : "there is no id");
  };

/** A group that has exactly this member. */
export const withMember =
  (id: string): Expectation =>
  ({ json }) => {
    const members = list(json?.["members"]).map((one) => object(one)["value"]);
    return members.length === 1 && members[0] === id ? undefined : "the member is not in the group";
  };

export const nothing = status(204);
