/** The addresses of a login: where it begins, where the provider sends the reply, where the application fetches it. */
import { Effect, Layer, Schema } from "effect";
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http";
import { InvalidSyntax } from "../domain/index.ts";
import {
  countingFailures,
  handling,
  noteFailure,
  type ProblemFailure,
  parseJson,
  problem,
  problemOf,
  readBody,
  ServerAddress,
  stopFlood,
  strangers,
  urlOf,
} from "../http/index.ts";
import { beginLogin, type NoLogin } from "./begin.ts";
import { entranceOf, hintIn } from "./entrance.ts";
import { exchangeCode } from "./exchange.ts";
import { endedCookie } from "./flow/index.ts";
import { isForm } from "./form.ts";
import { inLine } from "./line.ts";
import { logoutRoute } from "./logout/index.ts";
import { metadataAt } from "./metadata.ts";
import { notSignedIn, sendTo, testIsOver } from "./page.ts";
import { type Place, prefix } from "./place.ts";
import type { BrowserFailure } from "./problem.ts";
import { finishReply } from "./reply/index.ts";
import { beginTrial } from "./trial/index.ts";

type Request = HttpServerRequest.HttpServerRequest;

const placeOf = (request: Request): Place => {
  const [, , organization = "", connection = ""] = urlOf(request).pathname.split("/");
  return { organization, connection };
};

/** Our side or the provider's is in trouble: nobody is refused. */
const trouble = (requestId: string) => (failure: BrowserFailure) =>
  Effect.as(
    Effect.logWarning("A login could not go on.", failure),
    notSignedIn(
      503,
      "Signing in does not work at the moment. Begin again at the application in a minute.",
      requestId,
    ),
  );

const begin = (request: Request, requestId: string) => {
  const query = urlOf(request).searchParams;
  const wanted = {
    place: placeOf(request),
    application: query.get("application") ?? "",
    returnTo: query.get("return_to") ?? "",
    state: query.get("state") ?? "",
    cookies: request.headers["cookie"],
    hint: hintIn(query),
  };
  return sent(beginLogin(wanted), requestId);
};

/** To the provider, with the cookie. */
const sent = <R>(
  begun: Effect.Effect<Effect.Success<ReturnType<typeof beginLogin>>, NoLogin | BrowserFailure, R>,
  requestId: string,
) =>
  begun.pipe(
    Effect.map(({ challenge, cookie, ended }) =>
      challenge._tag === "Redirect"
        ? sendTo(challenge.url, cookie, ended)
        : notSignedIn(501, "This way of signing in is not supported yet.", requestId),
    ),
    Effect.catchTag("NoLogin", ({ detail }) => Effect.succeed(notSignedIn(404, detail, requestId))),
    Effect.catch(trouble(requestId)),
  );

const beginTest = (request: Request, requestId: string) =>
  sent(
    beginTrial({
      place: placeOf(request),
      ticket: urlOf(request).searchParams.get("ticket") ?? "",
      cookies: request.headers["cookie"],
    }),
    requestId,
  );

/** Where it is said only which organization: the domain of the address says the rest. */
const choose = (request: Request, requestId: string) => {
  const url = urlOf(request);
  return entranceOf(url.pathname.split("/")[2] ?? "", url.searchParams).pipe(
    Effect.map((entrance) => sendTo(entrance)),
    Effect.catchTag("NoLogin", ({ detail }) => Effect.succeed(notSignedIn(404, detail, requestId))),
    Effect.catch(trouble(requestId)),
  );
};

/** What came, and how. */
interface Sent {
  readonly posted: boolean;
  readonly parameters: URLSearchParams;
}

/** Undefined where one is there twice: two readers could read two different replies. */
const eachOnce = (sent: URLSearchParams): ReadonlyMap<string, string> | undefined => {
  const all = [...sent];
  const parameters = new Map(all);
  return parameters.size === all.length ? parameters : undefined;
};

const refusedSentence =
  "Your organization's sign-in was not accepted here. To try once more, begin again at the application.";

const finish = Effect.fnUntraced(function* (request: Request, requestId: string, sent: Sent) {
  const { publicUrl } = yield* ServerAddress;
  const { posted } = sent;
  const parameters = eachOnce(sent.parameters);
  if (parameters === undefined) return notSignedIn(400, refusedSentence, requestId);
  const finished = yield* finishReply({
    place: placeOf(request),
    posted,
    // SAML has its own word for it.
    state: parameters.get(posted ? "RelayState" : "state") ?? "",
    parameters,
    cookies: request.headers["cookie"],
    request: requestId,
    countRefusal: noteFailure(request),
    stopFlood: stopFlood(request),
  });
  const ended = finished.flow === undefined ? undefined : endedCookie(publicUrl, finished.flow, posted);
  if (finished._tag === "Accepted") return sendTo(finished.value, ended);
  const page =
    finished._tag === "Tested"
      ? testIsOver(finished.reference)
      : notSignedIn(403, refusedSentence, finished.reference);
  return ended === undefined ? page : HttpServerResponse.setHeader(page, "set-cookie", ended);
});

