import { Effect, Layer } from "effect";
import { HttpRouter, type HttpServerRequest, HttpServerResponse } from "effect/http";
import { countingFailures, handling, ServerAddress, urlOf } from "../http/index.ts";
import { readClaim } from "./claim.ts";
import { errorResponse, failureResponse, Refused, unkept } from "./error.ts";
import { type Form, readForm, refuse } from "./form.ts";
import { issueForAssertion, issueForSecret } from "./issue.ts";
import { metadata, metadataPath, tokenPath } from "./metadata.ts";

type Request = HttpServerRequest.HttpServerRequest;

const checkGrant = ({ grant_type }: Form) => {
  if (grant_type === undefined) return Effect.fail(refuse("Send grant_type=client_credentials."));
  const detail = "The only grant_type here is client_credentials.";
  return grant_type === "client_credentials"
    ? Effect.void
    : Effect.fail(new Refused({ error: "unsupported_grant_type", detail }));
};

/** None means all there is. */
const checkScope = ({ scope = "scim" }: Form) =>
  scope.split(" ").every((one) => one === "scim")
    ? Effect.void
    : Effect.fail(new Refused({ error: "invalid_scope", detail: "The only scope here is scim." }));

const signIn = Effect.fnUntraced(function* (request: Request) {
  const form = yield* readForm(request);
  yield* checkGrant(form);
  const claim = yield* readClaim(request.headers["authorization"], form);
  yield* checkScope(form);
  return yield* claim._tag === "Secret" ? issueForSecret(claim) : issueForAssertion(claim);
});

const notAllowed = (request: Request, allow: string) =>
  errorResponse(405, "invalid_request", `${request.method} does not exist here. Use ${allow}.`, { allow });

const token = (request: Request) =>
  request.method !== "POST"
    ? Effect.succeed(notAllowed(request, "POST"))
    : countingFailures(request, signIn(request)).pipe(
        Effect.map((body) => HttpServerResponse.jsonUnsafe(body, { headers: unkept })),
        Effect.tapError((failure) =>
          failure._tag === "Unavailable"
            ? Effect.logWarning("The database is away.", failure.cause)
            : Effect.void,
        ),
        Effect.catch((failure) => Effect.succeed(failureResponse(failure))),
      );

/** The issuer's own path comes after ours (RFC 8414 §3.1); a proxy that strips it sends us the bare address. */
const describe = (request: Request) =>
  Effect.map(ServerAddress, ({ publicUrl }) => {
    const rest = urlOf(request).pathname.slice(metadataPath.length);
    const own = new URL(publicUrl).pathname.replace(/\/$/, "");
    if (rest !== "" && rest !== own) return errorResponse(404, "not_found", "There is no such issuer here.");
    return request.method === "GET" || request.method === "HEAD"
      ? HttpServerResponse.jsonUnsafe(metadata(publicUrl))
      : notAllowed(request, "GET, HEAD");
  });

const broken = (detail: string) => errorResponse(500, "server_error", detail);

/** The token endpoint and the server's metadata. */
export const oauthRoutes = Layer.mergeAll(
  HttpRouter.add("*", tokenPath, handling({ route: "oauth-token", broken }, token), {
    // A client that hangs up must not leave an assertion used and no token made.
    uninterruptible: true,
  }),
  HttpRouter.add("*", `${metadataPath}/*`, handling({ route: "oauth-metadata", broken }, describe)),
);
