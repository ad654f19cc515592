/** Asks the server's GraphQL endpoint. The only way from a command to the server's data. */
import { Effect, Option, Redacted, Schema } from "effect";
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http";
import { NotRolebridge, Refused, TokenRefused, Unreachable } from "../failure.ts";
import { findTarget } from "./target.ts";

const patience = "30 seconds";

const Answer = Schema.Struct({
  data: Schema.optionalKey(Schema.Unknown),
  errors: Schema.optionalKey(Schema.NonEmptyArray(Schema.Struct({ message: Schema.String }))),
});

type Target = Effect.Success<ReturnType<typeof findTarget>>;

const whyOf = (error: unknown): string => {
  const causes = [error, Option.getOrUndefined(causeOf(error))];
  const code = causes.map(codeOf).find((one) => one !== undefined);
  return code === "ENOTFOUND" || code === "EAI_AGAIN" ? "cannot be found by that name" : "does not answer";
};

const causeOf = (error: unknown): Option.Option<unknown> =>
  typeof error === "object" && error !== null && "cause" in error ? Option.some(error.cause) : Option.none();

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

const requestIdOf = ({ headers }: HttpClientResponse.HttpClientResponse) => headers["x-request-id"];

const send = Effect.fnUntraced(function* ({ server, token }: Target, query: string, variables: object) {
  const client = yield* HttpClient.HttpClient;
  const request = HttpClientRequest.post(`${server.value}/graphql`).pipe(
    HttpClientRequest.bearerToken(Redacted.value(token.value)),
    HttpClientRequest.bodyJsonUnsafe({ query, variables }),
  );
  const unreachable = (why: string) => new Unreachable({ url: server.value, from: server.from, why });
  return yield* client.execute(request).pipe(
    Effect.flatMap((response) => Effect.map(response.text, (text) => ({ response, text }))),
    Effect.mapError(({ reason }) => unreachable(whyOf("cause" in reason ? reason.cause : reason))),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(unreachable(`has not answered within ${patience}`)),
    }),
  );
});

/** Sends one document and gives its data as `schema` reads it. */
export const ask = Effect.fn("ask")(function* <A>(query: string, variables: object, schema: Schema.Codec<A>) {
  const target = yield* findTarget();
  const { server, token } = target;
  const { response, text } = yield* send(target, query, variables);
  if (response.status === 401) return yield* new TokenRefused({ url: server.value, from: token.from });
  const strange = () => new NotRolebridge({ url: server.value, from: server.from, status: response.status });
  const { data, errors } = yield* Effect.mapError(
    Schema.decodeEffect(Schema.fromJsonString(Answer))(text),
    strange,
  );
  if (errors !== undefined) {
    const sentences = errors.map(({ message }) => message);
    return yield* new Refused({ sentences, requestId: requestIdOf(response) });
  }
  return yield* Effect.mapError(Schema.decodeUnknownEffect(schema)(data), strange);
});
