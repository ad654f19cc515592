/** What the provider's own endpoints answer: tokens, keys, metadata. */
import { broken, gzipBomb, html, list, notJson, oversize, redirect, slow } from "./answers.ts";
import { jwkOf, rsa, rsaSigner, stranger } from "./keys.ts";
import { type Json, type Row, trouble } from "./row.ts";

const body = (more: Json): Row[2] => ({ tokens: (good) => ({ ...good, ...more }) });
const without = (name: string): Row[2] => ({
  tokens: (good) => Object.fromEntries(Object.entries(good).filter(([one]) => one !== name)),
});

export const tokenAnswers: ReadonlyArray<Row> = [
  ["HTML", "token", { tokensAnswer: html }],
  ["no JSON", "token", { tokensAnswer: notJson }],
  ["a list", "token", { tokensAnswer: list }],
  ["a redirect", "token", { tokensAnswer: redirect }],
  ["an error of the provider's", trouble, { tokensAnswer: broken }],
  ["beyond 32 MB", trouble, { tokensAnswer: oversize(40) }],
  ["8 MB", trouble, { tokensAnswer: oversize(8) }],
  ["slower than it may be", trouble, { tokensAnswer: slow }],
  ["64 MB in a small parcel (gzip)", trouble, { tokensAnswer: gzipBomb }],
  ["no ID token", "token", without("id_token")],
  [
    "several ID tokens",
    "token",
    { tokens: (good) => ({ ...good, id_token: [good["id_token"], good["id_token"]] }) },
  ],
  ["an ID token that is an object", "token", body({ id_token: { alg: "none" } })],
  ["no access token", "token", without("access_token")],
  ["another type of access token", "token", body({ token_type: "mac" })],
  ["no type of access token", "token", without("token_type")],
];

const key = (more: Json): Row[2] => ({
  keys: (good) => good.map((one) => (one["kid"] === "rsa" ? { ...one, ...more } : one)),
});
const many = Array.from({ length: 1_000 }, (_, at) => jwkOf(stranger.publicKey, { kid: `key-${at}` }));
const weak = { kty: "RSA", kid: "rsa", use: "sig", e: "AQ", n: jwkOf(rsa.publicKey)["n"] };

export const keyAnswers: ReadonlyArray<Row> = [
  ["1,000, and not the one that signed", "signature", { keys: () => many }],
  [
    "1,000, of which each fits a token without a kid",
    "signature",
    {
      header: ({ kid: _, ...good }) => good,
      keys: (good) => [...many, ...good],
    },
  ],
  ["none", "signature", { keys: () => [] }],
  [
    "no list",
    "token",
    { keysAnswer: (response) => response.setHeader("content-type", "application/json").end('{"keys":{}}') },
  ],
  [
    "a list of texts",
    "token",
    {
      keysAnswer: (response) => response.setHeader("content-type", "application/json").end('{"keys":["x"]}'),
    },
  ],
  ["HTML", "token", { keysAnswer: html }],
  ["a redirect", "token", { keysAnswer: redirect }],
  ["an error of the provider's", trouble, { keysAnswer: broken }],
  ["beyond 32 MB", trouble, { keysAnswer: oversize(40) }],
  ["8 MB", trouble, { keysAnswer: oversize(8) }],
  ["slower than they may be", trouble, { keysAnswer: slow }],
  ["a parcel of 64 MB (gzip)", trouble, { keysAnswer: gzipBomb }],
  ["for encryption (use)", "signature", key({ use: "enc" })],
  ["for encryption (key_ops)", "signature", key({ key_ops: ["encrypt"] })],
  ["of another algorithm", "signature", key({ alg: "RS512" })],
  ["that are no keys", "signature", key({ n: "hostile text" })],
  ["with an exponent of one", "signature", { keys: () => [weak], signer: rsaSigner() }],
];

const metadata = (more: (issuer: string) => Json): Row[2] => ({
  metadata: (good, issuer) => ({ ...good, ...more(issuer) }),
});
const inside = "http://169.254.169.254/planted";
const http = "http://login.acme.test/planted";

export const metadataAnswers: ReadonlyArray<Row> = [
  ["another issuer", trouble, metadata(() => ({ issuer: "https://other.acme.test" }))],
  [
    "another tenant's issuer",
    trouble,
    metadata((issuer) => ({ issuer: issuer.replace("acme-", "globex-") })),
  ],
  ["no issuer", trouble, metadata(() => ({ issuer: null }))],
  ["HTML", trouble, { metadataAnswer: html }],
  ["no JSON", trouble, { metadataAnswer: notJson }],
  ["a redirect", trouble, { metadataAnswer: redirect }],
  ["an error of the provider's", trouble, { metadataAnswer: broken }],
  ["beyond 32 MB", trouble, { metadataAnswer: oversize(40) }],
  ["8 MB", trouble, { metadataAnswer: oversize(8) }],
  ["slower than it may be", trouble, { metadataAnswer: slow }],
  ["a parcel of 64 MB (gzip)", trouble, { metadataAnswer: gzipBomb }],
  ["a token endpoint without TLS", trouble, metadata(() => ({ token_endpoint: http }))],
  ["a token endpoint inside", trouble, metadata(() => ({ token_endpoint: inside }))],
  [
    "a token endpoint inside, with TLS",
    trouble,
    metadata(() => ({ token_endpoint: "https://127.0.0.1/planted" })),
  ],
  ["a token endpoint that is a file", trouble, metadata(() => ({ token_endpoint: "file:///etc/passwd" }))],
  ["no token endpoint", trouble, metadata(() => ({ token_endpoint: null }))],
  ["keys without TLS", trouble, metadata(() => ({ jwks_uri: http }))],
  ["keys inside", trouble, metadata(() => ({ jwks_uri: inside }))],
  ["keys inside, by a name for it", trouble, metadata(() => ({ jwks_uri: "https://localhost/planted" }))],
  [
    "keys in the address itself",
    trouble,
    metadata(() => ({ jwks_uri: 'data:application/json,{"keys":[]}' })),
  ],
  ["no keys", trouble, metadata(() => ({ jwks_uri: null }))],
  [
    "an authorization endpoint that is a script",
    trouble,
    metadata(() => ({ authorization_endpoint: "javascript:alert(1)" })),
  ],
  ["no authorization endpoint", trouble, metadata(() => ({ authorization_endpoint: null }))],
];
