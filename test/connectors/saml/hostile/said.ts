/** Messages that our provider's own key signed, and that are not for us, not now, or not of anybody. */
import { audience, callback, issuer, person, request, signed, unsigned } from "../messages.ts";
import type { Row } from "./row.ts";

/** The change is made before the message is signed. */
const says =
  (from: string | RegExp, to: string, of: "Response" | "Assertion" = "Assertion") =>
  () => {
    const changed = unsigned.replace(from, () => to);
    if (changed === unsigned) throw new Error(`There is nothing to change: ${from}`);
    return signed(changed, { of });
  };
const inAssertion = (from: string, to: string, of?: "Response" | "Assertion") => () => {
  const at = unsigned.indexOf("<saml:Assertion");
  const changed = unsigned.slice(at).replace(from, () => to);
  if (changed === unsigned.slice(at)) throw new Error(`There is nothing to change: ${from}`);
  return signed(`${unsigned.slice(0, at)}${changed}`, of === undefined ? {} : { of });
};

const value = (name: string) => new RegExp(`${name}="[^"]*"`);
const confirmation = /<saml:SubjectConfirmationData [^>]*\/>/;
const data = confirmation.exec(unsigned)?.[0] ?? "";
const withData = (from: string | RegExp, to: string) => says(confirmation, data.replace(from, to));
const conditions = /<saml:Conditions [^>]*>/;
const openConditions = conditions.exec(unsigned)?.[0] ?? "";
const withConditions = (from: string | RegExp, to: string) =>
  says(conditions, openConditions.replace(from, to));
const restriction = /<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/;
const audiences = (...all: ReadonlyArray<string>) =>
  `<saml:AudienceRestriction>${all.map((one) => `<saml:Audience>${one}</saml:Audience>`).join("")}</saml:AudienceRestriction>`;
const statement = /<saml:AuthnStatement.*<\/saml:AuthnStatement>/;
const authn = statement.exec(unsigned)?.[0] ?? "";
const nameId = /<saml:NameID [^>]*>[^<]*<\/saml:NameID>/;
const named = (attributes: string, text: string) =>
  says(nameId, `<saml:NameID${attributes}>${text}</saml:NameID>`);
const persistent = ' Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"';
const past = "2026-11-23T08:00:00.000Z";
const future = "2026-11-23T10:00:00.000Z";
const status = (code: string) => says("urn:oasis:names:tc:SAML:2.0:status:Success", code);
const first = '<saml:Attribute Name="username"';

