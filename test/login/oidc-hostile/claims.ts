/** ID tokens that the provider signed, and that are not for us, not of now, or of nobody (OpenID Connect Core §3.1.3.7). */

import { rsaSigner } from "./keys.ts";
import { halfSha256 } from "./provider.ts";
import { type Json, type Row, trouble } from "./row.ts";

const say = (more: Json): Row[2] => ({ claims: (good) => ({ ...good, ...more }) });
const without = (name: string): Row[2] => ({
  claims: (good) => Object.fromEntries(Object.entries(good).filter(([one]) => one !== name)),
});
const iss = (change: (issuer: string) => unknown): Row[2] => ({
  claims: (good, issuer) => ({ ...good, iss: change(issuer) }),
});
const now = () => Math.floor(Date.now() / 1_000);
const at = (claim: string, seconds: number): Row[2] => ({
  claims: (good) => ({ ...good, [claim]: now() + seconds }),
});
const text = (change: (good: string) => string): Row[2] => ({ written: change });
const ours = "rolebridge-login";

export const forWhom: ReadonlyArray<Row> = [
  ["no nonce", "claims", without("nonce")],
  ["an empty nonce", "nonce", say({ nonce: "" })],
  ["another nonce", "nonce", say({ nonce: "other" })],
  ["the nonce as a list", "nonce", { claims: (good) => ({ ...good, nonce: [good["nonce"]] }) }],
  ["a nonce that is null", "nonce", say({ nonce: null })],
  ["another audience", "aud", say({ aud: "other" })],
  ["our audience in capitals", "aud", say({ aud: ours.toUpperCase() })],
  ["no audience", "claims", without("aud")],
  ["an empty list of audiences", "aud", say({ aud: [] })],
  ["an audience that is an object", "claims", say({ aud: { [ours]: true } })],
  ["a list in the list of audiences", "aud", say({ aud: [[ours]] })],
  ["another audience beside ours, and no azp", "aud", say({ aud: [ours, "other"] })],
  ["another audience beside ours, and its azp", "azp", say({ aud: [ours, "other"], azp: "other" })],
  ["another audience beside ours, and azp a number", "azp", say({ aud: [ours, "other"], azp: 1 })],
  ["issued to another client (azp), for us alone", "azp", say({ azp: "other" })],
  ["azp a number, for us alone", "azp", say({ azp: 1 })],
  ["an issuer with a stroke more", "iss", iss((issuer) => `${issuer}/`)],
  ["an issuer in capitals", "iss", iss((issuer) => issuer.toUpperCase())],
  [
    "an issuer of another tenant of the same provider",
    "iss",
    iss((issuer) => issuer.replace("acme-", "globex-")),
  ],
  ["an issuer as a list", "claims", iss((issuer) => [issuer])],
  ["no issuer", "claims", without("iss")],
  ["at_hash of another access token", "at_hash", say({ at_hash: halfSha256("other") })],
  ["at_hash that is no text", "at_hash", say({ at_hash: 1 })],
  ["c_hash of another code", "c_hash", say({ c_hash: halfSha256("other") })],
];

export const ofWhen: ReadonlyArray<Row> = [
  ["over", "times", at("exp", -31)],
  ["over since a year", "times", at("exp", -365 * 86_400)],
  ["no end", "claims", without("exp")],
  ["an end that is text", "claims", say({ exp: "9999999999" })],
  ["an end that is null", "claims", say({ exp: null })],
  ["an end that no number holds", "claims", text((good) => good.replace(/"exp":\d+/, '"exp":"Infinity"'))],
  ["an end at infinity", "times", text((good) => good.replace(/"exp":\d+/, '"exp":1e999'))],
  ["issued in a minute", "times", at("iat", 60)],
  ["issued in a year", "times", at("iat", 365 * 86_400)],
  ["issued before the login began, two hours ago", "times", at("iat", -7_200)],
  ["issued below zero", "times", say({ iat: -1 })],
  ["no time of issue", "claims", without("iat")],
  ["a time of issue that is text", "claims", say({ iat: "now" })],
  ["valid in a minute", "times", at("nbf", 60)],
  ["valid from a text", "claims", say({ nbf: "now" })],
];

export const ofWhom: ReadonlyArray<Row> = [
  ["no subject", "claims", without("sub")],
  ["an empty subject", "sub", say({ sub: "" })],
  ["a subject of 256 characters", "sub", say({ sub: "x".repeat(256) })],
  ["a subject that is a number", "claims", say({ sub: 1 })],
  ["a subject that is null", "claims", say({ sub: null })],
  ["a subject that is an object", "claims", say({ sub: { toString: "person" } })],
  ["a subject with a NUL", "sub", say({ sub: "person\0" })],
  ["a subject with a line break", "sub", say({ sub: "person\r\nadmin" })],
  ["a subject written from right to left", "sub", say({ sub: "person\u202eadmin" })],
  ["a subject with half a surrogate pair", "sub", text((good) => good.replace(/"sub":"/, '"sub":"\\ud800'))],
  ["a subject of white space", "sub", say({ sub: " " })],
];

export const howWritten: ReadonlyArray<Row> = [
  ["the subject twice", "token", text((good) => good.replace("{", '{"sub":"somebody-else",'))],
  [
    "the issuer twice, escaped otherwise",
    "token",
    text((good) => good.replace("{", '{"\\u0069ss":"https://other.acme.test",')),
  ],
  ["the audience twice", "token", text((good) => good.replace("{", '{"aud":"other",'))],
  ["equal keys further down", "token", text((good) => good.replace("{", '{"address":{"a":1,"a":2},'))],
  [
    "nested 10,000 deep",
    "token",
    text((good) => good.replace("{", `{"deep":${"[".repeat(10_000)}${"]".repeat(10_000)},`)),
  ],
  [
    "objects nested 10,000 deep",
    "token",
    text((good) => good.replace("{", `{"deep":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)},`)),
  ],
  ["600 KB", "token", text((good) => good.replace("{", `{"long":"${"x".repeat(450_000)}",`))],
  ["2 MB", trouble, text((good) => good.replace("{", `{"long":"${"x".repeat(1_500_000)}",`))],
  [
    "2 MB of groups",
    trouble,
    text((good) => good.replace('"groups":[', `"groups":["g"${',"g"'.repeat(375_000)}`)),
  ],
  [
    "no UTF-8",
    "token",
    {
      idToken: async (good) => {
        const [header = "", payload = ""] = good.split(".");
        const bytes = Buffer.from(Buffer.from(payload, "base64url").toString().replace("{", '{"x":"?",'));
        bytes[bytes.indexOf("?")] = 0xff;
        const input = `${header}.${bytes.toString("base64url")}`;
        return `${input}.${await rsaSigner()(input, {})}`;
      },
    },
  ],
];
