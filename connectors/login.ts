/**
 * What a connection that people sign in through can do. Owns the words: which checks a reply passed, whom it names, what
 * it says of their groups. Cookies, sessions, one-time handles and roles are the host's.
 */
import { Data, type Effect } from "effect";
import type { JsonObject } from "../src/domain/index.ts";
import type { ConnectorFailure, GroupFact, UserFact } from "./connector.ts";

/** One thing that was looked at in a reply. Names are stable; `detail` holds no token, no signature and no person. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string | null;
}

/** The reply is not to be believed, or says no. The last of the checks is the one that failed. */
export class LoginRefused extends Data.TaggedError("LoginRefused")<{
  readonly checks: ReadonlyArray<Check>;
}> {}

/** What the browser is sent off with. */
export type Challenge =
  | { readonly _tag: "Redirect"; readonly url: string }
  | { readonly _tag: "Form"; readonly action: string; readonly fields: Readonly<Record<string, string>> };

export interface Begin {
  /** Where the reply is to come. One address for each connection: what comes there came from its own provider. */
  readonly callback: string;
  /** Comes back with the reply, and says nothing to anybody else. */
  readonly state: string;
  /** What the person said their address is. For the provider to fill in, nothing more. */
  readonly hint?: string;
}

export interface Begun {
  readonly challenge: Challenge;
  /** What the reply will be held against. Secret, of no meaning to anybody else, plain JSON. */
  readonly kept: JsonObject;
}

export interface Reply {
  readonly callback: string;
  readonly state: string;
  /** As sent, in the address or in the form; none is there twice. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly kept: JsonObject;
}

/**
 * What a reply says of a person's groups. What it does not speak of stays as it was known: a claim that is missing is not
 * an empty one (invariant 4).
 */
export interface ToldGroups {
  readonly groups: ReadonlyArray<GroupFact>;
  /** Of these kinds the groups are all there are. */
  readonly complete: ReadonlyArray<GroupFact["kind"]>;
  /** What was not said, and why, in a sentence for operators; `null`: all was. */
  readonly missing: string | null;
}

export interface Verified {
  /**
   * `id`: the provider's stable subject. Not an address and not a name, which somebody else may have next year. An email
   * is in it only where the provider says, in so many words, that it is theirs.
   */
  readonly user: UserFact;
  readonly groups: ToldGroups;
  /** An address that the provider does not say is theirs. Not kept: only looked up, for whom they may be. */
  readonly unproven?: string;
  /** When the provider said it, in milliseconds since 1970: of two replies about one person the later one counts. */
  readonly at: number;
  /** What makes this reply one of a kind, and until when anybody could send it again, in milliseconds since 1970. */
  readonly once: { readonly issuer: string; readonly id: string; readonly until: number };
  /** The provider's own session, where it names one and says how long it lasts. */
  readonly session: { readonly id: string | null; readonly until: number | null };
  readonly checks: ReadonlyArray<Check>;
}

/** What a product that signs people in by itself brings: the provider's reply, and what the login was begun with. */
export type Brought =
  | {
      readonly _tag: "IdToken";
      readonly idToken: string;
      readonly nonce: string;
      readonly accessToken?: string;
    }
  | {
      readonly _tag: "SamlResponse";
      /** As it came in the form: base64. */
      readonly samlResponse: string;
      /** The id of the product's request. */
      readonly requestId: string;
      /** The product's address that the response came to. */
      readonly recipient: string;
    };

/** Logins that the provider begins: nobody asked for them here, so nothing but the reply itself says when they were begun. */
export interface Unsolicited {
  /** The slug of the application that they are for; undefined: the settings take none. */
  readonly application: string | undefined;
  /** As `Login.finish`, of a reply that answers nothing and is not older than some minutes. */
  readonly finish: (
    reply: Pick<Reply, "callback" | "parameters">,
  ) => Effect.Effect<Verified, ConnectorFailure | LoginRefused>;
}

/** Who left the provider: a person, one session of theirs, or both named. */
export interface LoggedOut {
  readonly subject: string | null;
  readonly session: string | null;
  readonly once: Verified["once"];
  readonly checks: ReadonlyArray<Check>;
}

export interface Login {
  /** The reply comes as a form that the provider's page sends; otherwise in the address. */
  readonly posts?: true;
  readonly begin: (begin: Begin) => Effect.Effect<Begun, ConnectorFailure>;
  /** Believes nothing but what it verified. Trouble with the provider is a failure; a bad reply is refused. */
  readonly finish: (reply: Reply) => Effect.Effect<Verified, ConnectorFailure | LoginRefused>;
  /** As `finish`, of a reply that a product got for itself. `callback`: our own address, by which the provider may know us. */
  readonly verify?: (
    brought: Brought,
    callback: string,
  ) => Effect.Effect<Verified, ConnectorFailure | LoginRefused>;
  /** Where the protocol knows of logins that the provider begins. */
  readonly unsolicited?: Unsolicited;
  /** Reads a message by which the provider itself says that somebody left. */
  readonly loggedOut?: (message: string) => Effect.Effect<LoggedOut, ConnectorFailure | LoginRefused>;
  /** What the provider reads about us, as a document of its protocol. */
  readonly metadata?: (callback: string) => string;
}

/** Roles stand under a name of their own, which no group can have: a group may be called anything. */
export const groupId = (kind: GroupFact["kind"], value: string): string => {
  if (kind !== "group") return `${kind}:${value}`;
  return /^(?:group|realm-role|client-role):/.test(value) ? `group:${value}` : value;
};
