/**
 * What others carry for us, so that the server keeps nothing of what nobody comes back with: sealed under a key of the
 * organization's own for one purpose, bound to what it may be opened for, until a time.
 */
import { hkdfSync } from "node:crypto";
import { Clock, Effect, Option, Redacted, Schema } from "effect";
import type { OrganizationId } from "../domain/index.ts";
import { keyBytes, MasterKey, seal, unseal } from "../store/index.ts";

/** What is sealed for one purpose opens for no other. */
export interface Purpose<A> {
  readonly name: string;
  readonly holds: Schema.Codec<A, Schema.Json>;
  /** Seconds in which it opens. */
  readonly seconds: number;
}

/** For whom, and for what alone. */
export interface Bound {
  readonly organization: OrganizationId;
  readonly binding: string;
}

const keyFor = Effect.fnUntraced(function* (purpose: string, organization: OrganizationId) {
  const master = Redacted.value(yield* MasterKey);
  return new Uint8Array(hkdfSync("sha256", master, organization, `rolebridge ${purpose}`, keyBytes));
});

const envelope = <A>({ holds }: Purpose<A>) =>
  Schema.fromJsonString(Schema.Struct({ until: Schema.Number, value: holds }));

export const sealFor = Effect.fnUntraced(function* <A>(purpose: Purpose<A>, bound: Bound, value: A) {
  const until = (yield* Clock.currentTimeMillis) + purpose.seconds * 1_000;
  const plain = Schema.encodeSync(envelope(purpose))({ until, value });
  const key = yield* keyFor(purpose.name, bound.organization);
  return { text: seal(key, Buffer.from(plain), bound.binding), until: new Date(until) };
});

/** Undefined where we did not seal it for just that, or where its time is over. */
export const openFor = Effect.fnUntraced(function* <A>(purpose: Purpose<A>, bound: Bound, text: string) {
  const key = yield* keyFor(purpose.name, bound.organization);
  const plain = unseal(key, text, bound.binding)?.toString("utf8");
  const read = Schema.decodeUnknownOption(envelope(purpose))(plain);
  if (Option.isNone(read) || read.value.until <= (yield* Clock.currentTimeMillis)) return undefined;
  return { value: read.value.value, until: new Date(read.value.until) };
});
