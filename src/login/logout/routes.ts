/** Where providers say that somebody left, and what they are answered (OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8). */
import { Effect } from "effect";
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http";
import type { LoginRefused } from "../../../connectors/connector.ts";
import type { Throttled } from "../../domain/index.ts";
import { handling, noteFailure, readBody, stopFlood, strangers, urlOf } from "../../http/index.ts";
import { isForm } from "../form.ts";
import { inLine } from "../line.ts";
import { prefix } from "../place.ts";
import type { BrowserFailure } from "../problem.ts";
import { endByProvider } from "./end.ts";

type Request = HttpServerRequest.HttpServerRequest;

const unkept = { "cache-control": "no-store" };

const error = (status: number, code: string, detail: string, headers: Record<string, string> = {}) =>
  HttpServerResponse.jsonUnsafe(
    { error: code, error_description: detail },
    { status, headers: { ...unkept, ...headers } },
  );

const invalid = (detail: string) => error(400, "invalid_request", detail);

/** Counted by address: a stranger's tokens cost us a signature each, and log lines. */
const refused =
  (request: Request) =>
  ({ checks }: LoginRefused) => {
    const check = checks.at(-1);
    return noteFailure(request).pipe(
      Effect.andThen(Effect.logInfo("A logout token was refused.", { check: check?.name })),
      Effect.as(invalid(check?.detail ?? "The logout token was not accepted.")),
    );
  };

const tooMany = ({ retryAfter }: Throttled) =>
  error(429, "invalid_request", "Too many logout tokens were refused.", {
    "retry-after": String(retryAfter),
  });

/** Our side or the provider's is in trouble: it may say it again. Counted too, for tokens may be made up for that. */
const trouble = (request: Request) => (failure: BrowserFailure) =>
  Effect.logWarning("A logout could not be taken.", failure).pipe(
    Effect.andThen(failure._tag === "ConnectorFailure" ? noteFailure(request) : Effect.void),
    Effect.as(error(503, "temporarily_unavailable", "Send it again in a minute.", { "retry-after": "60" })),
  );

const largest = 64 * 1024;

/** Undefined where it is not there once. */
const tokenIn = (body: Uint8Array): string | undefined => {
  const [token, ...others] = new URLSearchParams(Buffer.from(body).toString("latin1")).getAll("logout_token");
  return others.length === 0 && token !== "" ? token : undefined;
};

const logout = Effect.fnUntraced(function* (request: Request, requestId: string) {
  if (!isForm(request)) return invalid("Send logout_token as application/x-www-form-urlencoded.");
  const body = yield* Effect.option(readBody(request, largest));
  const token = body._tag === "Some" ? tokenIn(body.value) : undefined;
  if (token === undefined) return invalid("Send logout_token, once.");
  const [, , organization = "", connection = ""] = urlOf(request).pathname.split("/");
  const ended = endByProvider({ organization, connection }, token, requestId).pipe(
    Effect.as(HttpServerResponse.empty({ status: 200, headers: unkept })),
    inLine(strangers),
    Effect.catchTag("LoginRefused", refused(request)),
    Effect.catchTags({
      ConnectorFailure: trouble(request),
      SecretUnreadable: trouble(request),
      Unavailable: trouble(request),
    }),
  );
  return yield* Effect.andThen(stopFlood(request), ended).pipe(
    Effect.catchTag("Throttled", (throttled) => Effect.succeed(tooMany(throttled))),
  );
});

const broken = (detail: string) => error(500, "server_error", detail);

export const logoutRoute = HttpRouter.add(
  "POST",
  `${prefix}/:organization/:connection/backchannel-logout`,
  handling({ route: "login-logout", broken }, logout),
  // A provider that hangs up must not leave a token used and nobody logged out.
  { uninterruptible: true },
);
