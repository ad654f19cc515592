/** The authorization code flow with PKCE, state and nonce (OpenID Connect Core §3.1). */
import { Clock, Effect } from "effect";
import * as client from "openid-client";
import type { JsonObject } from "../../src/domain/index.ts";
import type { Begin, Check, Login, LoginRefused, Reply } from "../connector.ts";
import { loggedOut } from "./logout.ts";
import type { Provider } from "./provider.ts";
import { failureOf, passed, refusedBy } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { type Beside, type Complaint, tokenComplaint } from "./token.ts";
import { ownChecks, toldBy } from "./told.ts";
import { verify } from "./verify.ts";

const begin = ({ config: found }: Provider, settings: Settings) =>
  Effect.fn("oidc.begin")(function* ({ callback, state, hint }: Begin) {
    const config = yield* found;
    const verifier = client.randomPKCECodeVerifier();
    const nonce = client.randomNonce();
    const challenge = yield* Effect.promise(() => client.calculatePKCECodeChallenge(verifier));
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: settings.scopes,
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...(hint === undefined ? {} : { login_hint: hint }),
    });
    return { challenge: { _tag: "Redirect" as const, url: url.href }, kept: { verifier, nonce } };
  });

const words = ["error", "error_description", "error_uri"];

/** What the provider answers instead of a code. Its own words are for the log of whoever runs it. */
const saidNo = ({ parameters }: Reply): LoginRefused | undefined => {
  const error = parameters.get("error");
  if (error === undefined) return undefined;
  const known = /^[a-z_]{1,50}$/.test(error) ? error : "an error";
  return refusedBy("provider", `The provider answered ${known} instead of signing in.`);
};

const grant = (config: client.Configuration, { keep }: Provider, reply: Reply) => {
  const url = new URL(reply.callback);
  for (const [name, value] of reply.parameters)
    if (!words.includes(name)) url.searchParams.append(name, value);
  const { verifier, nonce } = reply.kept;
  return Effect.tryPromise({
    try: () =>
      client.authorizationCodeGrant(config, url, {
        expectedState: reply.state,
        expectedNonce: String(nonce),
        pkceCodeVerifier: String(verifier),
        idTokenExpected: true,
      }),
    catch: (error) => failureOf(error, []),
  }).pipe(Effect.ensuring(Effect.sync(() => keep(config))));
};

/** All that openid-client looked at, in its order; it goes on only where each passed. */
const checksOf = (settings: Settings): ReadonlyArray<Check> => [
  passed("state"),
  passed("code"),
  passed("signature", settings.algorithm),
  passed("issuer"),
  passed("audience"),
  passed("nonce"),
  passed("times"),
];

/** Characters, as of a SAML response: somebody in thousands of groups stays below. */
const longestToken = 512 * 1024;

const complaintAbout = (
  settings: Settings,
  token: string,
  claims: JsonObject,
  beside: Beside,
  nowMillis: number,
): Complaint | undefined => {
  if (token.length > longestToken)
    return ["token", `The ID token is longer than ${longestToken} characters.`];
  // openid-client looks at it only where there are several audiences.
  if (claims["azp"] !== undefined && claims["azp"] !== settings.clientId) {
    return ["azp", "The ID token was issued to another client."];
  }
  return tokenComplaint(settings, token, claims, beside, nowMillis);
};

const finish = (provider: Provider, settings: Settings) =>
  Effect.fn("oidc.finish")(function* (reply: Reply) {
    const no = saidNo(reply);
    if (no !== undefined) return yield* no;
    const tokens = yield* grant(yield* provider.config, provider, reply);
    const claims = { ...tokens.claims() } as JsonObject;
    const token = tokens.id_token ?? "";
    const beside = { accessToken: tokens.access_token, code: reply.parameters.get("code") };
    const now = yield* Clock.currentTimeMillis;
    const wrong = complaintAbout(settings, token, claims, beside, now);
    const before = checksOf(settings);
    if (wrong !== undefined) return yield* refusedBy(...wrong, before);
    const checks = [...before, passed("typ")];
    const sub = yield* ownChecks(settings, claims, checks);
    return toldBy(settings, { ...claims, sub }, token, [...checks, passed("subject")]);
  });

export const makeLogin = (provider: Provider, settings: Settings): Login => ({
  begin: begin(provider, settings),
  finish: finish(provider, settings),
  loggedOut: loggedOut(provider, settings),
  verify: verify(provider, settings),
});
