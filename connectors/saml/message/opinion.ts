/**
 * samlify reads the message too, with code that shares nothing with ours but the parser. It looks at less; who it
 * believes the person to be must be whom we do.
 */
import { Result } from "effect";
import { Extractor, SamlLib } from "samlify";
import { everyElement } from "./dom.ts";
import type { Signed } from "./verify.ts";

/** Whom a message names. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: ReadonlyArray<string>;
}

/** It knows neither ECDSA nor SHA-384. */
const known = new Set(["rsa-sha256", "rsa-sha512", "sha256-rsa-MGF1"]);

/** Elements up to which it also verifies: with each it searches the whole document five times. */
const mostVerified = 300;

/** Otherwise it only reads, out of what we verified. */
const canVerify = (text: string, { response, by, encrypted }: Signed): boolean =>
  !encrypted &&
  by.every((name) => known.has(name)) &&
  !text.includes("xmldsig-more#sha384") &&
  everyElement(response).length <= mostVerified;

/**
 * Without what the outermost signature shows of its key, which it does not sign. samlify would refuse a certificate that is
 * not the pinned one; a provider may have renewed it for the same key.
 */
const withoutKey = (text: string): string => {
  const end = text.search(/<\/(?:[\w.-]+:)?Signature>/);
  const start = text.slice(0, end).replace(/<((?:[\w.-]+:)?KeyInfo)[\s>].*<\/\1>/s, "");
  return `${start}${text.slice(end)}`;
};

const verified = (text: string, { certificate }: Signed): string | null => {
  const metadata = { getX509Certificate: () => certificate.raw.toString("base64") };
  const options = { metadata } as unknown as Parameters<typeof SamlLib.verifySignature>[1];
  const [isGood, assertion] = SamlLib.verifySignature(withoutKey(text), options);
  return isGood ? assertion : null;
};

const wanted = new Set(["issuer", "nameID", "audience"]);

/** One is given as text, several as a list, none as null. */
const listed = (value: unknown): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : value === null ? [] : [value];

const agrees = (assertion: string, { issuer, subject, audiences }: Identity): boolean => {
  const fields = Extractor.loginResponseFields(assertion)
    .filter(({ key }) => wanted.has(key))
    // It would parse the assertion once for each of them.
    .map(({ shortcut: _, ...field }) => field);
  const read = Extractor.extract(assertion, fields);
  return (
    read["issuer"] === issuer &&
    read["nameID"] === subject &&
    JSON.stringify(listed(read["audience"])) === JSON.stringify(audiences)
  );
};

/** Undefined where both agree. */
export const disagreement = (text: string, signed: Signed, ours: Identity): string | undefined => {
  const parsed = Result.try(() => {
    const assertion = canVerify(text, signed) ? verified(text, signed) : signed.assertion.toString();
    return assertion !== null && agrees(assertion, ours);
  });
  return Result.getOrElse(parsed, () => false)
    ? undefined
    : "A second reader of the message does not see the same person.";
};
