/** ID tokens that are signed badly, by others, or by what the token itself names (RFC 7515, RFC 8725). */
import { createHmac, createPublicKey, sign } from "node:crypto";
import { CompactEncrypt } from "jose";
import { byHand, elliptic, jwkOf, rsa, rsaSigner, type Signer, stranger } from "./keys.ts";
import type { Row } from "./row.ts";

const hmac =
  (secret: string | Buffer): Signer =>
  (input) =>
    createHmac("sha256", secret).update(input).digest("base64url");
const pem = rsa.publicKey.export({ type: "spki", format: "pem" });
const symmetric = Buffer.from("a secret that stands among the keys");
const hs256 = (secret: string | Buffer): Row[2] => ({
  header: (good) => ({ ...good, alg: "HS256" }),
  signer: hmac(secret),
});
const none = (alg: string): Row[2] => ({ header: (good) => ({ ...good, alg }), signer: () => "" });
const kid = (value: unknown): Row[2] => ({
  header: (good) => ({ ...good, kid: value }),
  signer: rsaSigner(),
});
/** Signed by a stranger, and says itself where that key is. */
const names = (header: (issuer: string) => object): Row[2] => ({
  header: ({ kid: _, ...good }, issuer) => ({ ...good, ...header(issuer) }),
  signer: rsaSigner(stranger.privateKey),
  keys: (good) => good.slice(0, 1),
});
const cut = (change: (parts: ReadonlyArray<string>) => ReadonlyArray<string>): Row[2] => ({
  idToken: (good) => change(good.split(".")).join("."),
});

