/**
 * One question to Keycloak: with a fresh token, decoded, retried where a retry may help. The library builds the
 * addresses; which failures mean what, and how long to wait, is decided here.
 */
import KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Duration, Effect, Schedule, type Schema, Semaphore } from "effect";
import { type ConnectorFailure, Outbound, type OutboundRules } from "../connector.ts";
import { decode } from "./decode.ts";
import { failureOf } from "./failure.ts";
import { makePace } from "./pace.ts";
import type { Settings } from "./settings.ts";
import { makeToken } from "./token.ts";

/** Ask for `what` (words for the operator); the answer must fit the schema. */
export type Ask = <A, I>(
  what: string,
  schema: Schema.Codec<A, I>,
  call: (client: KeycloakAdminClient) => Promise<unknown>,
) => Effect.Effect<A, ConnectorFailure>;

const patience = (rules: OutboundRules) =>
  Schedule.exponential(rules.pause).pipe(
    Schedule.jittered,
    Schedule.upTo({ times: rules.retries }),
    Schedule.setInputType<ConnectorFailure>(),
    Schedule.while(({ input }) => input.retryable),
    Schedule.modifyDelay(({ input, duration }) =>
      Effect.succeed(
        Duration.min(
          Duration.max(duration, Duration.seconds(input.retryAfter ?? 0)),
          Duration.seconds(rules.longestWaitSeconds),
        ),
      ),
    ),
  );

export const makeAsk = Effect.fn("keycloak.makeAsk")(function* (settings: Settings) {
  const rules = yield* Outbound;
  const client = new KeycloakAdminClient({
    baseUrl: settings.baseUrl,
    realmName: settings.realm,
    requestOptions: rules.init,
    timeout: rules.timeoutMillis,
    // The library would turn 404 into null, whoever answered it.
    requestArgOptions: { catchNotFound: false },
  });
  const token = makeToken(settings, rules, client);
  // One for the connection: users, groups and members are read at the same time and share it. Pauses hold nothing.
  const turns = Semaphore.makeUnsafe(settings.concurrency);
  // The library would refuse a token near its end, as it knows no way to renew it: `token` does.
  client.registerTokenProvider({ getAccessToken: () => Promise.resolve(client.accessToken) });
  const turn = makePace(settings.requestsPerSecond);
  const authorized = Effect.gen(function* () {
    const before = client.accessToken;
    yield* turn;
    yield* token.fresh;
    // A new token took a request of its own.
    if (client.accessToken !== before) yield* turn;
  });
  const ask: Ask = (what, schema, call) => {
    const once = authorized.pipe(
      Effect.andThen(
        Effect.tryPromise({ try: () => call(client), catch: failureOf(what, rules.longestWaitSeconds) }),
      ),
    );
    // A token can be revoked before its time: one more try with a new one.
    const renewed = Effect.catchIf(
      once,
      (failure) => failure.reason === "unauthorized",
      () => Effect.andThen(token.forget, once),
    );
    return renewed.pipe(
      turns.withPermits(1),
      Effect.retry(patience(rules)),
      Effect.flatMap(decode(what, schema)),
    );
  };
  return ask;
});