const answered = (request: Request, requestId: string, sent: Sent) =>
  finish(request, requestId, sent).pipe(
    Effect.catchTags({
      NoLogin: ({ detail }) => Effect.succeed(notSignedIn(400, detail, requestId)),
      Throttled: ({ retryAfter }) =>
        Effect.succeed(
          HttpServerResponse.setHeader(
            notSignedIn(429, "Too many logins from your address were refused. Wait a minute.", requestId),
            "retry-after",
            String(retryAfter),
          ),
        ),
    }),
    Effect.catch(trouble(requestId)),
  );

const callback = (request: Request, requestId: string) =>
  answered(request, requestId, { posted: false, parameters: urlOf(request).searchParams });

/** Of a reply that comes as a form. */
const largestForm = 512 * 1024;

/** What the address holds is not looked at: a reply comes in one way. */
const posted = (request: Request, requestId: string) =>
  isForm(request)
    ? readBody(request, largestForm).pipe(
        Effect.map((body) => new URLSearchParams(Buffer.from(body).toString("latin1"))),
        Effect.matchEffect({
          onFailure: () => Effect.succeed(notSignedIn(400, refusedSentence, requestId)),
          onSuccess: (parameters) => answered(request, requestId, { posted: true, parameters }),
        }),
      )
    : Effect.succeed(notSignedIn(415, refusedSentence, requestId));

const metadata = (request: Request, requestId: string) =>
  metadataAt(placeOf(request)).pipe(
    Effect.map((document) =>
      HttpServerResponse.text(document, {
        contentType: "application/samlmetadata+xml",
        headers: { "x-content-type-options": "nosniff" },
      }),
    ),
    Effect.catchTag("NoLogin", ({ detail }) => Effect.succeed(notSignedIn(404, detail, requestId))),
    Effect.catch(trouble(requestId)),
  );

const Form = Schema.Struct({ code: Schema.String });

const codeIn = Effect.fnUntraced(function* (request: Request) {
  const body = yield* Effect.fromResult(parseJson(yield* readBody(request, 4 * 1024)));
  return yield* Schema.decodeUnknownEffect(Form)(body).pipe(
    Effect.mapError(() => new InvalidSyntax({ detail: 'Send {"code": "…"} as JSON.' })),
  );
});

const exchange = (request: Request) =>
  countingFailures(
    request,
    Effect.flatMap(codeIn(request), ({ code }) => exchangeCode(request.headers["authorization"], code)),
  ).pipe(
    Effect.map((answer) =>
      HttpServerResponse.jsonUnsafe(answer, { headers: { "cache-control": "no-store" } }),
    ),
    Effect.catch((failure: ProblemFailure) => Effect.succeed(problemOf(failure))),
  );

/** What broke ends with the request id and a full stop. */
const page = (detail: string) =>
  notSignedIn(500, "Something went wrong here.", /([0-9a-f-]{36})\.$/.exec(detail)?.[1] ?? "");

/** Nobody at a browser has proved anything yet. */
const ofStrangers =
  <R>(
    answer: (
      request: Request,
      requestId: string,
    ) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>,
  ) =>
  (request: Request, requestId: string) =>
    inLine(strangers)(answer(request, requestId));

/** Logins of people, and the address where applications fetch them. */
export const loginRoutes = Layer.mergeAll(
  logoutRoute,
  HttpRouter.add(
    "GET",
    `${prefix}/:organization`,
    handling({ route: "login-entrance", broken: page }, ofStrangers(choose)),
  ),
  HttpRouter.add(
    "GET",
    `${prefix}/:organization/:connection`,
    handling({ route: "login", broken: page }, ofStrangers(begin)),
  ),
  HttpRouter.add(
    "GET",
    `${prefix}/:organization/:connection/test`,
    handling({ route: "login-test", broken: page }, ofStrangers(beginTest)),
  ),
  HttpRouter.add(
    "GET",
    `${prefix}/:organization/:connection/callback`,
    handling({ route: "login-callback", broken: page }, ofStrangers(callback)),
    // A browser that goes away must not leave a reply used and no login made.
    { uninterruptible: true },
  ),
  HttpRouter.add(
    "POST",
    `${prefix}/:organization/:connection/callback`,
    handling({ route: "login-callback", broken: page }, ofStrangers(posted)),
    { uninterruptible: true },
  ),
  HttpRouter.add(
    "GET",
    `${prefix}/:organization/:connection/metadata`,
    handling({ route: "login-metadata", broken: page }, ofStrangers(metadata)),
  ),
  HttpRouter.add(
    "POST",
    `${prefix}/exchange`,
    handling({ route: "login-exchange", broken: (detail) => problem(500, detail) }, exchange),
    { uninterruptible: true },
  ),
);
