/** What an identity provider does: SCIM requests with the connection's token, each kept as a line to show. */
import { Effect, Schema } from "effect";
import { HttpClient, HttpClientRequest } from "effect/http";
import { StepFailed, Unreachable } from "../failure.ts";

/** Where SCIM requests go, and with which token. */
export interface Endpoint {
  readonly scimUrl: string;
  readonly scimToken: string;
}

interface Wanted {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly body?: object;
}

const Body = Schema.fromJsonString(
  Schema.Struct({
    id: Schema.optionalKey(Schema.String),
    detail: Schema.optionalKey(Schema.String),
    Resources: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.String }))),
  }),
);

const toRequest = ({ scimUrl, scimToken }: Endpoint, { method, path, body }: Wanted) => {
  const request = HttpClientRequest.make(method)(`${scimUrl}${path}`).pipe(
    HttpClientRequest.bearerToken(scimToken),
  );
  return body === undefined
    ? request
    : HttpClientRequest.bodyText(request, JSON.stringify(body), "application/scim+json");
};

/** Sends one request. Fails with what was answered where that is no success. */
export const scim = Effect.fn("scim")(function* (endpoint: Endpoint, wanted: Wanted) {
  const { scimUrl } = endpoint;
  const client = yield* HttpClient.HttpClient;
  const line = `${wanted.method} ${decodeURIComponent(`${scimUrl}${wanted.path}`)}`;
  const { status, text } = yield* client.execute(toRequest(endpoint, wanted)).pipe(
    Effect.flatMap((response) => Effect.map(response.text, (text) => ({ status: response.status, text }))),
    Effect.timeout("30 seconds"),
    Effect.mapError(() => new Unreachable({ url: scimUrl, from: "quickstart.json", why: "does not answer" })),
  );
  const answer = yield* Effect.orElseSucceed(Schema.decodeEffect(Body)(text || "{}"), () => ({}));
  if (status < 300) return { request: line, status, answer: answer as typeof Body.Type };
  return yield* new StepFailed({ message: `${line} was answered with ${status}: ${text}` });
});
