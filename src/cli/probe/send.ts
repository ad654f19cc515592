/** One request as a client sends it, and what came of it, whatever that is. */
import { Clock, Effect, Redacted } from "effect";
import { HttpClient, HttpClientRequest } from "effect/http";

export interface Endpoint {
  /** The address clients know, without a slash at its end. */
  readonly address: string;
  readonly token: Redacted.Redacted<string>;
  /** What the client calls itself; empty where it does not. */
  readonly userAgent: string;
}

export interface Wanted {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: object;
  /** A credential that nobody has, in place of the good one. */
  readonly badCredential?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly type: string;
  /** Undefined where the body is no JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
}

/** Nothing that speaks HTTP answered: why, as the rest of a sentence that begins with the host. */
export interface Unanswered {
  readonly why: string;
}

export type Outcome = Answered | Unanswered;

/** As long as the most patient client waits (Okta). */
const patience = "60 seconds";

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const codeOf = (error: unknown): string => {
  const code = property(error, "code");
  if (typeof code === "string") return code;
  const inner = property(error, "cause") ?? property(error, "reason");
  return inner === undefined ? "" : codeOf(inner);
};

const whyOf = (code: string): string => {
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return "has no address in DNS";
  if (code === "ECONNREFUSED") return "refuses connections";
  if (/CERT|SIGNATURE|TLS|SSL|EPROTO/.test(code)) return `has a certificate that is not trusted (${code})`;
  return code === "" ? "does not answer" : `does not answer (${code})`;
};

const parsed = (text: string): Answered["json"] => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
};

const requestOf = (endpoint: Endpoint, { method, path, body, badCredential }: Wanted) => {
  const request = HttpClientRequest.make(method)(`${endpoint.address}${path}`, {
    headers: { accept: "application/scim+json", "user-agent": endpoint.userAgent },
  }).pipe(
    HttpClientRequest.bearerToken(badCredential === true ? "not-a-token" : Redacted.value(endpoint.token)),
  );
  return body === undefined
    ? request
    : HttpClientRequest.bodyText(request, JSON.stringify(body), "application/scim+json");
};

/** Never fails: that nothing answers is an outcome, too. */
export const send = Effect.fn("send")(function* (endpoint: Endpoint, wanted: Wanted) {
  const client = yield* HttpClient.HttpClient;
  const started = yield* Clock.currentTimeMillis;
  const outcome: Outcome = yield* client.execute(requestOf(endpoint, wanted)).pipe(
    Effect.flatMap((response) =>
      Effect.map(
        response.text,
        (text): Outcome => ({
          status: response.status,
          type: response.headers["content-type"] ?? "",
          json: parsed(text),
          text,
        }),
      ),
    ),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: (): Effect.Effect<Outcome> => Effect.succeed({ why: `does not answer within ${patience}` }),
    }),
    Effect.catch((error) => Effect.succeed<Outcome>({ why: whyOf(codeOf(error)) })),
  );
  return { outcome, millis: (yield* Clock.currentTimeMillis) - started };
});
