/** Products that sign people in by themselves bring the provider's reply. */
import { Effect, Schema } from "effect";
import { type HttpServerRequest, HttpServerResponse } from "effect/http";
import { InvalidSyntax } from "../domain/index.ts";
import {
  countingFailures,
  noteFailure,
  type ProblemFailure,
  parseJson,
  problem,
  problemOf,
  RequestId,
  readBody,
} from "../http/index.ts";
import { type BrowserFailure, inLine, knownApplication, verifyReply } from "../login/index.ts";
import { Brought, SignedIn } from "./schema.ts";

type Request = HttpServerRequest.HttpServerRequest;

/** The largest response of SAML, and what stands around it. */
const largest = 768 * 1024;

const wrongForm = new InvalidSyntax({
  detail:
    'Send {"idToken": "…", "nonce": "…"} or {"samlResponse": "…", "requestId": "…", "recipient": "…"} as JSON, and nothing else.',
});

const broughtIn = Effect.fnUntraced(function* (request: Request) {
  const body = yield* Effect.fromResult(parseJson(yield* readBody(request, largest)));
  const sent = yield* Schema.decodeUnknownEffect(Brought)(body, { onExcessProperty: "error" }).pipe(
    Effect.mapError(() => wrongForm),
  );
  return "idToken" in sent
    ? { _tag: "IdToken" as const, ...sent }
    : { _tag: "SamlResponse" as const, ...sent };
});

/** One sentence for whatever it was: the person is told it, and who runs Rolebridge finds the rest by the reference. */
const notAccepted = (reference: string) =>
  HttpServerResponse.jsonUnsafe(
    {
      type: "about:blank",
      title: "Not accepted",
      status: 422,
      detail: `The sign-in was not accepted. Reference: ${reference}`,
      reference,
    },
    { status: 422, contentType: "application/problem+json", headers: { "cache-control": "no-store" } },
  );

const answerTo = (answer: typeof SignedIn.Type) =>
  Schema.encodeUnknownEffect(SignedIn)(answer).pipe(
    Effect.orDie,
    Effect.map((body) => HttpServerResponse.jsonUnsafe(body, { headers: { "cache-control": "no-store" } })),
  );

/** The provider is in trouble, or what we keep of it cannot be read: nobody is refused. */
const trouble = (failure: Exclude<BrowserFailure, ProblemFailure>) =>
  Effect.as(
    Effect.logWarning("A reply could not be verified.", failure),
    problem(503, "The provider's keys cannot be had at the moment. Send it again in a minute.", {
      "retry-after": "60",
    }),
  );

/** Signs in by a reply, or says in one sentence that it was not accepted. */
export const verifyFor = Effect.fn("verifyFor")(function* (request: Request, connection: string) {
  const id = yield* RequestId;
  const verified = Effect.gen(function* () {
    // A stranger's body is not even read.
    const { organization, application } = yield* knownApplication(request.headers["authorization"]);
    const reply = yield* broughtIn(request);
    const countRefusal = noteFailure(request);
    const brought = { organization, application, connection, reply, request: id, countRefusal };
    return yield* verifyReply(brought).pipe(inLine(organization));
  });
  return yield* countingFailures(request, verified).pipe(
    Effect.flatMap((outcome) =>
      outcome._tag === "Accepted" ? answerTo(outcome.value) : Effect.succeed(notAccepted(outcome.reference)),
    ),
    Effect.catchTags({
      ConnectorFailure: trouble,
      SecretUnreadable: trouble,
      NoLogin: ({ detail }) => Effect.succeed(problem(404, detail)),
    }),
    Effect.catch((failure) => Effect.succeed(problemOf(failure))),
  );
});
