/** Signs messages with xml-crypto by itself: none of it is our code. */
import { constants, createHash, createHmac, createSign, sign as signBytes } from "node:crypto";
import { SignedXml } from "xml-crypto";
import type { Signer } from "./certificate.ts";

const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const more = "http://www.w3.org/2001/04/xmldsig-more#";
const pss = "http://www.w3.org/2007/05/xmldsig-more#";
const old = "http://www.w3.org/2000/09/xmldsig#";

const byNode = (uri: string, make: (text: string, key: string) => string) =>
  class {
    getAlgorithmName = () => uri;
    getSignature = (text: unknown, key: unknown) => make(String(text), String(key));
    verifySignature = () => false;
  };

const rsa = (uri: string, hash: string) =>
  byNode(uri, (text, key) => createSign(hash).update(text).sign(key, "base64"));
const rsaPss = (uri: string, hash: string) =>
  byNode(uri, (text, key) =>
    signBytes(hash, Buffer.from(text), {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }).toString("base64"),
  );
const ecdsa = (uri: string, hash: string) =>
  byNode(uri, (text, key) =>
    signBytes(hash, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64"),
  );
const hmac = (uri: string, hash: string) =>
  byNode(uri, (text, key) => createHmac(hash, key).update(text).digest("base64"));

const methods = {
  "rsa-sha1": rsa(`${old}rsa-sha1`, "sha1"),
  "rsa-md5": rsa(`${more}rsa-md5`, "md5"),
  "rsa-sha224": rsa(`${more}rsa-sha224`, "sha224"),
  "dsa-sha1": rsa(`${old}dsa-sha1`, "sha1"),
  "hmac-sha1": hmac(`${old}hmac-sha1`, "sha1"),
  "hmac-sha256": hmac(`${more}hmac-sha256`, "sha256"),
  "rsa-sha256": rsa(`${more}rsa-sha256`, "sha256"),
  "rsa-sha384": rsa(`${more}rsa-sha384`, "sha384"),
  "rsa-sha512": rsa(`${more}rsa-sha512`, "sha512"),
  "pss-sha256": rsaPss(`${pss}sha256-rsa-MGF1`, "sha256"),
  "pss-sha512": rsaPss(`${pss}sha512-rsa-MGF1`, "sha512"),
  "ecdsa-sha1": ecdsa(`${more}ecdsa-sha1`, "sha1"),
  "ecdsa-sha256": ecdsa(`${more}ecdsa-sha256`, "sha256"),
  "ecdsa-sha384": ecdsa(`${more}ecdsa-sha384`, "sha384"),
};

const digests = {
  sha1: `${old}sha1`,
  md5: `${more}md5`,
  sha256: "http://www.w3.org/2001/04/xmlenc#sha256",
  sha384: `${more}sha384`,
  sha512: "http://www.w3.org/2001/04/xmlenc#sha512",
};

export interface How {
  readonly of?: "Response" | "Assertion";
  readonly method?: keyof typeof methods;
  readonly digest?: keyof typeof digests;
  readonly canonical?: string;
  readonly transforms?: ReadonlyArray<string>;
  /** Which certificate the message itself shows; none by itself. */
  readonly shows?: Signer;
  /** A second reference, to the response. */
  readonly twice?: boolean;
  /** Prefixes whose namespaces count although nothing uses them. */
  readonly inclusive?: ReadonlyArray<string>;
}

/** The library writes the prefixes into every transform; providers write them where they count. */
const onlyWhereTheyCount = (signed: SignedXml) => {
  const add: (...given: ReadonlyArray<unknown>) => void = Reflect.get(signed, "addAllReferences").bind(
    signed,
  );
  const better = (doc: unknown, signature: Element, ...rest: ReadonlyArray<unknown>) => {
    add(doc, signature, ...rest);
    const [needless] = Array.from(signature.getElementsByTagNameNS(enveloped, "InclusiveNamespaces"));
    needless?.parentNode?.removeChild(needless);
  };
  Reflect.set(signed, "addAllReferences", better);
};

/** The signature stands after the issuer, where SAML has it. */
export const sign = (xml: string, signer: Signer, how: How = {}): string => {
  const { of = "Assertion", method = "rsa-sha256", digest = "sha256", shows, twice = false } = how;
  const signed = new SignedXml({
    privateKey: signer.key,
    canonicalizationAlgorithm: (how.canonical ?? exclusive) as typeof exclusive,
    ...(shows === undefined ? {} : { publicCert: shows.certificate }),
  });
  const uri = new methods[method]().getAlgorithmName();
  signed.signatureAlgorithm = uri as typeof signed.signatureAlgorithm & string;
  signed.SignatureAlgorithms = { [uri]: methods[method] } as unknown as typeof signed.SignatureAlgorithms;
  signed.HashAlgorithms = Object.fromEntries(
    Object.entries(digests).map(([name, one]) => [
      one,
      class {
        getAlgorithmName = () => one;
        getHash = (text: string) => createHash(name).update(text, "utf8").digest("base64");
      },
    ]),
  ) as unknown as typeof signed.HashAlgorithms;
  const xpath = `//*[local-name(.)='${of}']`;
  const reference = {
    xpath,
    inclusiveNamespacesPrefixList: how.inclusive ?? [],
    digestAlgorithm: digests[digest] as (typeof digests)["sha256"],
    transforms: [...(how.transforms ?? [enveloped, exclusive])] as Array<typeof exclusive>,
  } as unknown as Parameters<typeof signed.addReference>[0];
  signed.addReference(reference);
  if (twice) signed.addReference({ ...reference, xpath: "//*[local-name(.)='Response']" });
  onlyWhereTheyCount(signed);
  signed.computeSignature(xml, {
    prefix: "ds",
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" },
  });
  return signed.getSignedXml();
};