export const signatures: ReadonlyArray<Row> = [
  ["alg none", "signature", none("none")],
  ["alg None", "signature", none("None")],
  ["no alg", "signature", { header: ({ alg: _, ...good }) => good, signer: rsaSigner() }],
  ["alg as a list", "signature", { header: (good) => ({ ...good, alg: ["RS256"] }), signer: rsaSigner() }],
  ["HS256 with the public key as PEM", "signature", hs256(pem)],
  [
    "HS256 with the public key as JWK",
    "signature",
    hs256(JSON.stringify(jwkOf(rsa.publicKey, { kid: "rsa" }))),
  ],
  [
    "HS256 with the public key as DER",
    "signature",
    hs256(rsa.publicKey.export({ type: "spki", format: "der" })),
  ],
  ["HS256 with the client's secret", "signature", hs256("only-for-tests")],
  [
    "HS256 with a symmetric key that stands among the provider's",
    "signature",
    {
      ...hs256(symmetric),
      keys: (good) => [{ kty: "oct", kid: "rsa", k: symmetric.toString("base64url") }, ...good],
    },
  ],
  [
    "RS384 where RS256 is pinned",
    "signature",
    {
      header: (good) => ({ ...good, alg: "RS384" }),
      signer: rsaSigner(rsa.privateKey, "sha384"),
    },
  ],
  [
    "PS256 where RS256 is pinned",
    "signature",
    { header: (good) => ({ ...good, alg: "PS256" }), key: rsa.privateKey },
  ],
  [
    "ES256 where RS256 is pinned",
    "signature",
    {
      header: (good) => ({ ...good, alg: "ES256", kid: "elliptic" }),
      key: elliptic.privateKey,
    },
  ],
  ["RS256 where ES256 is pinned", "signature", { settings: { algorithm: "ES256" } }],
  ["RS256 by name, signed with SHA-384", "signature", { signer: rsaSigner(rsa.privateKey, "sha384") }],
  ["a key of somebody else, by our key's name", "signature", { key: stranger.privateKey }],
  [
    "a key of somebody else, without a name",
    "signature",
    {
      header: ({ kid: _, ...good }) => good,
      key: stranger.privateKey,
      keys: (good) => good.slice(0, 1),
    },
  ],
  [
    "no kid, where two keys fit",
    "signature",
    {
      header: ({ kid: _, ...good }) => good,
      keys: (good) => [jwkOf(stranger.publicKey, { kid: "stranger" }), ...good],
    },
  ],
  [
    "two keys of one name",
    "signature",
    {
      keys: (good) => [jwkOf(stranger.publicKey, { kid: "rsa" }), ...good],
    },
  ],
  ["a kid that no key has", "signature", kid("foreign")],
  ["a kid that is a path", "signature", kid("../../../../dev/null")],
  ["a kid that is SQL", "signature", kid("' union select 'x")],
  ["a kid that is an address", "signature", kid("http://127.0.0.1/planted")],
  ["a kid that is a number", "signature", kid(1)],
  ["a kid that is null", "signature", kid(null)],
  ["a kid named as a property of every object", "signature", kid("__proto__")],
  ["jku", "signature", names((issuer) => ({ jku: `${issuer}/planted` }))],
  ["x5u", "signature", names((issuer) => ({ x5u: `${issuer}/planted` }))],
  ["x5c", "signature", names(() => ({ x5c: ["AAAA"] }))],
  [
    "jwk",
    "signature",
    names(() => ({ jwk: createPublicKey(stranger.privateKey).export({ format: "jwk" }) })),
  ],
  [
    "crit of something unknown",
    "signature",
    {
      header: (good) => ({ ...good, crit: ["hostile"], hostile: true }),
      signer: rsaSigner(),
    },
  ],
  ["an empty crit", "signature", { header: (good) => ({ ...good, crit: [] }), signer: rsaSigner() }],
  [
    "b64 false, named as critical",
    "signature",
    {
      header: (good) => ({ ...good, b64: false, crit: ["b64"] }),
      signer: rsaSigner(),
    },
  ],
  [
    "b64 false, and signed so",
    "signature",
    {
      header: (good) => ({ ...good, b64: false }),
      signer: (input) => {
        const [header = "", payload = ""] = input.split(".");
        const plain = `${header}.${Buffer.from(payload, "base64url")}`;
        return sign("sha256", Buffer.from(plain), rsa.privateKey).toString("base64url");
      },
    },
  ],
  ["no signature", "signature", cut(([header = "", payload = ""]) => [header, payload, ""])],
  ["two parts", "token", cut((parts) => parts.slice(0, 2))],
  ["four parts", "token", cut((parts) => [...parts, "x"])],
  [
    "a signature of another token",
    "signature",
    {
      idToken: async (good) => {
        const [header = "", payload = ""] = good.split(".");
        const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
        const other = Buffer.from(JSON.stringify({ ...claims, sub: "somebody-else" })).toString("base64url");
        return [header, other, good.split(".")[2]].join(".");
      },
    },
  ],
  ["an empty token", "token", { idToken: () => "" }],
  ["a header that is no JSON", "token", cut(([, ...rest]) => ["AAAA", ...rest])],
  [
    "a header that is a list",
    "token",
    cut(([, ...rest]) => [Buffer.from("[]").toString("base64url"), ...rest]),
  ],
  ["a payload that is no JSON", "token", { written: () => "hostile text" }],
  ["a payload that is a list", "token", { written: () => "[]" }],
  [
    "signed, then encrypted for us",
    "token",
    {
      idToken: (good) =>
        new CompactEncrypt(Buffer.from(good))
          .setProtectedHeader({ alg: "dir", enc: "A256GCM", cty: "JWT" })
          .encrypt(new Uint8Array(32)),
    },
  ],
  ["an access token's type (RFC 9068)", "typ", { header: (good) => ({ ...good, typ: "at+jwt" }) }],
  ["a logout token's type", "typ", { header: (good) => ({ ...good, typ: "logout+jwt" }) }],
  ["a type that is no text", "typ", { header: (good) => ({ ...good, typ: 1 }), signer: rsaSigner() }],
  [
    "another kind of token by Keycloak's own claim",
    "typ",
    { claims: (good) => ({ ...good, typ: "Logout" }) },
  ],
  [
    "white space before the token",
    "signature",
    {
      idToken: async (good) => {
        const payload = Buffer.from(good.split(".")[1] ?? "", "base64url").toString();
        const token = await byHand({ alg: "RS256", kid: "rsa" }, payload, rsaSigner());
        return ` ${token}`;
      },
    },
  ],
];
