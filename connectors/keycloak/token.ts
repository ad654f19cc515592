/** The service account's access token: fetched when first needed, renewed before its end, forgotten when refused. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Clock, Effect, Redacted, Semaphore } from "effect";
import type { OutboundRules } from "../connector.ts";
import { decode } from "./decode.ts";
import { tokenFailureOf } from "./failure.ts";
import type { Settings } from "./settings.ts";
import { Token } from "./wire.ts";

// A token is given back this early: the request still has to travel, and clocks differ.
const marginMillis = 10_000;

const payload = (token: string | undefined): unknown => {
  try {
    return JSON.parse(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
};

export const makeToken = (settings: Settings, rules: OutboundRules, client: KeycloakAdminClient) => {
  let goodUntil = 0;
  const one = Semaphore.makeUnsafe(1);
  const request = () =>
    client.auth({
      grantType: "client_credentials",
      clientId: settings.clientId,
      clientSecret: Redacted.value(settings.clientSecret),
    });
  const failed = tokenFailureOf(rules.longestWaitSeconds, settings.realm, settings.baseUrl);
  const fetch = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis;
    if (now < goodUntil) return;
    yield* Effect.tryPromise({ try: request, catch: failed });
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
