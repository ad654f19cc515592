/**
 * Cursors (RFC 9865): a place in one list, sealed under a key of the server. The server keeps nothing. A cursor is
 * encrypted because it may hold a name and ends up in addresses and logs; it opens for the same question only.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { Redacted, Result } from "effect";
import type { Place } from "../../store/index.ts";
import { ExpiredCursor, InvalidCursor } from "../failure.ts";
import { cursorTimeout, isList } from "../schema/index.ts";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const longest = 8_192;

/** The question a cursor belongs to: whose list, of what, chosen and ordered how. */
export type Question = ReadonlyArray<string>;

const keyOf = (master: Redacted.Redacted<Uint8Array>): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", Redacted.value(master), "", "rolebridge scim cursor", 32));

const bindingOf = (question: Question): Buffer => Buffer.from(JSON.stringify(question));

/** A place as an opaque text of unreserved characters (RFC 3986 §2.3). `now` in milliseconds. */
export const sealCursor = (
  master: Redacted.Redacted<Uint8Array>,
  question: Question,
  { key, id }: Place,
  now: number,
): string => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyOf(master), nonce).setAAD(bindingOf(question));
  const plain = JSON.stringify([now, id, key]);
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
};

const unseal = (
  master: Redacted.Redacted<Uint8Array>,
  question: Question,
  cursor: string,
): string | undefined => {
  const bytes = Buffer.from(cursor, "base64url");
  // Node skips what is no base64url: each cursor must have one spelling only.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString("base64url") !== cursor) return undefined;
  const decipher = createDecipheriv(algorithm, keyOf(master), bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  try {
    decipher.setAAD(bindingOf(question)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const body = bytes.subarray(nonceBytes + tagBytes);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
};

/** One sentence for forged, foreign, altered, and of another question: it must tell nobody which. */
const invalid = new InvalidCursor({
  detail: "This cursor does not belong to this query. Send an empty one to begin.",
});
const expired = new ExpiredCursor({
  detail: `This cursor is older than ${cursorTimeout} seconds. Send an empty one to begin again.`,
});

/** The place that {@link sealCursor} sealed for the same question, at most {@link cursorTimeout} seconds ago. */
export const openCursor = (
  master: Redacted.Redacted<Uint8Array>,
  question: Question,
  cursor: string,
  now: number,
): Result.Result<Place, InvalidCursor | ExpiredCursor> => {
  const plain = cursor.length > longest ? undefined : unseal(master, question, cursor);
  if (plain === undefined) return Result.fail(invalid);
  const sealed: unknown = JSON.parse(plain);
  const [since, id, key] = isList(sealed) ? sealed : [];
  if (typeof since !== "number" || now - since > cursorTimeout * 1_000) return Result.fail(expired);
  return Result.succeed({ id: String(id), key: typeof key === "string" ? key : null });
};
