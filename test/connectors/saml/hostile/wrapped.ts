/** Signature wrapping (the eight of "On Breaking SAML"), and other ways to show two readers two messages. Keycloak's own signatures. */
import {
  assertionOf,
  assertionSignature,
  person,
  real,
  realAssertionSigned,
  responseSignature,
} from "../messages.ts";
import type { Row } from "./row.ts";

const evilName = "G-somebody-else";
const evil = (xml: string) => xml.replaceAll(person, evilName);
const otherIds = (xml: string) => xml.replaceAll("ID_", "ID_evil");

const bare = real.replace(responseSignature, "");
const response = (inner: (signature: string) => string) =>
  evil(otherIds(bare)).replace("<samlp:Status>", () => `${inner(responseSignature)}<samlp:Status>`);
const into = (signature: string, what: string) =>
  signature.replace("</dsig:Signature>", () => `${what}</dsig:Signature>`);

const good = assertionOf(realAssertionSigned);
const goodBare = good.replace(assertionSignature, "");
const bad = evil(otherIds(goodBare));
const swap = (what: string) => realAssertionSigned.replace(good, () => what);
const afterIssuer = (assertion: string, what: string) =>
  assertion.replace("</saml:Issuer>", () => `</saml:Issuer>${what}`);
const object = (what: string) => `<dsig:Object>${what}</dsig:Object>`;
const name = `>${person}<`;

