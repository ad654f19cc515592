/**
 * A login under way, as the browser keeps it: sealed under a key of the organization's own, for one connection and one
 * login. The server keeps nothing of a login that nobody came back from.
 */
import { hkdfSync } from "node:crypto";
import { Clock, Effect, Option, Redacted, Schema } from "effect";
import type {
  ApplicationId,
  ConnectionId,
  JsonObject,
  OperatorId,
  OrganizationId,
} from "../../domain/index.ts";
import { keyBytes, MasterKey, seal, unseal } from "../../store/index.ts";

/** How long somebody may take at the provider. */
export const flowSeconds = 600;

/**
 * Bytes, written as JSON, of the address somebody goes back to and of the application's own state. With both at their
 * longest, the cookie stays below the 4,096 bytes that every browser keeps (RFC 6265 §6.1).
 */
export const longestText = 1_024;

export const isShortEnough = (text: string): boolean =>
  Buffer.byteLength(JSON.stringify(text)) <= longestText;

export interface Flow {
  readonly id: string;
  readonly connection: ConnectionId;
  /** `null`: a test, which leads to none. */
  readonly application: ApplicationId | null;
  readonly stateHash: string;
  /** The reply comes as a form, and not in the address. */
  readonly posted: boolean;
  /** What the reply is held against. */
  readonly kept: JsonObject;
  readonly returnTo: string;
  readonly applicationState: string;
  /** The operator who asked for it, where it is a test. */
  readonly test?: OperatorId;
}

/** Which login a cookie is of: it opens for no other. */
type Which = Pick<Flow, "id" | "connection">;

const Sealed = Schema.fromJsonString(
  Schema.Struct({
    application: Schema.NullOr(Schema.String),
    stateHash: Schema.String,
    posted: Schema.Boolean,
    kept: Schema.Record(Schema.String, Schema.Json),
    returnTo: Schema.String,
    applicationState: Schema.String,
    test: Schema.optionalKey(Schema.String),
    /** Milliseconds since 1970. */
    until: Schema.Number,
  }),
);

const keyOf = (master: Redacted.Redacted<Uint8Array>, organization: OrganizationId) =>
  new Uint8Array(
    hkdfSync("sha256", Redacted.value(master), organization, "rolebridge login under way", keyBytes),
  );

const bindingOf = (organization: OrganizationId, { id, connection }: Which): string =>
  `login|${organization}|${connection}|${id}`;

export const sealFlow = Effect.fnUntraced(function* (
  organization: OrganizationId,
  { id, connection, ...rest }: Flow,
) {
  const until = (yield* Clock.currentTimeMillis) + flowSeconds * 1_000;
  const plain = JSON.stringify({ ...rest, until });
  const key = keyOf(yield* MasterKey, organization);
  return seal(key, Buffer.from(plain), bindingOf(organization, { id, connection }));
});

/** Undefined where we did not seal it for this very login, or where it is over. */
export const openFlow = Effect.fnUntraced(function* (
  organization: OrganizationId,
  which: Which,
  sealed: string,
) {
  const key = keyOf(yield* MasterKey, organization);
  const plain = unseal(key, sealed, bindingOf(organization, which));
  const read = Schema.decodeUnknownOption(Sealed)(plain?.toString("utf8"));
  const now = yield* Clock.currentTimeMillis;
  if (Option.isNone(read) || read.value.until <= now) return undefined;
  const { application, stateHash, posted, kept, returnTo, applicationState, test, until } = read.value;
  const flow: Flow = {
    ...which,
    application: application as ApplicationId | null,
    stateHash,
    posted,
    kept: kept as JsonObject,
    returnTo,
    applicationState,
    ...(test === undefined ? {} : { test: test as OperatorId }),
  };
  return { flow, until: new Date(until) };
});