export const said: ReadonlyArray<Row> = [
  ["a status of Requester", "status", status("urn:oasis:names:tc:SAML:2.0:status:Requester")],
  ["a status of Responder", "status", status("urn:oasis:names:tc:SAML:2.0:status:Responder")],
  ["a status that begins like Success", "status", status("urn:oasis:names:tc:SAML:2.0:status:Successful")],
  ["an empty status", "status", status("")],
  ["no status value", "status", says(' Value="urn:oasis:names:tc:SAML:2.0:status:Success"', "")],
  ["no Status", "structure", says(/<samlp:Status>.*<\/samlp:Status>/, "")],
  ["no StatusCode", "structure", says(/<samlp:StatusCode [^>]*\/>/, "")],
  ["SAML 1.1 in the response", "version", says('Version="2.0"', 'Version="1.1"')],
  ["SAML 2.1 in the assertion", "version", inAssertion('Version="2.0"', 'Version="2.1"')],
  ["no version in the assertion", "version", inAssertion(' Version="2.0"', "")],
  ["a response of the future", "version", says(value("IssueInstant"), `IssueInstant="${future}"`)],
  [
    "an assertion of the future",
    "version",
    inAssertion(/IssueInstant="[^"]*"/.exec(unsigned)?.[0] ?? "", `IssueInstant="${future}"`),
  ],
  ["a response without a time", "version", says(/ IssueInstant="[^"]*"/, "")],
  ["another issuer of the response", "issuer", says(issuer, "https://evil.test")],
  ["another issuer of the assertion", "issuer", inAssertion(issuer, "https://evil.test")],
  ["an issuer in capitals", "issuer", inAssertion(issuer, issuer.toUpperCase())],
  ["an issuer with a slash more", "issuer", inAssertion(issuer, `${issuer}/`)],
  ["an issuer with blanks", "issuer", inAssertion(issuer, ` ${issuer} `)],
  ["an empty issuer", "issuer", inAssertion(issuer, "")],
  ["no issuer of the response", "structure", says(/<saml:Issuer>[^<]*<\/saml:Issuer>/, "", "Assertion")],
  [
    "an issuer of another format",
    "issuer",
    inAssertion(
      "<saml:Issuer>",
      '<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">',
    ),
  ],
  ["another destination", "destination", says(callback, "https://other.acme.test/callback", "Response")],
  ["no destination", "destination", says(/ Destination="[^"]*"/, "")],
  ["an empty destination", "destination", says(value("Destination"), 'Destination=""')],
  ["a destination with a query", "destination", says(value("Destination"), `Destination="${callback}?x=1"`)],
  [
    "a destination that only begins like ours",
    "destination",
    says(value("Destination"), `Destination="${callback}.evil.test"`),
  ],
  [
    "another connection's destination",
    "destination",
    says(value("Destination"), `Destination="${callback.replace("sso", "two")}"`),
  ],
  ["a response to another request", "in-response-to", says(request, "_another")],
  ["a response to no request", "in-response-to", says(/ InResponseTo="[^"]*"/, "")],
  ["a response to an empty request", "in-response-to", says(value("InResponseTo"), 'InResponseTo=""')],
  ["an assertion to another request", "in-response-to", withData(request, "_another")],
  ["an assertion to no request", "in-response-to", withData(/ InResponseTo="[^"]*"/, "")],
  ["another recipient", "recipient", withData(callback, "https://other.acme.test/callback")],
  ["no recipient", "recipient", withData(/ Recipient="[^"]*"/, "")],
  ["a recipient with a slash more", "recipient", withData(callback, `${callback}/`)],
  ["a holder of a key", "confirmation", says("cm:bearer", "cm:holder-of-key")],
  ["sender vouches", "confirmation", says("cm:bearer", "cm:sender-vouches")],
  ["no method of confirmation", "confirmation", says(/ Method="[^"]*"/, "")],
  [
    "a confirmation with NotBefore",
    "confirmation",
    withData("<saml:SubjectConfirmationData ", `<saml:SubjectConfirmationData NotBefore="${past}" `),
  ],
  [
    "a confirmation that ended",
    "confirmation-time",
    withData(value("NotOnOrAfter"), `NotOnOrAfter="${past}"`),
  ],
  ["a confirmation without end", "confirmation-time", withData(/ NotOnOrAfter="[^"]*"/, "")],
  [
    "a confirmation that ends at no time",
    "confirmation-time",
    withData(value("NotOnOrAfter"), 'NotOnOrAfter="never"'),
  ],
  [
    "a confirmation that ends in local time",
    "confirmation-time",
    withData(value("NotOnOrAfter"), 'NotOnOrAfter="2026-11-23T10:00:00"'),
  ],
  [
    "a confirmation that ends in the year 99999",
    "confirmation-time",
    withData(value("NotOnOrAfter"), 'NotOnOrAfter="+099999-01-01T00:00:00Z"'),
  ],
  ["no confirmation data", "structure", says(confirmation, "")],
  ["no confirmation", "structure", says(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/, "")],
  [
    "two confirmations",
    "structure",
    says(
      /<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/,
      `${'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'.concat(data, "</saml:SubjectConfirmation>").repeat(2)}`,
    ),
  ],
  ["conditions that ended", "times", withConditions(value("NotOnOrAfter"), `NotOnOrAfter="${past}"`)],
  ["conditions that have not begun", "times", withConditions(value("NotBefore"), `NotBefore="${future}"`)],
  ["conditions without beginning", "times", withConditions(/ NotBefore="[^"]*"/, "")],
  ["conditions without end", "times", withConditions(/ NotOnOrAfter="[^"]*"/, "")],
  [
    "conditions that end before they begin",
    "times",
    withConditions(
      openConditions,
      '<saml:Conditions NotBefore="2026-11-23T09:12:50Z" NotOnOrAfter="2026-11-23T09:12:00Z">',
    ),
  ],
  [
    "conditions of the 32nd of November",
    "times",
    withConditions(value("NotOnOrAfter"), 'NotOnOrAfter="2026-11-32T10:00:00Z"'),
  ],
  ["no Conditions", "structure", says(/<saml:Conditions .*<\/saml:Conditions>/, "")],
  [
    "two Conditions",
    "structure",
    says("<saml:Conditions", '<saml:Conditions NotBefore="x"/><saml:Conditions'),
  ],
  [
    "a condition that nobody knows",
    "structure",
    says(restriction, `${audiences(audience)}<saml:Condition/>`),
  ],
  ["another audience", "audience", says(restriction, audiences("https://other.acme.test"))],
  ["no audience", "audience", says(restriction, "")],
  ["an empty audience", "audience", says(restriction, audiences(""))],
  ["an audience restriction of nobody", "structure", says(restriction, audiences())],
  [
    "our audience, and a second restriction to another",
    "audience",
    says(restriction, `${audiences(audience)}${audiences("https://other.acme.test")}`),
  ],
  ["an audience in capitals", "audience", says(restriction, audiences(audience.toUpperCase()))],
  [
    "an audience that only begins like ours",
    "audience",
    says(restriction, audiences(`${audience}.evil.test`)),
  ],
  ["no AuthnStatement", "authentication", says(statement, "")],
  ["two AuthnStatements", "authentication", says(statement, `${authn}${authn}`)],
  [
    "a session that ended",
    "authentication",
    says(value("SessionNotOnOrAfter"), `SessionNotOnOrAfter="${past}"`),
  ],
  [
    "a session that ends at no time",
    "authentication",
    says(value("SessionNotOnOrAfter"), 'SessionNotOnOrAfter="x"'),
  ],
  [
    "somebody who signed in tomorrow",
    "authentication",
    says(value("AuthnInstant"), `AuthnInstant="${future}"`),
  ],
  ["no time of signing in", "authentication", says(/ AuthnInstant="[^"]*"/, "")],
  ["no AuthnContext", "structure", says(/<saml:AuthnContext>.*<\/saml:AuthnContext>/, "")],
  [
    "an authorization decision",
    "structure",
    says("<saml:AttributeStatement>", "<saml:AuthzDecisionStatement/><saml:AttributeStatement>"),
  ],
  ["a transient NameID", "subject", says("nameid-format:persistent", "nameid-format:transient")],
  [
    "a NameID that is an email",
    "subject",
    says("SAML:2.0:nameid-format:persistent", "SAML:1.1:nameid-format:emailAddress"),
  ],
  [
    "a NameID that is anything",
    "subject",
    says("SAML:2.0:nameid-format:persistent", "SAML:1.1:nameid-format:unspecified"),
  ],
  [
    "a NameID of a format that nobody knows",
    "subject",
    says("nameid-format:persistent", "nameid-format:Persistent"),
  ],
  ["a NameID of an empty format", "subject", named(' Format=""', person)],
  ["a NameID without a format", "subject", named("", person)],
  ["an empty NameID", "subject", named(persistent, "")],
  ["a NameID of blanks", "subject", named(persistent, "   ")],
  ["a NameID with a blank before it", "subject", named(persistent, ` ${person}`)],
  ["a NameID with a line break", "subject", named(persistent, `a&#10;b`)],
  ["a NameID of 10,000 characters", "subject", named(persistent, "x".repeat(10_000))],
  [
    "a NameID of another provider",
    "subject",
    named(`${persistent} NameQualifier="https://evil.test"`, person),
  ],
  [
    "a NameID for another service",
    "subject",
    named(`${persistent} SPNameQualifier="https://other.acme.test"`, person),
  ],
  ["no NameID", "structure", says(nameId, "")],
  ["a BaseID", "structure", says(nameId, "<saml:BaseID/>")],
  ["an EncryptedID", "structure", says(nameId, "<saml:EncryptedID/>")],
  ["no Subject", "structure", says(/<saml:Subject>.*<\/saml:Subject>/, "")],
  ["an attribute without a name", "attributes", says(first, "<saml:Attribute")],
  ["an attribute with an empty name", "attributes", says(first, '<saml:Attribute Name=""')],
  ["an encrypted attribute", "structure", says(first, `<saml:EncryptedAttribute/>${first}`)],
  [
    "an attribute's value outside an attribute",
    "structure",
    says("<saml:AttributeStatement>", "<saml:AttributeStatement><saml:AttributeValue/>"),
  ],
];
