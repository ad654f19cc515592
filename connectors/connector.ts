/**
 * The contract between Rolebridge and an outside system. A connector is its settings and `open`, which gives a
 * connection with capabilities that are there or not there in the type. Owns the words, no vendor and no store:
 * paging, tokens and retries never leave a connector.
 */
import { Context, Data, type Duration, Effect, Schema, type Scope, type Stream } from "effect";
import type { JsonObject } from "../src/domain/index.ts";
import type { Describing } from "./describing.ts";
import type { Field } from "./field.ts";
import type { OwnKeys } from "./keys.ts";
import type { Login } from "./login.ts";

export * from "./describing.ts";
export * from "./field.ts";
export * from "./keys.ts";
export * from "./listed.ts";
export * from "./login.ts";

export type Reason =
  | "unauthorized"
  | "forbidden"
  | "missing"
  | "conflict"
  | "throttled"
  | "unavailable"
  | "refused"
  | "malformed";

/** What the outside system did not do. `detail` is for operators: it never holds a token or a body. */
export class ConnectorFailure extends Data.TaggedError("ConnectorFailure")<{
  readonly reason: Reason;
  readonly detail: string;
  /** Seconds the system asked to be left alone, already held to a sane limit. */
  readonly retryAfter?: number;
}> {
  /** May the same request succeed later without anybody changing anything? */
  get retryable(): boolean {
    return this.reason === "throttled" || this.reason === "unavailable";
  }
}

/** The egress guard stopped a request. `fetch` wraps it, so look for it with `OutboundStopped.within`. */
export class OutboundStopped extends Error {
  override readonly name = "OutboundStopped";
  readonly failure: ConnectorFailure;
  constructor(failure: ConnectorFailure) {
    super(failure.detail);
    this.failure = failure;
  }
  /** What the guard said, where `error` or one of its causes is the guard's. */
  static within(error: unknown): ConnectorFailure | undefined {
    if (error instanceof OutboundStopped) return error.failure;
    return error instanceof Error ? OutboundStopped.within(error.cause) : undefined;
  }
}

/** A person as the source says, `resource` in SCIM's words, never including groups. */
export interface UserFact {
  readonly _tag: "User";
  readonly id: string;
  readonly resource: JsonObject;
}

/** Whatever people can be in, by the source's stable id. `parent` is the group this one is nested in. */
export interface GroupFact {
  readonly _tag: "Group";
  readonly id: string;
  readonly name: string;
  readonly kind: "group" | "realm-role" | "client-role" | "organization" | "organization-group";
  readonly parent: string | null;
}

export interface MembershipFact {
  readonly _tag: "Membership";
  readonly group: string;
  readonly user: string;
}

export type Fact = UserFact | GroupFact | MembershipFact;

/** How many facts of a kind stand before the proof, and how many the source itself counts (`null`: it cannot). */
export interface Tally {
  readonly listed: number;
  readonly counted: number | null;
}

/**
 * Says that the facts before it are all there are, save who came or went while they were told: therefore what was not
 * listed is asked for by id before it is removed. Without a proof nothing may be inferred from what was not listed.
 */
export interface Proof {
  readonly _tag: "Proof";
  readonly users: Tally;
  readonly groups: Tally;
  readonly memberships: Tally;
}

export interface Found {
  readonly _tag: "Found";
  readonly user: UserFact;
  readonly groups: ReadonlyArray<GroupFact>;
}
/** Asked by id and answered "not found" while another person was found in the same way. */
export interface Gone {
  readonly _tag: "Gone";
}

/** Something stored that a whole list did not show. Ids and kinds are the source's own, as `everyone` gave them. */
export type Suspect =
  | { readonly _tag: "User"; readonly id: string }
  | { readonly _tag: "Group"; readonly id: string; readonly kind: GroupFact["kind"] }
  | {
      readonly _tag: "Memberships";
      readonly user: string;
      readonly groups: ReadonlyArray<Pick<GroupFact, "id" | "kind">>;
    };

/** The ids among those suspected that are really gone: the user's or group's own, or those of groups left. */
export interface Confirmed {
  readonly gone: ReadonlyArray<string>;
}

/** What made a hint, so that whatever follows from it can say so. */
export interface Because {
  /** The outside system's id of its event, where it has one. */
  readonly event: string | null;
  /** When it says it happened, in milliseconds since 1970. */
  readonly at: number;
  /** Its own id of who did it, where it tells. */
  readonly actor: string | null;
}

/**
 * What may have changed and is to be read afresh. Never what changed: hints may come late, twice and in any order.
 * A group stands for itself, those nested in it and everyone in them; everyone, where only reading all of it tells.
 */
