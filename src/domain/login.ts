/** Signing in through a connection, as it is kept. */
import type { ApplicationId, LoginId } from "./id.ts";

/** Whom a login may bring in: anybody the provider vouches for, those who are known already, or nobody new by any way. */
export const provisionings = ["create", "update", "never"] as const;
export type Provisioning = (typeof provisionings)[number];

/** What an organization says of logins through one connection. */
export interface LoginSettings {
  readonly provisioning: Provisioning;
  /** Days that what a login said is believed, where nothing else says it again. */
  readonly lapseDays: number;
}

/** With the domains whose people are led to the connection. */
export interface LoginEntrance extends LoginSettings {
  readonly domains: ReadonlyArray<string>;
}

export const usualLogin: LoginSettings = { provisioning: "create", lapseDays: 30 };

/** What a session ended by. The first that holds, in this order. */
export const sessionEnds = ["logout", "inactive", "connection", "lapsed"] as const;
export type SessionEnd = (typeof sessionEnds)[number];

/** `tested`: all of it was done and taken back. */
export type LoginOutcome = "accepted" | "refused" | "tested";

/**
 * Whose a login would be: an account that is here, a new one, or not to be told. Ambiguous: somebody here may be the same
 * person, and a person is asked.
 */
export const loginPersons = ["known", "new", "ambiguous"] as const;
export type LoginPerson = (typeof loginPersons)[number];

export interface LoginRole {
  readonly role: string;
  /** `null`: everywhere. */
  readonly scope: string | null;
}

/** What a test told of. Names of groups and roles, and nothing that a person is called. */
export interface LoginTest {
  /** Would they have come in? */
  readonly passed: boolean;
  /** `null`: the reply itself was refused. */
  readonly person: LoginPerson | null;
  /** As rules name them; `null`: the reply itself was refused. */
  readonly groups: ReadonlyArray<string> | null;
  readonly rolesBefore: ReadonlyArray<LoginRole>;
  /** `null`: they would not have come in. */
  readonly rolesAfter: ReadonlyArray<LoginRole> | null;
}

/** Something that people sign in to: where they may be sent back to. */
export interface Application {
  readonly id: ApplicationId;
  readonly slug: string;
  readonly name: string;
  /** Compared as they are, character by character. */
  readonly returnAddresses: ReadonlyArray<string>;
}

/** One thing that was looked at in a reply. */
export interface LoginCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string | null;
}

/** What is shown of one login. `id` is the reference that the person saw. */
export interface LoginTrace {
  readonly id: LoginId;
  readonly outcome: LoginOutcome;
  readonly checks: ReadonlyArray<LoginCheck>;
}
