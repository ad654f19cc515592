/**
 * Who keeps sending bad credentials is told to slow down. The credential is always checked first, so that nobody is
 * locked out by what a neighbour behind the same proxy sends: only what would be a 401 becomes a 429. A check costs
 * one look-up by key, or one signature under keys at hand. Counted in this process: each instance has its own count.
 */
import { Clock, Context, Effect, Layer, Option } from "effect";
import type { HttpServerRequest } from "effect/http";
import { Throttled, type Unauthenticated } from "../domain/index.ts";

/** Bad credentials from one address in a minute that are still answered as what they are. */
export const BadCredentials = Context.Reference<number>("rolebridge/http/BadCredentials", {
  defaultValue: () => 20,
});

const windowMillis = 60_000;

/** So many times the limit is a flood, of which not even the next request is looked at where looking is dear. */
const floods = 10;

interface Count {
  failures: number;
  readonly until: number;
}

/** One customer of an IPv6 provider has a /64 to choose addresses from. */
const sourceOf = (address: string): string => {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const left = head.split(":").filter((part) => part !== "");
  const right = tail === undefined ? [] : tail.split(":").filter((part) => part !== "");
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
};

/** Gives the seconds to wait where there were too many. `size`: addresses kept, the oldest goes. */
const counting = (most: number, size: number) => {
  const counts = new Map<string, Count>();
  const countOf = (source: string, now: number): Count => {
    const known = counts.get(source);
    if (known !== undefined && known.until > now) return known;
    // Deleted first: the map's order is the order of beginning, so the first is the oldest.
    counts.delete(source);
    const [oldest] = counts.size >= size ? counts.keys() : [];
    if (oldest !== undefined) counts.delete(oldest);
    const fresh = { failures: 0, until: now + windowMillis };
    counts.set(source, fresh);
    return fresh;
  };
  const waitOver = (limit: number, { failures, until }: Count, now: number) =>
    failures > limit ? Math.max(1, Math.ceil((until - now) / 1000)) : undefined;
  return {
    note: (address: string, now: number): number | undefined => {
      const count = countOf(sourceOf(address), now);
      count.failures += 1;
      return waitOver(most, count, now);
    },
    flood: (address: string, now: number): number | undefined =>
      waitOver(most * floods, countOf(sourceOf(address), now), now),
  };
};

export class FailureLimit extends Context.Service<FailureLimit, ReturnType<typeof counting>>()(
  "rolebridge/http/FailureLimit",
) {
  static readonly layer = (size = 10_000) =>
    Layer.effect(
      FailureLimit,
      Effect.map(BadCredentials, (most) => counting(most, size)),
    );
}

/** Counts a request that is refused for its credential, and turns the refusal into Throttled beyond the limit. */
export const countingFailures = <A, E, R>(
  request: HttpServerRequest.HttpServerRequest,
  work: Effect.Effect<A, E | Unauthenticated, R>,
) =>
  Effect.tapError(work, (failure) => {
    const refused = typeof failure === "object" && failure !== null && "_tag" in failure;
    return refused && failure._tag === "Unauthenticated" ? noteFailure(request) : Effect.void;
  });

const limited = (kind: "note" | "flood") =>
  Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
    const limit = yield* FailureLimit;
    const address = Option.getOrElse(request.remoteAddress, () => "");
    const retryAfter = limit[kind](address, yield* Clock.currentTimeMillis);
    if (retryAfter !== undefined) return yield* new Throttled({ retryAfter });
  });

/** Counts one that is refused; Throttled beyond the limit. */
export const noteFailure = limited("note");

/** Counts nothing; Throttled where an address has sent ten times the limit, whatever it sends now. */
export const stopFlood = limited("flood");
