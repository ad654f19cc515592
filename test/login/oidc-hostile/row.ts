/** What a row bends of a login that is good otherwise. */
import type { KeyObject } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Browser } from "../browser.ts";
import type { Header, Jwk, Signer } from "./keys.ts";

export type Json = Readonly<Record<string, unknown>>;

/** An answer in place of the good one. */
export type Answer = (response: ServerResponse) => void;

/** A login as far as its reply, which has not been brought yet. */
export interface Came {
  readonly browser: Browser;
  readonly reply: URL;
}

export interface Brought {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

/** Logins beside the row's own. */
export interface Others {
  /** At the row's own connection, by a browser of its own unless one is given. */
  readonly again: (browser?: Browser) => Promise<Came>;
  /** The same, at another connection of the organization: with a provider that bends nothing. */
  readonly elsewhere: () => Promise<Came>;
  /** The same, at another organization. */
  readonly abroad: () => Promise<Came>;
  /** A browser that began nothing. */
  readonly stranger: () => Browser;
}

export interface Bend {
  readonly settings?: Readonly<Record<string, string>>;
  readonly metadata?: (good: Json, issuer: string) => Json;
  readonly metadataAnswer?: Answer;
  readonly keys?: (good: ReadonlyArray<Jwk>) => ReadonlyArray<Jwk>;
  readonly keysAnswer?: Answer;
  /** The parameters of the address that the browser is sent back to. */
  readonly reply?: (parameters: URLSearchParams, issuer: string) => void;
  readonly header?: (good: Header, issuer: string) => Header;
  readonly claims?: (good: Json, issuer: string) => Json;
  /** The claims as text. */
  readonly written?: (good: string) => string;
  readonly key?: KeyObject;
  /** Instead of `jose`, with `key`. */
  readonly signer?: Signer;
  readonly idToken?: (good: string) => string | Promise<string>;
  readonly tokens?: (good: Json) => Json;
  readonly tokensAnswer?: Answer;
  /** How the reply is brought. */
  readonly bring?: (came: Came, others: Others) => Promise<Brought>;
  /** PKCE is not looked at. */
  readonly careless?: true;
}

/**
 * `expected`: the check that fails in the trace; or, where there is none, `not this login` (400) or `trouble` (503: the
 * provider's, and nobody is refused).
 */
export type Row = readonly [name: string, expected: string, bend: Bend];
export const notThisLogin = "not this login";
export const trouble = "trouble";
