/** Which signatures are looked at at all: named algorithms, one reference, to the element it stands in (SAML core §5.4). */
import { constants, type KeyObject, verify } from "node:crypto";
import { attributeOf, attributesOf, childAt, childrenNamed, everyElement, nameOf } from "./dom.ts";

export const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
export const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

export const digests: ReadonlyMap<string, string> = new Map([
  ["http://www.w3.org/2001/04/xmlenc#sha256", "sha256"],
  ["http://www.w3.org/2001/04/xmldsig-more#sha384", "sha384"],
  ["http://www.w3.org/2001/04/xmlenc#sha512", "sha512"],
]);

export interface Algorithm {
  readonly hash: string;
  readonly key: "rsa" | "ec";
  readonly pss: boolean;
}

const more = "http://www.w3.org/2001/04/xmldsig-more#";
const pss = "http://www.w3.org/2007/05/xmldsig-more#";

/** No SHA-1, no DSA, and no HMAC: its key would be the certificate, which everybody has. */
export const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  [`${more}rsa-sha256`, { hash: "sha256", key: "rsa", pss: false }],
  [`${more}rsa-sha384`, { hash: "sha384", key: "rsa", pss: false }],
  [`${more}rsa-sha512`, { hash: "sha512", key: "rsa", pss: false }],
  [`${pss}sha256-rsa-MGF1`, { hash: "sha256", key: "rsa", pss: true }],
  [`${pss}sha384-rsa-MGF1`, { hash: "sha384", key: "rsa", pss: true }],
  [`${pss}sha512-rsa-MGF1`, { hash: "sha512", key: "rsa", pss: true }],
  [`${more}ecdsa-sha256`, { hash: "sha256", key: "ec", pss: false }],
  [`${more}ecdsa-sha384`, { hash: "sha384", key: "ec", pss: false }],
]);

export const isSignedBy = (
  { hash, key: kind, pss: isPss }: Algorithm,
  key: KeyObject,
  signed: string,
  value: string,
): boolean => {
  if (key.asymmetricKeyType !== kind) return false;
  const options = isPss
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : // XML has r and s side by side (RFC 6931 §2.3.6), not in ASN.1.
      { key, dsaEncoding: "ieee-p1363" as const };
  return verify(hash, Buffer.from(signed), options, Buffer.from(value, "base64"));
};

const onlyAttributes = (element: Element | undefined, ...names: ReadonlyArray<string>): boolean =>
  element !== undefined &&
  attributesOf(element).every(({ name }) => names.includes(name) || /^xmlns(?::|$)/.test(name));

const isTransforms = (transforms: ReadonlyArray<Element>): boolean =>
  attributeOf(transforms[0], "Algorithm") === enveloped &&
  childAt(transforms[0], "c:InclusiveNamespaces") === undefined &&
  attributeOf(transforms[1], "Algorithm") === exclusive &&
  onlyAttributes(childAt(transforms[1], "c:InclusiveNamespaces") ?? transforms[1], "PrefixList", "Algorithm");

const base64 = /^[A-Za-z0-9+/=\s]{4,2000}$/;

const complaintAboutOne = (signature: Element): string | undefined => {
  const info = childAt(signature, "d:SignedInfo");
  const referenced = childAt(info, "d:Reference");
  const method = attributeOf(childAt(info, "d:SignatureMethod"), "Algorithm") ?? "";
  const digest = attributeOf(childAt(referenced, "d:DigestMethod"), "Algorithm") ?? "";
  if (attributeOf(childAt(info, "d:CanonicalizationMethod"), "Algorithm") !== exclusive)
    return "The signature is not over exclusive canonical XML.";
  if (!algorithms.has(method)) return "The signature's algorithm is not one that is accepted.";
  if (!digests.has(digest)) return "The digest's algorithm is not one that is accepted.";
  const transforms = childAt(referenced, "d:Transforms");
  if (transforms === undefined || !isTransforms(childrenNamed(transforms, "d:Transform")))
    return "The signature's transforms are not the two that are accepted.";
  const parent = signature.parentNode as Element;
  if (
    !onlyAttributes(referenced, "URI") ||
    attributeOf(referenced, "URI") !== `#${attributeOf(parent, "ID")}`
  )
    return "The signature is not of the element it stands in.";
  const value = childAt(signature, "d:SignatureValue")?.textContent ?? "";
  return base64.test(value) ? undefined : "The signature's value is not base64.";
};

/** Those there are, outermost first: structure allows one in the response and one in the assertion. */
export const signaturesIn = (root: Element): ReadonlyArray<Element> =>
  everyElement(root).filter((element) => nameOf(element) === "d:Signature");

export const complaintAboutSignatures = (root: Element): string | undefined => {
  for (const signature of signaturesIn(root)) {
    const complaint = complaintAboutOne(signature);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
};
