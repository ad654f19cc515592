/** Signatures that are missing, weak, of somebody else, or of something else. Made with xml-crypto or cut by hand. */

import { rsaSigner } from "../certificate.ts";
import {
  assertionSignature,
  attacker,
  ours,
  oursElliptic,
  person,
  real,
  realAssertionSigned,
  responseSignature,
  signed,
  unsigned,
} from "../messages.ts";
import { sign } from "../sign.ts";
import type { Row } from "./row.ts";

const form = "signature-form";
const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const evil = unsigned.replaceAll(person, "G-somebody-else");
const edit = (from: string | RegExp, to: string) => () => realAssertionSigned.replace(from, () => to);
const transforms =
  (...all: ReadonlyArray<string>) =>
  () =>
    signed(unsigned, { transforms: all });
const withPublicKey = { ...ours, key: ours.certificate };

export const signatures: ReadonlyArray<Row> = [
  ["nothing signed", form, () => unsigned],
  ["nothing signed, another person", form, () => evil],
  [
    "both signatures emptied",
    form,
    () => real.replaceAll(/<dsig:SignedInfo>.*?<\/dsig:SignatureValue>/gs, ""),
  ],
  [
    "an empty Signature",
    form,
    () =>
      real.replace(assertionSignature, '<dsig:Signature xmlns:dsig="http://www.w3.org/2000/09/xmldsig#"/>'),
  ],
  ["no SignatureValue", form, edit(/<dsig:SignatureValue>.*?<\/dsig:SignatureValue>/s, "")],
  [
    "an empty SignatureValue",
    form,
    edit(/<dsig:SignatureValue>.*?<\/dsig:SignatureValue>/s, "<dsig:SignatureValue></dsig:SignatureValue>"),
  ],
  [
    "a SignatureValue of zeros",
    "signature",
    edit(
      /<dsig:SignatureValue>.*?<\/dsig:SignatureValue>/s,
      `<dsig:SignatureValue>${"A".repeat(344)}</dsig:SignatureValue>`,
    ),
  ],
  ["a SignatureValue that is no base64", form, edit("<dsig:SignatureValue>", "<dsig:SignatureValue>!")],
  [
    "two SignatureValues",
    form,
    edit("<dsig:SignatureValue>", "<dsig:SignatureValue>AAAA</dsig:SignatureValue><dsig:SignatureValue>"),
  ],
  [
    "an empty DigestValue",
    "signature",
    edit(/<dsig:DigestValue>.*?<\/dsig:DigestValue>/, "<dsig:DigestValue></dsig:DigestValue>"),
  ],
  [
    "a DigestValue of the altered message under the old signature",
    "signature",
    edit(
      /<dsig:DigestValue>.*?<\/dsig:DigestValue>/,
      "<dsig:DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</dsig:DigestValue>",
    ),
  ],
  [
    "two DigestValues",
    form,
    edit("<dsig:DigestValue>", "<dsig:DigestValue>AAAA</dsig:DigestValue><dsig:DigestValue>"),
  ],
  [
    "another person in Keycloak's signed assertion",
    "signature",
    () => real.replace(person, "G-somebody-else"),
  ],
  ["another group in Keycloak's signed assertion", "signature", () => real.replace(">/team1<", ">/admins<")],
  [
    "another role in Keycloak's signed response, its own signature gone",
    "signature",
    () => real.replace(responseSignature, "").replace("view-profile", "admin"),
  ],
  [
    "another destination in Keycloak's signed response",
    "signature",
    () => real.replace("/sso/callback", "/two/callback"),
  ],
  [
    "the response altered where only it is signed",
    "signature",
    () => signed(unsigned, { of: "Response" }).replace(person, "G-somebody-else"),
  ],
  [
    "a good assertion in a response whose signature is bad",
    "signature",
    () =>
      real.replace(
        'status:Success"/>',
        'status:Success"></samlp:StatusCode><samlp:StatusMessage>x</samlp:StatusMessage>',
      ),
  ],
  [
    "a bad assertion signature in a response that is signed well",
    "signature",
    () =>
      signed(
        real.replace(responseSignature, "").replace(/<dsig:SignatureValue>..../, "<dsig:SignatureValue>AAAA"),
        { of: "Response" },
      ),
  ],
  ["the attacker's key", "signature", () => sign(evil, attacker)],
  [
    "the attacker's key, with the certificate in KeyInfo",
    "signature",
    () => sign(evil, attacker, { shows: attacker }),
  ],
  [
    "the attacker's key, with our certificate in KeyInfo",
    "signature",
    () => sign(evil, attacker, { shows: ours }),
  ],
  [
    "the attacker's key at the response",
    "signature",
    () => sign(evil, attacker, { of: "Response", shows: attacker }),
  ],
  [
    "the attacker's key at the response, around Keycloak's signed assertion",
    "signature",
    () => sign(realAssertionSigned, attacker, { of: "Response", shows: attacker }),
  ],
  [
    "another key in a KeyValue",
    "signature",
    () =>
      sign(evil, attacker).replace(
        "</ds:SignatureValue>",
        "</ds:SignatureValue><ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>",
      ),
  ],
  [
    "a key to be fetched from an address",
    form,
    () =>
      sign(evil, attacker).replace(
        "</ds:SignatureValue>",
        '</ds:SignatureValue><ds:KeyInfo><ds:RetrievalMethod URI="http://evil.test/key"/></ds:KeyInfo>',
      ),
  ],
  ["a weak key of somebody", "signature", () => sign(evil, rsaSigner(1024))],
  ["RSA with SHA-1", form, () => signed(unsigned, { method: "rsa-sha1" })],
  ["RSA with MD5", form, () => signed(unsigned, { method: "rsa-md5" })],
  ["RSA with SHA-224", form, () => signed(unsigned, { method: "rsa-sha224" })],
  ["DSA", form, () => signed(unsigned, { method: "dsa-sha1" })],
  ["ECDSA with SHA-1", form, () => sign(unsigned, oursElliptic, { method: "ecdsa-sha1" })],
  ["a digest of SHA-1", form, () => signed(unsigned, { digest: "sha1" })],
  ["a digest of MD5", form, () => signed(unsigned, { digest: "md5" })],
  [
    "HMAC-SHA1 with our certificate as its key",
    form,
    () => sign(evil, withPublicKey, { method: "hmac-sha1" }),
  ],
  [
    "HMAC-SHA256 with our certificate as its key",
    form,
    () => sign(evil, withPublicKey, { method: "hmac-sha256" }),
  ],
  [
    "no signature algorithm",
    form,
    edit(' Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"', ""),
  ],
  ["an algorithm that is nobody's", form, edit("xmldsig-more#rsa-sha256", "xmldsig-more#none")],
  [
    "an algorithm named like a property of objects",
    form,
    edit("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "constructor"),
  ],
  [
    "RSA's name on an elliptic signature",
    "signature",
    () => sign(unsigned, oursElliptic, { method: "ecdsa-sha256" }).replace("ecdsa-sha256", "rsa-sha256"),
  ],
  [
    "an elliptic name on RSA's signature",
    "signature",
    () => signed(unsigned).replace("#rsa-sha256", "#ecdsa-sha256"),
  ],
  [
    "an HMAC output length",
    form,
    edit(
      /<dsig:SignatureMethod ([^>]*)\/>/,
      '<dsig:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"><dsig:HMACOutputLength>1</dsig:HMACOutputLength></dsig:SignatureMethod>',
    ),
  ],
  ["inclusive canonical XML", form, () => signed(unsigned, { canonical: inclusive })],
  ["canonical XML with comments", form, () => signed(unsigned, { canonical: `${exclusive}WithComments` })],
  ["no transform", form, edit(/<dsig:Transforms>.*?<\/dsig:Transforms>/, "<dsig:Transforms/>")],
  ["only the enveloped transform", form, transforms(enveloped)],
  ["only the canonical transform", form, transforms(exclusive)],
  ["transforms the other way round", form, transforms(exclusive, enveloped)],
  ["a third transform", form, transforms(enveloped, exclusive, exclusive)],
  ["inclusive canonical XML as transform", form, transforms(enveloped, inclusive)],
  [
    "an XSLT transform",
    form,
    edit(
      /(?<=<dsig:Transform Algorithm=")http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#/,
      "http://www.w3.org/TR/1999/REC-xslt-19991116",
    ),
  ],
  [
    "an XPath transform",
    form,
    edit(
      '<dsig:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
      '<dsig:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><dsig:XPath>not(//saml:NameID)</dsig:XPath></dsig:Transform>',
    ),
  ],
  [
    "a base64 transform",
    form,
    edit(
      /(?<=<dsig:Transform Algorithm=")http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#/,
      "http://www.w3.org/2000/09/xmldsig#base64",
    ),
  ],
  ["two references", form, () => signed(unsigned, { twice: true })],
  ["no reference", form, edit(/<dsig:Reference .*?<\/dsig:Reference>/s, "")],
  ["a reference to everything", form, edit(/<dsig:Reference URI="[^"]*">/, '<dsig:Reference URI="">')],
  ["a reference without URI", form, edit(/<dsig:Reference URI="[^"]*">/, "<dsig:Reference>")],
  [
    "a reference to the response in the assertion's signature",
    form,
    edit(/<dsig:Reference URI="[^"]*">/, `<dsig:Reference URI="#${/ID="([^"]*)"/.exec(real)?.[1]}">`),
  ],
  ["a reference to nothing", form, edit(/<dsig:Reference URI="[^"]*">/, '<dsig:Reference URI="#nothing">')],
  [
    "a reference to a file",
    form,
    edit(/<dsig:Reference URI="[^"]*">/, '<dsig:Reference URI="file:///etc/passwd">'),
  ],
  [
    "a reference to an address",
    form,
    edit(/<dsig:Reference URI="[^"]*">/, '<dsig:Reference URI="http://evil.test/x">'),
  ],
  ["an XPointer", form, edit(/<dsig:Reference URI="[^"]*">/, '<dsig:Reference URI="#xpointer(/)">')],
  [
    "a typed reference",
    form,
    edit("<dsig:Reference ", '<dsig:Reference Type="http://www.w3.org/2000/09/xmldsig#Object" '),
  ],
  [
    "an Object in the signature",
    form,
    edit("</dsig:Signature>", "<dsig:Object>x</dsig:Object></dsig:Signature>"),
  ],
  [
    "a Manifest in the signature",
    form,
    edit("</dsig:Signature>", "<dsig:Object><dsig:Manifest/></dsig:Object></dsig:Signature>"),
  ],
  ["two SignedInfos", form, edit("<dsig:SignedInfo>", "<dsig:SignedInfo/><dsig:SignedInfo>")],
  ["a second SignedInfo in KeyInfo", form, edit("<dsig:KeyInfo>", "<dsig:KeyInfo><dsig:SignedInfo/>")],
  ["a signature in a signature", form, edit("<dsig:KeyInfo>", `<dsig:KeyInfo>${assertionSignature}`)],
];
