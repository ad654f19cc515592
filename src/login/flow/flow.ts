/** A login under way, as the browser keeps it: sealed for one connection and one login. */
import { Effect, Schema } from "effect";
import {
  ApplicationId,
  type ConnectionId,
  type JsonObject,
  OperatorId,
  type OrganizationId,
} from "../../domain/index.ts";
import { type Bound, openFor, type Purpose, sealFor } from "../sealed.ts";

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

const underWay: Purpose<Omit<Flow, keyof Which>> = {
  name: "login under way",
  holds: Schema.Struct({
    application: Schema.NullOr(ApplicationId),
    stateHash: Schema.String,
    posted: Schema.Boolean,
    kept: Schema.Record(Schema.String, Schema.Json),
    returnTo: Schema.String,
    applicationState: Schema.String,
    test: Schema.optionalKey(OperatorId),
  }),
  seconds: flowSeconds,
};

const boundTo = (organization: OrganizationId, { id, connection }: Which): Bound => ({
  organization,
  binding: `login|${organization}|${connection}|${id}`,
});

export const sealFlow = (organization: OrganizationId, { id, connection, ...rest }: Flow) =>
  Effect.map(sealFor(underWay, boundTo(organization, { id, connection }), rest), ({ text }) => text);

/** Undefined where we did not seal it for this very login, or where it is over. */
export const openFlow = Effect.fnUntraced(function* (
  organization: OrganizationId,
  which: Which,
  sealed: string,
) {
  const opened = yield* openFor(underWay, boundTo(organization, which), sealed);
  if (opened === undefined) return undefined;
  const flow: Flow = { ...which, ...opened.value };
  return { flow, until: opened.until };
});
