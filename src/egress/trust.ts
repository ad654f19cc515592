/** Whose certificates a connection trusts, and what to say of one that it does not. */
import { X509Certificate } from "node:crypto";
import { createSecureContext, getCACertificates } from "node:tls";
import { Effect } from "effect";
import type { ConnectorFailure } from "../../connectors/connector.ts";
import { badAuthority, otherName, untrusted, unusable } from "./refusal.ts";

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates; none where anything is cut off or of another kind, such as a private key. */
const certificatesIn = (pem: string): ReadonlyArray<string> => {
  const certificates = pem.match(block) ?? [];
  return pem.split("-----BEGIN ").length - 1 === certificates.length ? certificates : [];
};

/**
 * Node's own authorities (with those the operator added to Node) and these. Added, not instead: a private system may
 * move behind a public certificate, and trusting more can only be done for this one connection.
 */
export const trust = Effect.fn("egress.trust")(function* (pem: string) {
  const certificates = certificatesIn(pem);
  if (certificates.length === 0) return yield* badAuthority;
  return yield* Effect.try({
    try: () => {
      for (const certificate of certificates) new X509Certificate(certificate);
      return createSecureContext({ ca: [...getCACertificates("default"), ...certificates] });
    },
    catch: () => badAuthority,
  });
});

// OpenSSL's X509_V_ERR names for a chain that ends nowhere: naming the authority helps.
const chains = new Set([
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const others = /^CERT_|^INVALID_CA$|^INVALID_PURPOSE$|^PATH_LENGTH_EXCEEDED$/;

/** What is wrong with the certificate, where that is why connecting failed. */
export const distrust = (origin: string, error: Error): ConnectorFailure | undefined => {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return otherName(origin);
  if (chains.has(code)) return untrusted(origin, code);
  return others.test(code) ? unusable(origin, code) : undefined;
};
