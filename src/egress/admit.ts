/** The rules for where to connect. */
import { isIP } from "node:net";
import { Effect } from "effect";
import { isPublic } from "./public.ts";
import { notHttps, notPublic } from "./refusal.ts";
import { resolve } from "./resolver.ts";

/**
 * The addresses behind a URL, when all of them may be connected to. One address inside refuses the whole name:
 * a name that is public and inside at once is a mistake or an attack, and picking would leave it to chance which.
 */
export const admit = Effect.fn("egress.admit")(function* (allowed: ReadonlySet<string>, url: URL) {
  const anywhere = allowed.has(url.origin);
  if (url.protocol !== "https:" && !anywhere) return yield* notHttps(url.origin);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const addresses = family === 0 ? yield* resolve(host) : [{ address: host, family }];
  const inside = anywhere ? undefined : addresses.find(({ address }) => !isPublic(address));
  return inside === undefined ? addresses : yield* notPublic(inside.address, url.origin);
});
