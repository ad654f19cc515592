/** What metadata says against what is pinned. */
import type { X509Certificate } from "node:crypto";
import type { JsonObject } from "../../../src/domain/index.ts";
import type { ComparedCertificate, Comparison, Described } from "../../connector.ts";
import { certificatesIn } from "../certificates.ts";

const fingerprintOf = ({ fingerprint256 }: X509Certificate): string =>
  fingerprint256.replaceAll(":", "").toLowerCase();

const byFingerprint = (pem: unknown): ReadonlyMap<string, X509Certificate> =>
  new Map((certificatesIn(String(pem ?? "")) ?? []).map((one) => [fingerprintOf(one), one]));

const changeOf = (isPinned: boolean, isNamed: boolean): ComparedCertificate["change"] => {
  if (isPinned && isNamed) return "kept";
  return isNamed ? "added" : "removed";
};

/** In the order of their fingerprints, so that the same difference always looks the same. */
const comparedCertificates = (before: unknown, after: unknown): ReadonlyArray<ComparedCertificate> => {
  const [pinned, named] = [byFingerprint(before), byFingerprint(after)];
  return [...new Map([...pinned, ...named])]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([fingerprint, { validFrom, validTo }]) => ({
      fingerprint,
      validFrom: Date.parse(validFrom),
      validUntil: Date.parse(validTo),
      change: changeOf(pinned.has(fingerprint), named.has(fingerprint)),
    }));
};

export const compare = (settings: JsonObject, described: Described): Comparison => {
  const [before, after] = [String(settings["ssoUrl"] ?? ""), described["ssoUrl"] ?? ""];
  return {
    settings: before === after ? [] : [{ name: "ssoUrl", before, after }],
    certificates: comparedCertificates(settings["certificates"], described["certificates"]),
  };
};
