/** From a name to all its addresses. */
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { Context, Effect } from "effect";
import { unresolved } from "./refusal.ts";

/** Asks the system's resolver, hosts file included. A reference, so that a test can be the name server. */
export const Resolver = Context.Reference<(name: string) => Promise<ReadonlyArray<LookupAddress>>>(
  "rolebridge/egress/Resolver",
  { defaultValue: () => (name) => lookup(name, { all: true }) },
);

/** At least one address, or `unavailable`; at most 10 seconds. */
export const resolve = Effect.fn("egress.resolve")(function* (name: string) {
  const ask = yield* Resolver;
  const addresses = yield* Effect.tryPromise(() => ask(name)).pipe(
    Effect.timeout("10 seconds"),
    Effect.mapError(() => unresolved(name)),
  );
  return addresses.length === 0 ? yield* unresolved(name) : addresses;
});
