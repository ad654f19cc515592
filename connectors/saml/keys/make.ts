/** A new key pair with a certificate that nobody but us signed: providers pin it, or read it in our metadata. */
import { generateKeyPair, randomBytes } from "node:crypto";
import { Effect, Redacted } from "effect";
import type { NewKey } from "../../connector.ts";

const bits = 3072;
const years = 5;

const pair = Effect.callback<{ readonly publicKey: string; readonly privateKey: string }>((resume) => {
  const options = {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  } as const;
  generateKeyPair("rsa", options, (error, publicKey, privateKey) =>
    resume(error === null ? Effect.succeed({ publicKey, privateKey }) : Effect.die(error)),
  );
});

/** A day back, for whoever's clock is behind. */
const dayMillis = 86_400_000;

/** `now` in milliseconds since 1970. */
export const newKey = Effect.fnUntraced(function* (name: string, now: number) {
  // Loaded when one is made: everything else starts without it.
  const { default: forge } = yield* Effect.promise(() => import("node-forge"));
  const { publicKey, privateKey } = yield* pair;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Positive, and of at most 20 bytes (RFC 5280 §4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = new Date(now - dayMillis);
  certificate.validity.notAfter = new Date(now + years * 365 * dayMillis);
  const subject = [{ shortName: "CN", value: `Rolebridge ${name}` }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return {
    key: Redacted.make(privateKey),
    certificate: forge.pki.certificateToPem(certificate),
  } satisfies NewKey;
});
