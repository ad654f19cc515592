/** What an ID token must be beyond what openid-client and jose look at, whichever way it came. */
import { createHash } from "node:crypto";
import { decodeProtectedHeader } from "jose";
import { type Json, type JsonObject, jsonComplaint } from "../../src/domain/index.ts";
import { type Settings, skew } from "./settings.ts";

export type Complaint = readonly [name: string, detail: string];

/** Seconds since the provider issued it: it is of a login of now. Replies that were used are remembered for longer. */
export const oldest = 3_600;

/** What an ID token came with; of which it may hold a hash. */
export interface Beside {
  readonly accessToken?: string | undefined;
  readonly code?: string | undefined;
}

const isPlain = (part: string): boolean => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url"));
    return jsonComplaint(text) === undefined;
  } catch {
    return false;
  }
};

/** A logout token and an access token are signed by the same keys; Keycloak also names its kinds in a claim. */
const isIdToken = (header: unknown, claim: Json | undefined): boolean =>
  (header === undefined || (typeof header === "string" && /^(?:application\/)?jwt$/i.test(header))) &&
  (claim === undefined || claim === "ID");

const hashes: Readonly<Record<string, string>> = { "256": "sha256", "384": "sha384", "512": "sha512" };

/** The left half of the hash that the signature uses (§3.1.3.6); Ed25519 uses SHA-512. */
const halfHash = (algorithm: string, text: string): string => {
  const hash = createHash(hashes[algorithm.slice(-3)] ?? "sha512")
    .update(text)
    .digest();
  return hash.subarray(0, hash.length / 2).toString("base64url");
};

const isOf = (algorithm: string, text: string | undefined, hash: Json | undefined): boolean =>
  text === undefined || hash === undefined || hash === halfHash(algorithm, text);

const isOfNow = ({ iat, exp }: JsonObject, nowSeconds: number): boolean =>
  typeof iat === "number" &&
  iat <= nowSeconds + skew &&
  iat >= nowSeconds - oldest - skew &&
  Number.isFinite(exp);

/** `token` was read and believed already, and says `claims`. */
export const tokenComplaint = (
  { algorithm }: Settings,
  token: string,
  claims: JsonObject,
  { accessToken, code }: Beside,
  nowMillis: number,
): Complaint | undefined => {
  // Two readers of one token must not see two people (RFC 7519 §4).
  if (!token.split(".").slice(0, 2).every(isPlain)) {
    return ["token", "The ID token says something twice, is nested too deep, or is no UTF-8."];
  }
  if (!isIdToken(decodeProtectedHeader(token).typ, claims["typ"])) {
    return ["typ", "The token is of another kind than an ID token."];
  }
  if (!isOfNow(claims, nowMillis / 1_000)) {
    return ["times", "The ID token was issued in the future or long ago: compare both clocks."];
  }
  if (!isOf(algorithm, accessToken, claims["at_hash"])) {
    return ["at_hash", "The access token is not the one that came with the ID token."];
  }
  if (!isOf(algorithm, code, claims["c_hash"])) {
    return ["c_hash", "The ID token came with another code."];
  }
  return undefined;
};
