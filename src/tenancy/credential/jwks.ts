/** Public keys as others publish them (RFC 7517): which of them can check a signature here. */
import { Result, Schema } from "effect";
import { InvalidValue, type JsonObject } from "../../domain/index.ts";

const mostKeys = 100;
/** In base64url: 8,192 bits. A larger key only costs time. */
const longestModulus = 1366;

const Optional = Schema.optionalKey(Schema.String);
const Key = Schema.Struct({
  kty: Schema.String,
  kid: Optional,
  use: Optional,
  alg: Optional,
  crv: Optional,
  x: Optional,
  y: Optional,
  n: Optional,
  e: Optional,
  d: Schema.optionalKey(Schema.Unknown),
});
const KeySet = Schema.Struct({ keys: Schema.Array(Schema.Unknown).check(Schema.isMaxLength(mostKeys)) });

/** A key that can check a signature. Of what was published nothing else is kept. */
export type PublicKey = Readonly<Record<string, string>> & { readonly kty: string };

const isKey = Schema.is(Key);

const usable = (key: unknown): ReadonlyArray<PublicKey> => {
  if (!isKey(key) || (key.use !== undefined && key.use !== "sig")) return [];
  const { kty, kid, alg } = key;
  const named = { kty, ...(kid === undefined ? {} : { kid }), ...(alg === undefined ? {} : { alg }) };
  if (kty === "RSA" && key.n !== undefined && key.e !== undefined && key.n.length <= longestModulus) {
    return [{ ...named, n: key.n, e: key.e }];
  }
  if (kty !== "EC" || key.crv === undefined || key.x === undefined || key.y === undefined) return [];
  return [{ ...named, crv: key.crv, x: key.x, y: key.y }];
};

const invalid = (detail: string) => Result.fail(new InvalidValue({ detail }));

/** The keys in a JWKS. InvalidValue where it is none, holds too many keys, none of use, or a private one. */
export const readKeys = (value: unknown): Result.Result<ReadonlyArray<PublicKey>, InvalidValue> => {
  const set = Schema.decodeUnknownResult(KeySet)(value);
  if (Result.isFailure(set)) {
    return invalid(`jwks: give a JSON Web Key Set, an object with keys, at most ${mostKeys} of them.`);
  }
  const { keys } = set.success;
  if (keys.some((key) => isKey(key) && key.d !== undefined)) {
    return invalid("jwks: a private key was given; give the public keys only, and replace that one.");
  }
  const found = keys.flatMap(usable);
  return found.length === 0
    ? invalid("jwks: none of the keys is an RSA or EC key for signatures.")
    : Result.succeed(found);
};

/** The keys as they are stored. */
export const keySetOf = (keys: ReadonlyArray<PublicKey>): JsonObject => ({ keys: [...keys] });
