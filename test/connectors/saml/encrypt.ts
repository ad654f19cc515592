/** Encrypts assertions for us with Node's own cryptography: none of it is our code. */
import { constants, createCipheriv, publicEncrypt, randomBytes } from "node:crypto";
import type { Signer } from "./certificate.ts";
import { assertionOf } from "./messages.ts";

const enc = "http://www.w3.org/2001/04/xmlenc#";
const enc11 = "http://www.w3.org/2009/xmlenc11#";
const ds = "http://www.w3.org/2000/09/xmldsig#";

const ciphers = {
  "aes128-gcm": { uri: `${enc11}aes128-gcm`, name: "aes-128-gcm", bytes: 16, iv: 12 },
  "aes256-gcm": { uri: `${enc11}aes256-gcm`, name: "aes-256-gcm", bytes: 32, iv: 12 },
  "aes128-cbc": { uri: `${enc}aes128-cbc`, name: "aes-128-cbc", bytes: 16, iv: 16 },
  "aes256-cbc": { uri: `${enc}aes256-cbc`, name: "aes-256-cbc", bytes: 32, iv: 16 },
} as const;

const wraps = {
  "oaep-sha1": `<xenc:EncryptionMethod Algorithm="${enc}rsa-oaep-mgf1p"><ds:DigestMethod Algorithm="${ds}sha1"/></xenc:EncryptionMethod>`,
  "oaep-plain": `<xenc:EncryptionMethod Algorithm="${enc}rsa-oaep-mgf1p"/>`,
  "oaep-sha256": `<xenc:EncryptionMethod Algorithm="${enc11}rsa-oaep"><ds:DigestMethod Algorithm="${enc}sha256"/><x:MGF xmlns:x="${enc11}" Algorithm="${enc11}mgf1sha256"/></xenc:EncryptionMethod>`,
  "oaep-mixed": `<xenc:EncryptionMethod Algorithm="${enc}rsa-oaep-mgf1p"><ds:DigestMethod Algorithm="${enc}sha256"/></xenc:EncryptionMethod>`,
  "oaep-sha512": `<xenc:EncryptionMethod Algorithm="${enc11}rsa-oaep"><ds:DigestMethod Algorithm="${enc}sha512"/></xenc:EncryptionMethod>`,
  pkcs1: `<xenc:EncryptionMethod Algorithm="${enc}rsa-1_5"/>`,
} as const;

export interface Way {
  readonly cipher?: keyof typeof ciphers;
  readonly wrap?: keyof typeof wraps;
  /** The wrapped key beside the data, as Okta has it. */
  readonly beside?: boolean;
  /** Alters the bytes of the data, or of the wrapped key. */
  readonly data?: (bytes: Buffer) => Buffer;
  readonly key?: (bytes: Buffer) => Buffer;
  /** The length of the key that is wrapped, where it is not the cipher's. */
  readonly keyBytes?: number;
}

const as = (bytes: Buffer): Buffer => bytes;

const wrapped = (key: Buffer, certificate: string, wrap: keyof typeof wraps) =>
  wrap === "pkcs1"
    ? publicEncrypt({ key: certificate, padding: constants.RSA_PKCS1_PADDING }, key)
    : publicEncrypt({ key: certificate, oaepHash: wrap === "oaep-sha256" ? "sha256" : "sha1" }, key);

/** An EncryptedAssertion of any text. */
export const sealedFor = (
  { certificate }: Pick<Signer, "certificate">,
  text: string,
  way: Way = {},
): string => {
  const { cipher = "aes256-gcm", wrap = "oaep-sha1", beside = false, data = as, key: alter = as } = way;
  const { uri, name, bytes, iv: ivBytes } = ciphers[cipher];
  const [key, iv] = [randomBytes(bytes), randomBytes(ivBytes)];
  const encryption = createCipheriv(name as "aes-256-gcm", key, iv);
  const content = Buffer.concat([iv, encryption.update(text, "utf8"), encryption.final()]);
  const whole = cipher.endsWith("gcm") ? Buffer.concat([content, encryption.getAuthTag()]) : content;
  const sent = alter(
    wrapped(way.keyBytes === undefined ? key : randomBytes(way.keyBytes), certificate, wrap),
  );
  const value = (of: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${of.toString("base64")}</xenc:CipherValue></xenc:CipherData>`;
  const encryptedKey = `<xenc:EncryptedKey Id="_key">${wraps[wrap]}${value(sent)}</xenc:EncryptedKey>`;
  const info = beside ? '<ds:RetrievalMethod URI="#_key"/>' : encryptedKey;
  return [
    '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">',
    `<xenc:EncryptedData xmlns:xenc="${enc}" xmlns:ds="${ds}" Type="${enc}Element">`,
    `<xenc:EncryptionMethod Algorithm="${uri}"/><ds:KeyInfo>${info}</ds:KeyInfo>${value(data(whole))}</xenc:EncryptedData>`,
    beside
      ? encryptedKey.replace("<xenc:EncryptedKey", `<xenc:EncryptedKey xmlns:xenc="${enc}" xmlns:ds="${ds}"`)
      : "",
    "</saml:EncryptedAssertion>",
  ].join("");
};

const declared = (xml: string): string =>
  xml.includes('xmlns:saml="') && /^<saml:Assertion [^>]*xmlns:saml="/.test(xml)
    ? xml
    : xml.replace("<saml:Assertion ", '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ');

/** The message with its assertion encrypted. */
export const encrypted = (xml: string, to: Pick<Signer, "certificate">, way: Way = {}): string => {
  const assertion = assertionOf(xml);
  return xml.replace(assertion, () => sealedFor(to, declared(assertion), way));
};
