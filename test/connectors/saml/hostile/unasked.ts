/** Messages that come without having been asked for, and must not be believed where such ones are. */
import { encrypted } from "../encrypt.ts";
import {
  attacker,
  audience,
  callback,
  certificateOfOurs,
  issuedAt,
  issuer,
  request,
  signed,
  unasked,
  unsigned,
} from "../messages.ts";
import { sign } from "../sign.ts";
import type { Row } from "./row.ts";

const says =
  (from: string | RegExp, to: string, xml = unasked) =>
  () => {
    const changed = xml.replace(from, () => to);
    if (changed === xml) throw new Error(`There is nothing to change: ${from}`);
    return signed(changed);
  };
const answering = (what: string, text = request) => says(what, `${what} InResponseTo="${text}"`);
const data = "<saml:SubjectConfirmationData";
const minutes = (count: number) => new Date(issuedAt + count * 60_000).toISOString();
/** As a provider whose assertions hold for a year. */
const lasting = unasked.replaceAll(/NotOnOrAfter="[^"]*"/g, `NotOnOrAfter="${minutes(525_600)}"`);
const assertionIssued = /(?<=<saml:Assertion [^>]*IssueInstant=")[^"]*/;

export const unaskedRows: ReadonlyArray<Row> = [
  ["an answer to a login that was begun here", "in-response-to", () => signed(unsigned)],
  ["a response that answers a request", "in-response-to", answering("<samlp:Response")],
  ["an assertion that answers a request", "in-response-to", answering(data)],
  ["a response that answers an empty request", "in-response-to", answering("<samlp:Response", "")],
  ["an assertion that answers an empty request", "in-response-to", answering(data, "")],
  [
    "another Recipient",
    "recipient",
    says(/Recipient="[^"]*"/, 'Recipient="https://other.acme.test/callback"'),
  ],
  ["no Recipient", "recipient", says(/ Recipient="[^"]*"/, "")],
  ["another Destination", "destination", says(callback, "https://other.acme.test/callback")],
  [
    "another audience",
    "audience",
    says(`<saml:Audience>${audience}`, "<saml:Audience>https://other.acme.test"),
  ],
  ["another issuer", "issuer", says(issuer, "https://evil.test")],
  [
    "an assertion of eleven minutes ago that holds for a year",
    "age",
    says(assertionIssued, minutes(-11), lasting),
  ],
  [
    "an assertion of last year that holds for a year",
    "age",
    says(assertionIssued, minutes(-500_000), lasting),
  ],
  ["an assertion of the future", "version", says(assertionIssued, minutes(11), lasting)],
  ["an assertion that says no time", "version", says(/(?<=<saml:Assertion [^>]*) IssueInstant="[^"]*"/, "")],
  ["no signature", "signature-form", () => unasked],
  ["another's signature", "signature", () => sign(unasked, attacker)],
  [
    "encrypted, and signed by nobody",
    "signature",
    () => encrypted(unasked, { certificate: certificateOfOurs }),
  ],
];
