/** The clients: how each tests a connection, what it sends of a person, and where its administrator sees a failure. */
import { randomUUID } from "node:crypto";
import {
  aList,
  all,
  anEmptyList,
  anError,
  aPage,
  canPatch,
  type Expectation,
  peopleWithNames,
  schemasWithout,
  status,
} from "./expect.ts";
import type { Wanted } from "./send.ts";

export const clientNames = ["okta", "entra", "onelogin", "jumpcloud", "generic"] as const;
export type ClientName = (typeof clientNames)[number];

export interface Question {
  readonly step: string;
  readonly wanted: Wanted;
  readonly expect: Expectation;
  /** Does the client ask this already when its administrator presses the button? Else only later, at work. */
  readonly later?: boolean;
}

export interface Client {
  readonly title: string;
  readonly userAgent: string;
  /** Where a failing test is seen, and where a failure at work. */
  readonly test: string;
  readonly work: string;
  readonly questions: () => ReadonlyArray<Question>;
  /** The operation of a PATCH that deactivates a person. */
  readonly deactivate: object;
}

const get = (path: string): Wanted => ({ method: "GET", path });

const filtered = (type: "Users" | "Groups", attribute: string, value: string, more = "") =>
  get(`/${type}?filter=${encodeURIComponent(`${attribute} eq "${value}"`)}${more}`);

const unknownName = () => `nobody-${randomUUID()}@test.invalid`;

/** Of every client, whether it asks or finds out: a wrong token must look like one. */
const badCredential: Question = {
  step: "a wrong token is refused, with an error in SCIM's form",
  wanted: { method: "GET", path: "/Users?count=1", badCredential: true },
  expect: anError(401),
  later: true,
};

const firstPerson: Question = {
  step: "the first person",
  wanted: get("/Users?startIndex=1&count=1"),
  expect: all(aPage, peopleWithNames),
};

const unknownId = (): Question => ({
  step: "an id that nobody has",
  wanted: get(`/Users/${randomUUID()}`),
  expect: anError(404),
  later: true,
});

/** SPEC test of the Okta integration network, and its SCIM 2.0 reference. */
const okta = (): ReadonlyArray<Question> => [
  firstPerson,
  {
    step: "a userName that nobody has",
    wanted: filtered("Users", "userName", unknownName(), "&startIndex=1&count=100"),
    expect: all(anEmptyList, aPage),
  },
  unknownId(),
  badCredential,
  { step: "the groups", wanted: get("/Groups?startIndex=1&count=100"), expect: aPage, later: true },
];

/** Test Connection asks for a random GUID (entra-docs, use-scim-to-provision-users-and-groups). */
const entra = (): ReadonlyArray<Question> => [
  {
    step: "Test Connection: a random person, wants an empty list",
    wanted: filtered("Users", "userName", randomUUID()),
    expect: anEmptyList,
  },
  {
    step: "Test Connection: a random group, without members",
    wanted: filtered("Groups", "displayName", randomUUID(), "&excludedAttributes=members"),
    expect: anEmptyList,
  },
  {
    step: "a person by the work address, as matching may ask",
    wanted: filtered("Users", 'emails[type eq "work"].value', unknownName()),
    expect: anEmptyList,
    later: true,
  },
  { step: "the schemas", wanted: get("/Schemas"), expect: schemasWithout, later: true },
  unknownId(),
  badCredential,
];

/** As it was observed (authentik#11249): blanks as +, a dangling ampersand, no User-Agent. */
const onelogin = (): ReadonlyArray<Question> => [
  {
    step: "a userName that nobody has, with a dangling ampersand",
    wanted: get(`/Users?filter=userName+eq+%22${encodeURIComponent(unknownName())}%22&`),
    expect: anEmptyList,
  },
  {
    step: "a group that does not exist",
    wanted: get(`/Groups?filter=displayName+eq+%22${randomUUID()}%22&`),
    expect: anEmptyList,
    later: true,
  },
  badCredential,
];

const jumpcloud = (): ReadonlyArray<Question> => [
  {
    step: "activation: looks for the test user",
    wanted: filtered("Users", "userName", unknownName()),
    expect: anEmptyList,
  },
  firstPerson,
  { step: "the groups", wanted: get("/Groups?startIndex=1&count=1"), expect: aPage },
  badCredential,
];

const generic = (): ReadonlyArray<Question> => [
  { step: "what the server can do", wanted: get("/ServiceProviderConfig"), expect: canPatch },
  { step: "the resource types", wanted: get("/ResourceTypes"), expect: aList },
  { step: "the schemas", wanted: get("/Schemas"), expect: schemasWithout },
  firstPerson,
  {
    step: "a userName that nobody has",
    wanted: filtered("Users", "userName", unknownName()),
    expect: anEmptyList,
  },
  unknownId(),
  badCredential,
  {
    step: "a filter that is none is refused, in SCIM's form",
    wanted: get("/Users?filter=userName%20is%20ada"),
    expect: all(status(400), anError(400)),
    later: true,
  },
];

const replaceActive = { op: "replace", path: "active", value: false };

export const clients: Readonly<Record<ClientName, Client>> = {
  okta: {
    title: "Okta",
    userAgent: "Okta SCIM Client 1.0.0",
    test: "Test Connector Configuration",
    work: "the person's entry under Dashboard, Tasks",
    questions: okta,
    deactivate: { op: "replace", value: { active: false } },
  },
  entra: {
    title: "Entra",
    userAgent: "",
    test: "Test Connection",
    work: "Provisioning logs, Troubleshooting",
    questions: entra,
    deactivate: { op: "Replace", path: "active", value: "False" },
  },
  onelogin: {
    title: "OneLogin",
    userAgent: "",
    test: "API Status, Enable",
    work: "Users, Provisioning",
    questions: onelogin,
    deactivate: replaceActive,
  },
  jumpcloud: {
    title: "JumpCloud",
    userAgent: "JumpCloud",
    test: "Test Connection or Activate",
    work: "the application's provisioning status",
    questions: jumpcloud,
    deactivate: replaceActive,
  },
  generic: {
    title: "the client",
    userAgent: "rolebridge",
    test: "its connection test",
    work: "its provisioning log",
    questions: generic,
    deactivate: replaceActive,
  },
};
