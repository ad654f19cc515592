/**
 * One question to Keycloak: with a fresh token, decoded, retried where a retry may help. The library builds the
 * addresses; which failures mean what, and how long to wait, is decided here.
 */
import KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Clock, Duration, Effect, Redacted, Schedule, Schema, Semaphore } from "effect";
import { ConnectorFailure, Outbound, type OutboundRules } from "../connector.ts";
import { failureOf, tokenFailureOf } from "./failure.ts";
import type { Settings } from "./settings.ts";
import { Token } from "./wire.ts";

/** Ask for `what` (words for the operator); the answer must fit the schema. */
export type Ask = <A, I>(
  what: string,
  schema: Schema.Codec<A, I>,
  call: (client: KeycloakAdminClient) => Promise<unknown>,
) => Effect.Effect<A, ConnectorFailure>;

// A token is given back this early: the request still has to travel, and clocks differ.
const marginMillis = 10_000;

const decode = <A, I>(what: string, schema: Schema.Codec<A, I>) => {
  const read = Schema.decodeUnknownEffect(schema);
  return (answer: unknown) => {
    // The library turns some 404 into null.
    if (answer === null)
      return Effect.fail(new ConnectorFailure({ reason: "missing", detail: `Keycloak has no ${what}.` }));
    const malformed = () =>
      new ConnectorFailure({
        reason: "malformed",
        detail: `Keycloak's answer for ${what} is not what its API describes.`,
      });
    return Effect.mapError(read(answer), malformed);
  };
};

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

const tokens = (settings: Settings, rules: OutboundRules, client: KeycloakAdminClient) => {
  let goodUntil = 0;
  const one = Semaphore.makeUnsafe(1);
  const request = () =>
    client.auth({
      grantType: "client_credentials",
      clientId: settings.clientId,
      clientSecret: Redacted.value(settings.clientSecret),
    });
  const fetch = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis;
    if (now < goodUntil) return;
    yield* Effect.tryPromise({ try: request, catch: tokenFailureOf(rules.longestWaitSeconds) });
    const { exp, iat } = yield* decode("a token", Token)(payload(client.accessToken));
    goodUntil = now + Math.max((exp - iat) * 1000 - marginMillis, 1000);
  });
  return {
    fresh: one.withPermits(1)(fetch),
    forget: Effect.sync(() => {
      goodUntil = 0;
    }),
  };
};

const payload = (token: string | undefined): unknown => {
  try {
    return JSON.parse(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
};

export const makeAsk = Effect.fn("keycloak.makeAsk")(function* (settings: Settings) {
  const rules = yield* Outbound;
  const client = new KeycloakAdminClient({
    baseUrl: settings.baseUrl,
    realmName: settings.realm,
    requestOptions: rules.init,
    timeout: rules.timeoutMillis,
  });
  const token = tokens(settings, rules, client);
  // The library would refuse a token near its end, as it knows no way to renew it: `tokens` does.
  client.registerTokenProvider({ getAccessToken: () => Promise.resolve(client.accessToken) });
  const ask: Ask = (what, schema, call) => {
    const once = token.fresh.pipe(
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
    return renewed.pipe(Effect.retry(patience(rules)), Effect.flatMap(decode(what, schema)));
  };
  return ask;
});
