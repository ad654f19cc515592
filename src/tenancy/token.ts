/**
 * Bearer tokens. `<prefix>_<43 characters of ids>_<43 characters of secret>`: the ids say in which
 * organization (or environment) and where to look, so that the look-up is scoped like any other; the secret is only kept hashed.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { Redacted } from "effect";
import type { EnvironmentId, OrganizationId, ScimClientId, TokenId } from "../domain/index.ts";

/**
 * `rbs`: SCIM, of one connection. `rba`: the same for an hour, given to an OAuth client. `rbe`: SCIM, of an
 * environment. `rbo`: operator. `rbl`: an application that people sign in to.
 */
export type TokenPrefix = "rbs" | "rba" | "rbe" | "rbo" | "rbl";

export interface ParsedToken {
  readonly scope: OrganizationId;
  readonly id: TokenId;
  readonly hash: string;
}

const form = /^(rb[saeol])_([A-Za-z0-9_-]{43})_([A-Za-z0-9_-]{43})$/;
const clientForm = /^rbc_([A-Za-z0-9_-]{43})$/;
const secretForm = /^rbk_([A-Za-z0-9_-]{43})$/;
/** In place of an organization in operators' tokens, which belong to none. */
export const noOrganization = "00000000-0000-0000-0000-000000000000" as OrganizationId;

/** What to keep of a secret, or of anything else that only has to be known again. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64");
const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex");
const uuidOf = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

const joined = (scope: string, id: string) =>
  Buffer.concat([bytesOf(scope), bytesOf(id)]).toString("base64url");

/** The two ids in their 43 characters; undefined where they are not 32 bytes. */
const parted = (ids: string) => {
  const bytes = Buffer.from(ids, "base64url");
  if (bytes.length !== 32) return undefined;
  return {
    scope: uuidOf(bytes.toString("hex", 0, 16)) as OrganizationId,
    id: uuidOf(bytes.toString("hex", 16)),
  };
};

const newSecret = () => randomBytes(32).toString("base64url");

/** A new token and what to keep of it. 256 random bits: a fast hash is enough. */
export const mintToken = (prefix: TokenPrefix, scope: OrganizationId | EnvironmentId, id: TokenId) => {
  const secret = newSecret();
  return { token: Redacted.make(`${prefix}_${joined(scope, id)}_${secret}`), hash: hashOf(secret) };
};

/** What a presented token claims to be. Undefined where it cannot be one of ours. */
export const parseToken = (prefix: TokenPrefix, token: string): ParsedToken | undefined => {
  const [, given, ids = "", secret = ""] = form.exec(token) ?? [];
  const found = parted(ids);
  if (given !== prefix || found === undefined) return undefined;
  return { scope: found.scope, id: found.id as TokenId, hash: hashOf(secret) };
};

/** The same of an environment's token. */
export const parseEnvironmentToken = (token: string) => {
  const found = parseToken("rbe", token);
  if (found === undefined) return undefined;
  const { scope, ...rest } = found;
  return { ...rest, environment: scope as string as EnvironmentId };
};

/** An OAuth client's id, as the client knows it. */
export const clientIdOf = (scope: OrganizationId, id: ScimClientId): string => `rbc_${joined(scope, id)}`;

export interface ParsedClientId {
  readonly text: string;
  readonly scope: OrganizationId;
  readonly id: ScimClientId;
}

/** Whose client this id claims. Undefined where it cannot be one of ours. */
export const parseClientId = (text: string): ParsedClientId | undefined => {
  const found = parted(clientForm.exec(text)?.[1] ?? "");
  return found === undefined ? undefined : { text, scope: found.scope, id: found.id as ScimClientId };
};

/** A new client secret and what to keep of it. */
export const mintSecret = () => {
  const secret = newSecret();
  return { secret: Redacted.make(`rbk_${secret}`), hash: hashOf(secret) };
};

/** The hash of a presented client secret. Undefined where it cannot be one of ours. */
export const parseSecret = (text: string): string | undefined => {
  const secret = secretForm.exec(text)?.[1];
  return secret === undefined ? undefined : hashOf(secret);
};

/** Compares in constant time. */
export const sameHash = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left, "base64"), Buffer.from(right, "base64")];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** The token of an `Authorization: Bearer …` header (RFC 6750 §2.1). Undefined where there is none. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header ?? "")?.[1];
