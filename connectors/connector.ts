/**
 * The contract between Rolebridge and an outside system. A connector is its settings and `open`, which gives a
 * connection with capabilities that are there or not there in the type. Owns the words, no vendor and no store:
 * paging, tokens and retries never leave a connector.
 */
import { Context, Data, type Duration, Effect, Schema, type Scope, type Stream } from "effect";
import type { JsonObject } from "../src/domain/index.ts";

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
  readonly kind: "group" | "realm-role" | "client-role";
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
}

export interface Lack {
  /** What cannot be seen. */
  readonly what: string;
  /** What a person does about it, in words. */
  readonly remedy: string;
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
}

/** One setting, as forms, flags and documentation show it. `default: null` = must be given. */
export interface Field {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** Settings arrive as text; the stored setting is of this type. */
  readonly type: "text" | "number" | "boolean";
  readonly secret: boolean;
  readonly default: string | null;
}

export interface Definition<Settings, Encoded> {
  readonly kind: string;
  readonly title: string;
  readonly settings: Schema.Codec<Settings, Encoded>;
  readonly fields: ReadonlyArray<Field>;
  readonly open: (settings: Settings) => Effect.Effect<Connection, ConnectorFailure, Scope.Scope>;
}

/** A definition behind a door that takes the settings as they are stored: all connectors have this one type. */
export interface Connector {
  readonly kind: string;
  readonly title: string;
  readonly fields: ReadonlyArray<Field>;
  /** Fails with `refused`, naming the setting, where the settings do not fit. */
  readonly open: (settings: unknown) => Effect.Effect<Connection, ConnectorFailure, Scope.Scope>;
}

export const connector = <Settings, Encoded>(definition: Definition<Settings, Encoded>): Connector => ({
  kind: definition.kind,
  title: definition.title,
  fields: definition.fields,
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
