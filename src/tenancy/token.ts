/**
 * Bearer tokens. `<prefix>_<43 characters of ids>_<43 characters of secret>`: the ids say in which
 * organization and where to look, so that the look-up is scoped like any other; the secret is only kept hashed.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { Redacted } from "effect";
import type { OrganizationId, TokenId } from "../domain/index.ts";

/** `rbs`: SCIM, of one connection. `rbo`: operator. */
export type TokenPrefix = "rbs" | "rbo";

export interface ParsedToken {
  readonly scope: OrganizationId;
  readonly id: TokenId;
  readonly hash: string;
}

const form = /^(rb[so])_([A-Za-z0-9_-]{43})_([A-Za-z0-9_-]{43})$/;
/** In place of an organization in operators' tokens, which belong to none. */
export const noOrganization = "00000000-0000-0000-0000-000000000000" as OrganizationId;

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64");
const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex");
const uuidOf = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/** A new token and what to keep of it. 256 random bits: a fast hash is enough. */
export const mintToken = (prefix: TokenPrefix, scope: OrganizationId, id: TokenId) => {
  const ids = Buffer.concat([bytesOf(scope), bytesOf(id)]).toString("base64url");
  const secret = randomBytes(32).toString("base64url");
  return { token: Redacted.make(`${prefix}_${ids}_${secret}`), hash: hashOf(secret) };
};

/** What a presented token claims to be. Undefined where it cannot be one of ours. */
export const parseToken = (prefix: TokenPrefix, token: string): ParsedToken | undefined => {
  const [, given, ids = "", secret = ""] = form.exec(token) ?? [];
  const bytes = Buffer.from(ids, "base64url");
  if (given !== prefix || bytes.length !== 32) return undefined;
  return {
    scope: uuidOf(bytes.toString("hex", 0, 16)) as OrganizationId,
    id: uuidOf(bytes.toString("hex", 16)) as TokenId,
    hash: hashOf(secret),
  };
};

/** Compares in constant time. */
export const sameHash = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left, "base64"), Buffer.from(right, "base64")];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** The token of an `Authorization: Bearer …` header (RFC 6750 §2.1). Undefined where there is none. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header ?? "")?.[1];
