/** What is right, however unusual: a suite that refuses everything would show nothing. */
import { edwards, elliptic, jwkOf, rsa, stranger } from "./keys.ts";
import { clientId, halfSha256 } from "./provider.ts";
import type { Bend, Json } from "./row.ts";

const pinned = (algorithm: string, kid: string, key: Bend["key"]): Bend => ({
  settings: { algorithm },
  header: (good) => ({ ...good, alg: algorithm, kid }),
  ...(key === undefined ? {} : { key }),
});
const say = (more: Json): Bend => ({ claims: (good) => ({ ...good, ...more }) });
const later = (claim: string, seconds: number): Bend => ({
  claims: (good) => ({ ...good, [claim]: Math.floor(Date.now() / 1_000) + seconds }),
});
const many = Array.from({ length: 1_000 }, (_, at) => jwkOf(stranger.publicKey, { kid: `key-${at}` }));

export const goodOnes: ReadonlyArray<readonly [name: string, bend: Bend]> = [
  ["signed by ES256, which is pinned", pinned("ES256", "elliptic", elliptic.privateKey)],
  ["signed by PS256, which is pinned", pinned("PS256", "rsa", rsa.privateKey)],
  ["signed by EdDSA, which is pinned", pinned("EdDSA", "edwards", edwards.privateKey)],
  ["without a kid, where one key fits", { header: ({ kid: _, ...good }) => good }],
  ["without a type", { header: ({ typ: _, ...good }) => good }],
  ["for a list of audiences, issued to us", say({ aud: [clientId, "other"], azp: clientId })],
  ["for us in a list", say({ aud: [clientId] })],
  ["over for 20 seconds", later("exp", -20)],
  ["issued in 20 seconds", later("iat", 20)],
  ["valid in 20 seconds", later("nbf", 20)],
  ["with the right at_hash", say({ at_hash: halfSha256("an-access-token") })],
  ["of a subject of 255 characters", say({ sub: "x".repeat(255) })],
  ["nested 30 deep", say({ deep: JSON.parse(`${"[".repeat(30)}${"]".repeat(30)}`) })],
  ["by one of 1,001 keys", { keys: (good) => [...many, ...good] }],
  [
    "of a provider that neither sends iss nor says so",
    {
      metadata: ({ authorization_response_iss_parameter_supported: _, ...rest }) => rest,
      reply: (sent) => sent.delete("iss"),
    },
  ],
];
