/**
 * OpenID Connect providers that people sign in with. Owns the protocol's messages, their checks (openid-client) and
 * each provider's claims; knows neither browsers nor sessions nor roles.
 */
import { Clock, Effect } from "effect";
import { type ConnectorFailure, connector, type Health } from "../connector.ts";
import { makeLogin } from "./login.ts";
import { providerOf } from "./provider.ts";
import { fields, Settings } from "./settings.ts";

/** Its metadata is all that can be seen without somebody signing in. */
const probe = (metadata: Effect.Effect<unknown, ConnectorFailure>) =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis;
    yield* metadata;
    const latencyMillis = (yield* Clock.currentTimeMillis) - began;
    return { latencyMillis, version: null, sees: ["the provider's metadata"], lacks: [] } satisfies Health;
  });

export const oidc = connector({
  kind: "oidc",
  title: "OpenID Connect",
  settings: Settings,
  fields,
  signsIn: true,
  // A subject is one within its issuer (OpenID Connect Core §5.7).
  naming: ["issuer"],
  open: (settings) =>
    Effect.map(providerOf(settings), (provider) => ({
      probe: probe(provider.metadata),
      login: makeLogin(provider, settings),
    })),
});
