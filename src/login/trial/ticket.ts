/**
 * What an operator is given to have a login tried out: sealed under a key of the organization's own, for one connection.
 * The server keeps nothing of one that nobody opens.
 */
import { hkdfSync } from "node:crypto";
import { Clock, Effect, Option, Redacted, Schema } from "effect";
import type { ConnectionId, OperatorId, OrganizationId } from "../../domain/index.ts";
import { keyBytes, MasterKey, newId, seal, unseal } from "../../store/index.ts";

/** How long an address for a test may be opened. */
export const ticketSeconds = 600;

export interface Ticket {
  /** By which it is used up. */
  readonly id: string;
  /** Who asked for it. */
  readonly operator: OperatorId;
  readonly until: Date;
}

const Sealed = Schema.fromJsonString(
  Schema.Struct({ id: Schema.String, operator: Schema.String, until: Schema.Number }),
);

const keyOf = (master: Redacted.Redacted<Uint8Array>, organization: OrganizationId) =>
  new Uint8Array(hkdfSync("sha256", Redacted.value(master), organization, "rolebridge test login", keyBytes));

const bindingOf = (organization: OrganizationId, connection: ConnectionId): string =>
  `test|${organization}|${connection}`;

export const newTicket = Effect.fnUntraced(function* (
  organization: OrganizationId,
  connection: ConnectionId,
  operator: OperatorId,
) {
  const until = (yield* Clock.currentTimeMillis) + ticketSeconds * 1_000;
  const plain = JSON.stringify({ id: newId(), operator, until });
  const key = keyOf(yield* MasterKey, organization);
  const sealed = seal(key, Buffer.from(plain), bindingOf(organization, connection));
  return { text: Buffer.from(sealed, "base64").toString("base64url"), until: new Date(until) };
});

/** Undefined where we did not seal it for this very connection, or where its time is over. */
export const openTicket = Effect.fnUntraced(function* (
  organization: OrganizationId,
  connection: ConnectionId,
  text: string,
) {
  const key = keyOf(yield* MasterKey, organization);
  const plain = unseal(key, text, bindingOf(organization, connection));
  const read = Schema.decodeUnknownOption(Sealed)(plain?.toString("utf8"));
  if (Option.isNone(read) || read.value.until <= (yield* Clock.currentTimeMillis)) return undefined;
  const { id, operator, until } = read.value;
  return { id, operator: operator as OperatorId, until: new Date(until) } satisfies Ticket as Ticket;
});
