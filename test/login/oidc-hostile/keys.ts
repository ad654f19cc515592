/** The keys of the double, and signatures: with `jose`, and by hand where it refuses to make what is wrong. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { CompactSign } from "jose";

export const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
export const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
export const edwards = generateKeyPairSync("ed25519");
/** Of somebody else. */
export const stranger = generateKeyPairSync("rsa", { modulusLength: 2_048 });

export type Jwk = Readonly<Record<string, unknown>>;

export const jwkOf = (key: KeyObject, more: Jwk = {}): Jwk => ({
  ...key.export({ format: "jwk" }),
  use: "sig",
  ...more,
});

/** No `alg`, so that what keeps another algorithm out is that the connection names one. */
export const published: ReadonlyArray<Jwk> = [
  jwkOf(rsa.publicKey, { kid: "rsa" }),
  jwkOf(elliptic.publicKey, { kid: "elliptic" }),
  jwkOf(edwards.publicKey, { kid: "edwards" }),
];

export type Header = Readonly<Record<string, unknown>>;

/** The third part of a token, over the first two with the dot between. */
export type Signer = (input: string, header: Header) => string | Promise<string>;

/** As the standard has it, with `jose`. */
export const compact = async (header: Header, payload: string, key: KeyObject): Promise<string> =>
  new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ ...header, alg: String(header["alg"]) })
    .sign(key);

const coded = (text: string): string => Buffer.from(text).toString("base64url");

/** Whatever the header says. */
export const byHand = async (header: Header, payload: string, signer: Signer): Promise<string> => {
  const input = `${coded(JSON.stringify(header))}.${coded(payload)}`;
  return `${input}.${await signer(input, header)}`;
};

/** PKCS#1 v1.5 with SHA-256, or the hash named. */
export const rsaSigner =
  (key: KeyObject = rsa.privateKey, hash = "sha256"): Signer =>
  (input) =>
    sign(hash, Buffer.from(input), key).toString("base64url");