export const wrapped: ReadonlyArray<Row> = [
  [
    "XSW1: the signed response inside the signature of another",
    "signature-form",
    () => response((s) => into(s, object(bare))),
  ],
  [
    "XSW2: the signed response beside its signature in another",
    "structure",
    () => response((s) => `${bare}${s}`),
  ],
  ["XSW3: another assertion before the signed one", "structure", () => swap(`${bad}${good}`)],
  ["XSW3: another assertion after the signed one", "structure", () => swap(`${good}${bad}`)],
  [
    "XSW4: the signed assertion inside another",
    "structure",
    () => swap(bad.replace("</saml:Assertion>", () => `${good}</saml:Assertion>`)),
  ],
  [
    "XSW5: another assertion with the signature, the signed one after it",
    "structure",
    () => swap(`${afterIssuer(bad, assertionSignature)}${goodBare}`),
  ],
  [
    "XSW6: another assertion, the signed one inside its signature",
    "signature-form",
    () => swap(afterIssuer(bad, into(assertionSignature, goodBare))),
  ],
  [
    "XSW7: another assertion in Extensions",
    "structure",
    () =>
      realAssertionSigned.replace(
        "<samlp:Status>",
        () => `<samlp:Extensions>${bad}</samlp:Extensions><samlp:Status>`,
      ),
  ],
  [
    "XSW7: the signed assertion in Extensions",
    "structure",
    () =>
      swap(bad).replace("<samlp:Status>", () => `<samlp:Extensions>${good}</samlp:Extensions><samlp:Status>`),
  ],
  [
    "XSW8: the signed assertion in an Object of another's signature",
    "signature-form",
    () => swap(afterIssuer(bad, into(assertionSignature, object(goodBare)))),
  ],
  ["another assertion under the signed one's ID", "structure", () => swap(`${good}${evil(goodBare)}`)],
  ["another assertion with the signed one's signature and ID", "signature", () => swap(evil(good))],
  [
    "another assertion with the signature of the signed one",
    "signature-form",
    () => swap(afterIssuer(bad, assertionSignature)),
  ],
  [
    "the signed assertion in SubjectConfirmationData",
    "structure",
    () =>
      swap(
        bad.replace(
          /(<saml:SubjectConfirmationData [^>]*)\/>/,
          (_, start) => `${start}>${good}</saml:SubjectConfirmationData>`,
        ),
      ),
  ],
  [
    "the signed assertion in Advice",
    "structure",
    () =>
      swap(
        bad.replace("<saml:AuthnStatement", () => `<saml:Advice>${good}</saml:Advice><saml:AuthnStatement`),
      ),
  ],
  [
    "the signed assertion in an attribute's value",
    "structure",
    () => swap(bad.replace(">gus<", () => `>${good}<`)),
  ],
  [
    "the signed assertion in StatusDetail",
    "structure",
    () =>
      swap(bad).replace(
        "</samlp:Status>",
        () => `<samlp:StatusDetail>${good}</samlp:StatusDetail></samlp:Status>`,
      ),
  ],
  [
    "the signed assertion in KeyInfo",
    "signature-form",
    () =>
      swap(
        afterIssuer(
          bad,
          assertionSignature.replace("</dsig:KeyInfo>", () => `${good}</dsig:KeyInfo>`),
        ),
      ),
  ],
  [
    "the assertion's signature at the response",
    "signature-form",
    () => swap(bad).replace("<samlp:Status>", () => `${assertionSignature}<samlp:Status>`),
  ],
  [
    "the response's signature at the assertion",
    "signature-form",
    () => swap(afterIssuer(bad, responseSignature)),
  ],
  [
    "two signatures in one assertion",
    "structure",
    () => swap(good.replace(assertionSignature, () => `${assertionSignature}${assertionSignature}`)),
  ],
  [
    "a response in a response",
    "structure",
    () => realAssertionSigned.replace(good, () => realAssertionSigned),
  ],
  ["an assertion without a response", "structure", () => good],
  [
    "a response in another namespace",
    "structure",
    () =>
      realAssertionSigned.replace(
        "urn:oasis:names:tc:SAML:2.0:protocol",
        "urn:oasis:names:tc:SAML:1.0:protocol",
      ),
  ],
  [
    "an assertion in another namespace",
    "structure",
    () => realAssertionSigned.replaceAll("urn:oasis:names:tc:SAML:2.0:assertion", "urn:evil.test"),
  ],
  [
    "a signature in another namespace",
    "structure",
    () =>
      realAssertionSigned.replaceAll(
        'http://www.w3.org/2000/09/xmldsig#"><dsig:SignedInfo',
        'urn:evil.test"><dsig:SignedInfo',
      ),
  ],
  [
    "an ArtifactResponse as root",
    "structure",
    () => realAssertionSigned.replaceAll("samlp:Response", "samlp:ArtifactResponse"),
  ],
  [
    "a LogoutResponse",
    "structure",
    () => realAssertionSigned.replaceAll("samlp:Response", "samlp:LogoutResponse"),
  ],
  ["an encrypted assertion beside it", "structure", () => swap(`${good}<saml:EncryptedAssertion/>`)],
  [
    "two NameIDs",
    "structure",
    () => real.replace("<saml:NameID", () => `<saml:NameID>${evilName}</saml:NameID><saml:NameID`),
  ],
  ["an element in NameID", "structure", () => real.replace(name, () => `><b>${evilName}</b>${person}<`)],
  ["an element in Issuer", "structure", () => real.replace("</saml:Issuer>", () => "<b/></saml:Issuer>")],
  ["text between elements", "structure", () => real.replace("<saml:Subject>", () => "<saml:Subject>evil")],
  ["two subjects", "structure", () => real.replace("<saml:Subject>", () => "<saml:Subject/><saml:Subject>")],
  ["an ID on NameID", "ids", () => real.replace("<saml:NameID", () => '<saml:NameID ID="_x"')],
  [
    "response and assertion with one ID",
    "ids",
    () => real.replaceAll(/ID_3a6cc757[0-9a-f-]*/g, /ID="(ID_e9[^"]*)"/.exec(real)?.[1] ?? ""),
  ],
  [
    "an id in small letters beside the ID",
    "ids",
    () => real.replace("<saml:Assertion ", () => '<saml:Assertion id="_x" '),
  ],
  ["an xml:id", "ids", () => real.replace("<saml:Subject>", () => '<saml:Subject xml:id="_x">')],
  [
    "an assertion without ID",
    "ids",
    () => realAssertionSigned.replace(/(<saml:Assertion [^>]*) ID="[^"]*"/, "$1"),
  ],
  ["an ID with a quote", "ids", () => realAssertionSigned.replaceAll("ID_3a6cc757", "a'b")],
];
