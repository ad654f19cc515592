/** What a verified assertion must say before anything in it counts (SAML profiles §4.1.4.2 and §4.1.4.3). */
import { Effect, Result } from "effect";
import {
  attributeOf,
  childAt,
  childrenNamed,
  childrenOf,
  nameOf,
  type Signed,
  textOf,
} from "./message/index.ts";
import { timeOf } from "./time.ts";
import type { Trace } from "./trace.ts";

/** What this very login expects. */
export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly callback: string;
  /** Undefined: the provider began the login, and there must be none. */
  readonly request: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Clocks may be this far apart, in milliseconds. */
export const skew = 60_000;

const unless = (holds: boolean, complaint: string) => (holds ? undefined : complaint);

const isPast = (text: string | undefined, { now }: Expected) => timeOf(text) <= now + skew;
const isFuture = (text: string | undefined, { now }: Expected) => timeOf(text) > now - skew;

const saysWho = (element: Element | undefined, { issuer }: Expected): boolean => {
  const format = attributeOf(element, "Format");
  return (
    textOf(element) === issuer &&
    (format === undefined || format === "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")
  );
};

/** Milliseconds that somebody may need from the provider to here, where nothing else says when they set out. */
const longestWay = 600_000;

const answers = (element: Element | undefined, what: string, { request }: Expected): string | undefined =>
  unless(
    attributeOf(element, "InResponseTo") === request,
    request === undefined
      ? `The ${what} answers a request: it belongs to a login that was begun here.`
      : `The ${what} answers another request, or none.`,
  );

const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

const confirmed = Effect.fnUntraced(function* (trace: Trace, assertion: Element, expected: Expected) {
  const confirmation = childAt(assertion, "a:Subject", "a:SubjectConfirmation");
  const data = childAt(confirmation, "a:SubjectConfirmationData");
  const end = attributeOf(data, "NotOnOrAfter");
  yield* trace.complaint(
    "confirmation",
    unless(
      attributeOf(confirmation, "Method") === bearer && attributeOf(data, "NotBefore") === undefined,
      "The subject is not confirmed as a bearer's.",
    ),
  );
  yield* trace.complaint(
    "recipient",
    unless(attributeOf(data, "Recipient") === expected.callback, "The assertion is for another address."),
  );
  yield* trace.complaint("in-response-to", answers(data, "assertion", expected));
  yield* trace.complaint(
    "confirmation-time",
    unless(isFuture(end, expected), "The assertion came too late: compare both clocks."),
  );
  return timeOf(end);
});

const isForUs = (conditions: Element | undefined, { audience }: Expected): boolean => {
  const restrictions = conditions === undefined ? [] : childrenNamed(conditions, "a:AudienceRestriction");
  const ours = restrictions.filter((one) =>
    childrenNamed(one, "a:Audience").some((who) => textOf(who) === audience),
  );
  return ours.length > 0 && ours.length === restrictions.length;
};

const conditionsHold = Effect.fnUntraced(function* (trace: Trace, assertion: Element, expected: Expected) {
  const conditions = childAt(assertion, "a:Conditions");
  const [start, end] = [attributeOf(conditions, "NotBefore"), attributeOf(conditions, "NotOnOrAfter")];
  const isNow = isPast(start, expected) && isFuture(end, expected) && timeOf(start) < timeOf(end);
  yield* trace.complaint("times", unless(isNow, "The assertion is not valid now: compare both clocks."));
  yield* trace.complaint(
    "audience",
    unless(isForUs(conditions, expected), "The assertion is for another service."),
  );
  return timeOf(end);
});

/** How the person signed in there, said once. Gives the provider's own session. */
const authenticated = Effect.fnUntraced(function* (trace: Trace, assertion: Element, expected: Expected) {
  const statements = childrenNamed(assertion, "a:AuthnStatement");
  const [statement] = statements;
  const end = attributeOf(statement, "SessionNotOnOrAfter");
  yield* trace.complaint(
    "authentication",
    unless(
      statements.length === 1 &&
        isPast(attributeOf(statement, "AuthnInstant"), expected) &&
        (end === undefined || isFuture(end, expected)),
      "The assertion does not say once that somebody signed in, or their session there is over.",
    ),
  );
  return {
    id: attributeOf(statement, "SessionIndex") ?? null,
    until: end === undefined ? null : timeOf(end),
  };
});

const isVersion2 = (element: Element, expected: Expected): boolean =>
  attributeOf(element, "Version") === "2.0" && isPast(attributeOf(element, "IssueInstant"), expected);

/**
 * A login that was begun here is used up within minutes, whatever the provider says. Of others only the assertion's own use
 * is remembered, and for a day at most: one that holds for longer could come again.
 */
const isFresh = (assertion: Element, { now }: Expected): boolean =>
  timeOf(attributeOf(assertion, "IssueInstant")) > now - longestWay;

/** Gives until when it could be sent again, and the session. */
export const checkAssertion = Effect.fnUntraced(function* (
  trace: Trace,
  { response, assertion }: Signed,
  expected: Expected,
) {
  yield* trace.complaint(
    "version",
    unless(
      isVersion2(response, expected) && isVersion2(assertion, expected),
      "It is not of SAML 2.0, or was issued in the future.",
    ),
  );
  yield* trace.complaint(
    "issuer",
    unless(
      saysWho(childAt(response, "a:Issuer"), expected) && saysWho(childAt(assertion, "a:Issuer"), expected),
      "Another provider issued it.",
    ),
  );
  yield* trace.complaint(
    "destination",
    unless(
      attributeOf(response, "Destination") === expected.callback,
      "The response was sent to another address.",
    ),
  );
  yield* trace.complaint("in-response-to", answers(response, "response", expected));
  if (expected.request === undefined)
    yield* trace.complaint(
      "age",
      unless(isFresh(assertion, expected), "The provider issued it more than ten minutes ago."),
    );
  const confirmedUntil = yield* confirmed(trace, assertion, expected);
  const holdsUntil = yield* conditionsHold(trace, assertion, expected);
  const session = yield* authenticated(trace, assertion, expected);
  return { until: Math.max(confirmedUntil, holdsUntil) + skew, session };
});

/** The assertion's attributes by name; those of one name together. Names are only names. */
export const attributesIn = (
  assertion: Element,
): Result.Result<ReadonlyMap<string, ReadonlyArray<string>>, string> => {
  const found = new Map<string, ReadonlyArray<string>>();
  const all = childrenOf(assertion).filter((child) => nameOf(child) === "a:AttributeStatement");
  for (const attribute of all.flatMap((one) => childrenNamed(one, "a:Attribute"))) {
    const name = attributeOf(attribute, "Name");
    if (name === undefined || name === "") return Result.fail("There is an attribute without a name.");
    const values = childrenNamed(attribute, "a:AttributeValue").flatMap((value) => textOf(value) ?? []);
    found.set(name, [...(found.get(name) ?? []), ...values.filter((value) => value !== "")]);
  }
  return Result.succeed(found);
};