export type Hint = { readonly because: Because } & (
  | { readonly _tag: "User"; readonly id: string }
  | {
      readonly _tag: "Group";
      readonly id: string;
      readonly kind: GroupFact["kind"];
      /** Another group was moved below it, and is gone too where this one is: only reading everything tells which. */
      readonly movedInto?: true;
    }
  | { readonly _tag: "Everyone"; readonly why: string }
);

/** The newer of two hints about the same, with what only the older one told. */
export const newerHint = (newer: Hint, older: Hint | undefined): Hint =>
  newer._tag === "Group" && older?._tag === "Group" && older.movedInto === true
    ? { ...newer, movedInto: true }
    : newer;

export interface Changes {
  readonly hints: ReadonlyArray<Hint>;
  /** To be kept once the hints are, and given the next time. Plain JSON, of no meaning to anybody else. */
  readonly cursor: JsonObject;
  /** Is there more to be had at once? */
  readonly more: boolean;
}

/** A group with all that are nested in it, and everyone who is directly in each. */
export interface Branch {
  readonly _tag: "Branch";
  readonly groups: ReadonlyArray<GroupFact>;
  readonly members: ReadonlyMap<string, ReadonlyArray<string>>;
}

/** What changes cannot tell, found in the outside system's own settings. */
export interface BlindSpot {
  readonly what: string;
  /** What tells it all the same: `events` within seconds, reading everything on schedule, or nothing. */
  readonly coveredBy: "events" | "sweep" | "nothing";
  /** What a person may do about it; `null`: it lies in the system's nature. */
  readonly remedy: string | null;
}

export interface Source {
  /**
   * What tells this directory from every other one, whatever its name and address: two that differ are two
   * directories, and who is missing in the one has not left the other. Absent where the system has no such thing.
   */
  readonly identity?: Effect.Effect<string, ConnectorFailure>;
  /**
   * Users and groups before the memberships that name them, each id once, the proof last or not at all. The
   * memberships of one group stand together: whoever compares them with what is stored holds one group at a time.
   */
  readonly everyone: Stream.Stream<Fact | Proof, ConnectorFailure>;
  readonly one: (id: string) => Effect.Effect<Found | Gone, ConnectorFailure>;
  /**
   * Asks by id what a list did not show, before it is removed: a list without a count of its own may lie. Gone is
   * what the source denies while it still shows something else of that sort; what cannot be trusted is a failure.
   * Kinds that the settings leave out are gone.
   */
  readonly confirm: (suspect: Suspect) => Effect.Effect<Confirmed, ConnectorFailure>;
  /**
   * What may have changed since the cursor was given, oldest first; without one it gives a cursor for what happens from
   * now on. Absent where nothing but reading everything tells.
   */
  readonly changes?: (cursor: JsonObject | null) => Effect.Effect<Changes, ConnectorFailure>;
  /** One group or role, asked for by id. There wherever `changes` is. */
  readonly branch?: (id: string, kind: GroupFact["kind"]) => Effect.Effect<Branch | Gone, ConnectorFailure>;
  readonly blindSpots?: Effect.Effect<ReadonlyArray<BlindSpot>, ConnectorFailure>;
}

/** A person as they are to be there. What is not named stays as it is; `null` empties it. */
export interface Person {
  readonly userName: string;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  readonly email?: string | null;
  readonly active?: boolean;
}

export type Change =
  | { readonly _tag: "Create"; readonly person: Person }
  | { readonly _tag: "Update"; readonly user: string; readonly person: Partial<Person> }
  | { readonly _tag: "Remove"; readonly user: string }
  /** `group` may be a role: whatever the system calls it, `kind` says. */
  | {
      readonly _tag: "Join" | "Leave";
      readonly user: string;
      readonly group: Pick<GroupFact, "id" | "kind">;
    };

/**
 * What came of a change. `Already`: it was so before, as far as the system tells. `id` is the person's. Of a creation
 * `Already` names somebody who has that name: whether that is the same person is not for a connector to say.
 */
export interface Applied {
  readonly _tag: "Changed" | "Already";
  readonly id: string;
}

