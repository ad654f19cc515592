/** Encrypted messages that must not be believed, or not opened. */
import { encrypted, sealedFor } from "../encrypt.ts";
import { assertionOf, attacker, certificateOfOurs, real, signed, unsigned } from "../messages.ts";
import { sign } from "../sign.ts";
import type { Row } from "./row.ts";

const us = { certificate: certificateOfOurs };
const inner = signed(unsigned);
const flip = (at: number) => (bytes: Buffer) => {
  const altered = Buffer.from(bytes);
  const place = at < 0 ? altered.length + at : at;
  altered[place] = (altered[place] ?? 0) ^ 1;
  return altered;
};
const instead = (text: string) => inner.replace(assertionOf(inner), () => sealedFor(us, text));
const swap = (xml: string, from: string | RegExp, to: string) => xml.replace(from, () => to);
const good = encrypted(inner, us);
const outerSigned = signed(encrypted(unsigned, us), { of: "Response" });
const sealed = /<saml:EncryptedAssertion.*<\/saml:EncryptedAssertion>/s;
const sealedOf = (xml: string) => sealed.exec(xml)?.[0] ?? "";
const own = assertionOf(inner);

export const sealedRows: ReadonlyArray<Row> = [
  ["encrypted, and signed by nobody", "signature", () => encrypted(unsigned, us)],
  ["encrypted, and signed by another", "signature", () => encrypted(sign(unsigned, attacker), us)],
  [
    "encrypted within a response that another signed",
    "signature",
    () => sign(encrypted(unsigned, us), attacker, { of: "Response" }),
  ],
  [
    "encrypted well, within a response that another signed",
    "signature",
    () => sign(good, attacker, { of: "Response" }),
  ],
  [
    "signed by another within, in a response that we trust",
    "signature",
    () => signed(encrypted(sign(unsigned, attacker), us), { of: "Response" }),
  ],
  [
    "another's encrypted assertion put into a signed response",
    "signature",
    () => swap(outerSigned, sealed, sealedOf(encrypted(sign(unsigned, attacker), us))),
  ],
  [
    "altered within after it was signed",
    "signature",
    () => encrypted(inner.replace(/>\/team1</, ">/admins<"), us),
  ],
  ["AES-128-CBC", "encryption", () => encrypted(inner, us, { cipher: "aes128-cbc" })],
  ["AES-256-CBC", "encryption", () => encrypted(inner, us, { cipher: "aes256-cbc" })],
  ["PKCS 1.5", "encryption", () => encrypted(inner, us, { wrap: "pkcs1" })],
  ["OAEP with two different hashes", "encryption", () => encrypted(inner, us, { wrap: "oaep-mixed" })],
  ["OAEP with SHA-512", "encryption", () => encrypted(inner, us, { wrap: "oaep-sha512" })],
  ["no algorithm", "encryption", () => good.replace(/ Algorithm="[^"]*aes256-gcm"/, "")],
  ["no wrapped key", "signature-form", () => good.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s, "")],
  [
    "two wrapped keys",
    "ids",
    () => good.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s, (key) => `${key}${key}`),
  ],
  [
    "one wrapped key in it and one beside it",
    "encryption",
    () =>
      good.replace(
        "</xenc:EncryptedData>",
        `</xenc:EncryptedData>${/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s.exec(good)?.[0].replace(' Id="_key"', "").replace("<xenc:EncryptedKey", '<xenc:EncryptedKey xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"')}`,
      ),
  ],
  ["for another's key", "decryption", () => encrypted(inner, attacker)],
  ["a wrapped key that was altered", "decryption", () => encrypted(inner, us, { key: flip(5) })],
  ["a wrapped key that is too short", "decryption", () => encrypted(inner, us, { keyBytes: 16 })],
  ["a wrapped key that is too long", "decryption", () => encrypted(inner, us, { keyBytes: 64 })],
  ["no bytes for a wrapped key", "decryption", () => encrypted(inner, us, { key: () => Buffer.alloc(0) })],
  ["one bit of the content altered", "decryption", () => encrypted(inner, us, { data: flip(100) })],
  ["one bit of the tag altered", "decryption", () => encrypted(inner, us, { data: flip(-1) })],
  ["one bit of the start value altered", "decryption", () => encrypted(inner, us, { data: flip(0) })],
  [
    "a tag that is cut to four bytes",
    "decryption",
    () => encrypted(inner, us, { data: (bytes) => bytes.subarray(0, -12) }),
  ],
  ["no content", "decryption", () => encrypted(inner, us, { data: () => Buffer.alloc(0) })],
  [
    "content by reference",
    "structure",
    () =>
      good.replace(
        /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>(?=<\/xenc:CipherData><\/xenc:EncryptedData>)/,
        '<xenc:CipherReference URI="http://evil.test"/>',
      ),
  ],
  [
    "an assertion beside the encrypted one",
    "structure",
    () => good.replace("<saml:EncryptedAssertion", `${assertionOf(unsigned)}<saml:EncryptedAssertion`),
  ],
  ["two encrypted assertions", "structure", () => good.replace(sealed, (one) => `${one}${one}`)],
  ["encrypted in what is encrypted", "structure", () => instead(sealedFor(us, own))],
  ["a whole response in what is encrypted", "structure", () => instead(real)],
  [
    "an assertion within the assertion",
    "structure",
    () => instead(own.replace("<saml:Subject>", `${own}<saml:Subject>`)),
  ],
  ["a DOCTYPE in what is encrypted", "markup", () => instead(`<!DOCTYPE x>${own}`)],
  [
    "a comment in what is encrypted",
    "markup",
    () => instead(own.replace("<saml:Subject>", "<!-- --><saml:Subject>")),
  ],
  [
    "an entity in what is encrypted",
    "markup",
    () => instead(own.replace("<saml:Subject>", "<saml:Subject>&evil;")),
  ],
  ["two assertions in what is encrypted", "markup", () => instead(`${own}${own}`)],
  ["nothing in what is encrypted", "markup", () => instead("")],
  [
    "1,300 elements in what is encrypted",
    "markup",
    () => instead(own.replace("<saml:Subject>", `${"<a/>".repeat(1_300)}<saml:Subject>`)),
  ],
  [
    "an ID that the response has too",
    "structure",
    () => instead(own.replace(/ ID="[^"]*"/, ` ID="${/<samlp:Response [^>]*ID="([^"]*)"/.exec(real)?.[1]}"`)),
  ],
  [
    "an Id of what is encrypted that the response has too",
    "ids",
    () => good.replace('Id="_key"', `Id="${/<samlp:Response [^>]*ID="([^"]*)"/.exec(real)?.[1]}"`),
  ],
];
