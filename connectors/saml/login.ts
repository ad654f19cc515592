/** Web browser single sign-on (SAML profiles §4.1): a request by redirect, a response by form. */
import { Clock, Effect, Result } from "effect";
import { type Begin, type Brought, type Login, listIn, type Reply, type Verified } from "../connector.ts";
import { attributesIn, checkAssertion, type Expected } from "./assertion.ts";
import { certificatesIn } from "./certificates.ts";
import { groupsIn, unprovenIn, userIn } from "./facts.ts";
import { keysIn } from "./keys/index.ts";
import {
  attributeOf,
  childAt,
  childrenNamed,
  disagreement,
  readMessage,
  type Signed,
  textOf,
} from "./message/index.ts";
import { entityIdOf, metadataOf } from "./ourselves.ts";
import { requestTo } from "./request.ts";
import type { Settings } from "./settings.ts";
import { subjectOf } from "./subject.ts";
import { timeOf } from "./time.ts";
import { newTrace, type Trace } from "./trace.ts";

const begin = (settings: Settings) =>
  Effect.fn("saml.begin")(function* ({ callback, state }: Begin) {
    const now = yield* Clock.currentTimeMillis;
    const { id, url } = requestTo(settings, { callback, state, now });
    return { challenge: { _tag: "Redirect" as const, url }, kept: { request: id } };
  });

/** Whom our own reading names, for the second reader to confirm. */
const identityOf = ({ assertion }: Signed) => ({
  issuer: textOf(childAt(assertion, "a:Issuer")) ?? "",
  subject: textOf(childAt(assertion, "a:Subject", "a:NameID")) ?? "",
  audiences: childrenNamed(childAt(assertion, "a:Conditions") ?? assertion, "a:AudienceRestriction")
    .flatMap((one) => childrenNamed(one, "a:Audience"))
    .map((one) => textOf(one) ?? ""),
});

type Came = Pick<Reply, "callback" | "parameters">;

const expected = (
  settings: Settings,
  { callback }: Came,
  request: string | undefined,
  now: number,
): Expected => ({
  issuer: settings.idpEntityId,
  audience: entityIdOf(settings, callback),
  callback,
  request,
  now,
});

/** Whatever is expected of a response may depend on whom it is for, once it is known to be the provider's. */
const believed = (settings: Settings) =>
  Effect.fnUntraced(function* (
    trace: Trace,
    response: string | undefined,
    expecting: (audiences: ReadonlyArray<string>, now: number) => Expected,
  ) {
    const pinned = certificatesIn(settings.certificates) ?? [];
    const { text, signed } = yield* readMessage(trace, response, {
      pinned,
      keys: keysIn(settings.ownKeys).map(({ key }) => key),
      mustBeEncrypted: settings.encryption === "required",
    });
    const identity = identityOf(signed);
    yield* trace.complaint("second-reader", disagreement(text, signed, identity));
    const wanted = expecting(identity.audiences, yield* Clock.currentTimeMillis);
    const { until, session } = yield* checkAssertion(trace, signed, wanted);
    const told = yield* trace.result("attributes", attributesIn(signed.assertion));
    const subject = yield* trace.result("subject", subjectOf(settings, signed.assertion, wanted, told));
    return {
      user: userIn(settings, subject, told),
      groups: groupsIn(settings, told),
      ...unprovenIn(settings, told),
      at: timeOf(attributeOf(signed.assertion, "IssueInstant")),
      once: { issuer: wanted.issuer, id: attributeOf(signed.assertion, "ID") ?? "", until },
      session,
      checks: trace.checks,
    } satisfies Verified;
  });

const finish = (settings: Settings) =>
  Effect.fn("saml.finish")((reply: Reply) =>
    believed(settings)(newTrace(), reply.parameters.get("SAMLResponse"), (_audiences, now) =>
      expected(settings, reply, String(reply.kept["request"]), now),
    ),
  );

/** The provider began it: it must answer no request. */
const finishUnsolicited = (settings: Settings) =>
  Effect.fn("saml.finishUnsolicited")(function* (reply: Came) {
    const trace = newTrace();
    yield* trace.complaint("unsolicited", undefined);
    return yield* believed(settings)(trace, reply.parameters.get("SAMLResponse"), (_audiences, now) =>
      expected(settings, reply, undefined, now),
    );
  });

/** A product has an address and a name of its own: both must be those that the settings accept. */
const verify = (settings: Settings) =>
  Effect.fn("saml.verify")(function* (brought: Brought, callback: string) {
    const trace = newTrace();
    if (brought._tag !== "SamlResponse") {
      return yield* trace.result("reply", Result.fail("The connection takes SAML responses only."));
    }
    const { samlResponse, requestId, recipient } = brought;
    const isAccepted = listIn(settings.acceptedRecipients).includes(recipient);
    yield* trace.complaint(
      "recipient",
      isAccepted ? undefined : "The connection does not accept responses that came to this address.",
    );
    const us = entityIdOf(settings, callback);
    const known = [us, ...listIn(settings.acceptedAudiences)];
    // What our own client leaves out is known to the operator; what a product's leaves out says nothing.
    const asTold = { ...settings, absentIsEmpty: false };
    return yield* believed(asTold)(trace, samlResponse, (audiences, now) => ({
      issuer: settings.idpEntityId,
      audience: known.find((one) => audiences.includes(one)) ?? us,
      callback: recipient,
      request: requestId,
      now,
    }));
  });

export const makeLogin = (settings: Settings): Login => ({
  posts: true,
  begin: begin(settings),
  finish: finish(settings),
  unsolicited: {
    application: settings.idpInitiatedApplication || undefined,
    finish: finishUnsolicited(settings),
  },
  verify: verify(settings),
  metadata: (callback) => metadataOf(settings, callback),
});