export interface Target {
  /** As of a source: the marks of what we wrote are those of this directory. */
  readonly identity: Effect.Effect<string, ConnectorFailure>;
  /** As of a source: all of one person, in whole. What was so before we wrote is known from here. */
  readonly one: (id: string) => Effect.Effect<Found | Gone, ConnectorFailure>;
  /** People who have this user name or this email there, whatever their case. */
  readonly find: (
    person: Pick<Person, "userName" | "email">,
  ) => Effect.Effect<ReadonlyArray<UserFact>, ConnectorFailure>;
  /**
   * Applying twice equals applying once. A person or group that is not there fails with `missing`, save where it was to
   * be removed or left; a name that another one has, with `conflict`; what the system does not accept, with `refused`.
   */
  readonly apply: (change: Change) => Effect.Effect<Applied, ConnectorFailure>;
  /** The groups that the system itself puts everybody into whom it makes, by id. Absent: none. */
  readonly startsIn?: Effect.Effect<ReadonlySet<string>, ConnectorFailure>;
  /** Does the system call everybody by their email, whatever userName it is given? Absent: it does not. */
  readonly isNamedByEmail?: Effect.Effect<boolean, ConnectorFailure>;
  /** What the credential may not write, found by looking only. Not part of `probe`: who only reads lacks nothing. */
  readonly lacks?: Effect.Effect<ReadonlyArray<Lack>, ConnectorFailure>;
}

export interface Lack {
  /** What cannot be seen or written. */
  readonly what: string;
  /** What a person does about it, in words. */
  readonly remedy: string;
  /** All works as it is now: somebody has to look at it soon, and nothing is kept from being changed meanwhile. */
  readonly soon?: true;
}

export interface Health {
  readonly latencyMillis: number;
  /** The system's version, where it tells. */
  readonly version: string | null;
  readonly sees: ReadonlyArray<string>;
  readonly lacks: ReadonlyArray<Lack>;
}

export interface Connection {
  readonly probe: Effect.Effect<Health, ConnectorFailure>;
  readonly source?: Source;
  readonly target?: Target;
  readonly login?: Login;
}

export interface Definition<Settings, Encoded> {
  readonly kind: string;
  readonly title: string;
  readonly settings: Schema.Codec<Settings, Encoded>;
  readonly fields: ReadonlyArray<Field>;
  /** People sign in through it; it is neither read nor written on schedule. */
  readonly signsIn?: true;
  /**
   * Settings that say what a person's id means: with another value the same id may be another person's. They stay as they
   * are once the connection has people.
   */
  readonly naming?: ReadonlyArray<string>;
  /** Its provider publishes what the settings must say of it. */
  readonly describing?: Describing;
  readonly ownKeys?: OwnKeys;
  readonly open: (settings: Settings) => Effect.Effect<Connection, ConnectorFailure, Scope.Scope>;
}

/** A definition behind a door that takes the settings as they are stored: all connectors have this one type. */
export interface Connector {
  readonly kind: string;
  readonly title: string;
  readonly fields: ReadonlyArray<Field>;
  readonly signsIn?: true;
  readonly naming?: ReadonlyArray<string>;
  readonly describing?: Describing;
  readonly ownKeys?: OwnKeys;
  /** Fails with `refused`, naming the setting, where the settings do not fit. */
  readonly open: (settings: unknown) => Effect.Effect<Connection, ConnectorFailure, Scope.Scope>;
}

export const connector = <Settings, Encoded>(definition: Definition<Settings, Encoded>): Connector => ({
  kind: definition.kind,
  title: definition.title,
  fields: definition.fields,
  ...(definition.signsIn === true ? { signsIn: true as const } : {}),
  ...(definition.naming === undefined ? {} : { naming: definition.naming }),
  ...(definition.describing === undefined ? {} : { describing: definition.describing }),
  ...(definition.ownKeys === undefined ? {} : { ownKeys: definition.ownKeys }),
  open: (settings) =>
    Schema.decodeUnknownEffect(definition.settings)(settings).pipe(
      Effect.mapError((error) => new ConnectorFailure({ reason: "refused", detail: error.message })),
      Effect.flatMap(definition.open),
    ),
});

/** What every outbound request obeys. The egress guard and private authorities come in here, as a dispatcher. */
export interface OutboundRules {
  readonly init: RequestInit;
  readonly timeoutMillis: number;
  readonly retries: number;
  /** The first pause; each further one is twice as long. */
  readonly pause: Duration.Input;
  /** No wait is longer, whatever the other side asks for. */
  readonly longestWaitSeconds: number;
}

export const Outbound = Context.Reference<OutboundRules>("rolebridge/connectors/Outbound", {
  defaultValue: () => ({
    init: { redirect: "manual" },
    timeoutMillis: 30_000,
    retries: 4,
    pause: "250 millis",
    longestWaitSeconds: 120,
  }),
});

/**
 * The same object each time a connection is opened with the same settings and secrets, for a connector that keeps what it
 * learned (a WeakMap from this object). Undefined where nothing is to be kept: settings that are only tried.
 */
export const Lasting = Context.Reference<object | undefined>("rolebridge/connectors/Lasting", {
  defaultValue: () => undefined,
});
