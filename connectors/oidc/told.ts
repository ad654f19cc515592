/** What the claims of a verified ID token say, whichever way the token came. */
import { createHash } from "node:crypto";
import { Effect } from "effect";
import type { JsonObject } from "../../src/domain/index.ts";
import type { Check, Verified } from "../connector.ts";
import { groupsIn, unprovenIn, userIn } from "./claims.ts";
import { refusedBy } from "./refusal.ts";
import { isEntra, type Settings } from "./settings.ts";

/** One tenant of Entra signs for all of them alike, so the token must also name ours. */
const tenantOf = (issuer: string): string | undefined => {
  const { hostname, pathname } = new URL(issuer);
  return isEntra(hostname) ? (pathname.split("/")[1] ?? "") : undefined;
};

export const ownChecks = Effect.fnUntraced(function* (
  settings: Settings,
  claims: JsonObject,
  before: ReadonlyArray<Check>,
) {
  const { sub, tid } = claims;
  if (typeof sub !== "string" || sub.length > 255 || !/^[\x21-\x7e]+$/.test(sub)) {
    return yield* refusedBy("sub", "The ID token names nobody that can be kept.", before);
  }
  const tenant = tenantOf(settings.issuer);
  if (tenant !== undefined && (typeof tid !== "string" || tid.toLowerCase() !== tenant)) {
    return yield* refusedBy("tid", "The ID token is of another Entra tenant.", before);
  }
  return sub;
});

/**
 * What tells this token from every other one: what was signed. The signature is left out, for it can be written in more
 * than one way (unused bits of base64url; s and n - s of ECDSA).
 */
const idOf = (token: string): string =>
  createHash("sha256")
    .update(token.slice(0, token.lastIndexOf(".")))
    .digest("base64url");

/** Believed already: signed, for us, of now. */
export const toldBy = (
  settings: Settings,
  claims: JsonObject & { readonly sub: string },
  token: string,
  checks: ReadonlyArray<Check>,
): Verified => {
  const { iss, sid, exp, iat } = claims;
  return {
    user: userIn(claims),
    groups: groupsIn(settings, claims),
    ...unprovenIn(claims),
    at: Number(iat) * 1000,
    once: { issuer: String(iss), id: idOf(token), until: Number(exp) * 1000 },
    session: { id: typeof sid === "string" ? sid : null, until: null },
    checks,
  };
};
