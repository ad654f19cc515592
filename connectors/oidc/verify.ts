/** ID tokens that a product of its own handling got for itself (OpenID Connect Core §3.1.3.7). */
import { Clock, Effect } from "effect";
import { jwtVerify } from "jose";
import * as client from "openid-client";
import type { Json, JsonObject } from "../../src/domain/index.ts";
import { type Brought, type Check, type LoginRefused, listIn } from "../connector.ts";
import type { Provider, Signing } from "./provider.ts";
import { failureOf, passed, refusedBy, tokenFailure } from "./refusal.ts";
import { type Settings, skew } from "./settings.ts";
import { type Complaint, oldest, tokenComplaint } from "./token.ts";
import { ownChecks, toldBy } from "./told.ts";

/** Characters; above it nothing is looked at. */
const longestToken = 128 * 1024;

type Token = Extract<Brought, { readonly _tag: "IdToken" }>;

/** Our own client is not among them by itself: an operator says whom a reply may be for. */
const accepted = ({ acceptedAudiences }: Settings): ReadonlyArray<string> => listIn(acceptedAudiences);

const signed = (settings: Settings, { idToken }: Token, { issuer, keys }: Signing) =>
  Effect.tryPromise({
    try: () =>
      jwtVerify(idToken, keys, {
        issuer,
        audience: [...accepted(settings)],
        algorithms: [settings.algorithm],
        requiredClaims: ["iss", "sub", "aud", "exp", "iat"],
        clockTolerance: skew,
        maxTokenAge: oldest,
      }),
    catch: tokenFailure("ID token"),
  });

const isAmong = (all: ReadonlyArray<string>, value: Json | undefined): boolean =>
  typeof value === "string" && all.includes(value);

/** Each audience is trusted, and whom it was issued to is one of them; with several, it must say whom. */
const isForUs = (settings: Settings, { aud, azp }: JsonObject): readonly [aud: boolean, azp: boolean] => {
  const ours = accepted(settings);
  const all = Array.isArray(aud) ? aud : [aud];
  return [all.every((one) => isAmong(ours, one)), azp === undefined ? all.length === 1 : isAmong(ours, azp)];
};

const complaintAbout = (settings: Settings, { nonce }: Token, claims: JsonObject): Complaint | undefined => {
  const [aud, azp] = isForUs(settings, claims);
  if (!aud) return ["aud", "The ID token is also for a client that the connection does not accept."];
  if (!azp) return ["azp", "The ID token was issued to a client that the connection does not accept."];
  if (nonce === "" || claims["nonce"] !== nonce)
    return ["nonce", "The ID token's nonce is not that of the login."];
  return undefined;
};

const checksOf = (settings: Settings): ReadonlyArray<Check> => [
  passed("signature", settings.algorithm),
  ...["iss", "times", "typ", "aud", "azp", "nonce"].map((name) => passed(name)),
];

/** What the provider tells of a person beside the token. Nothing that says who, for whom and when is taken from there. */
const isAboutThem = (name: string): boolean =>
  !["iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "sid", "tid", "typ", "at_hash"].includes(name);

/** An address and whether it is theirs are one word: never one from here and the other from there. */
const merged = (told: JsonObject, claims: JsonObject): JsonObject => {
  const isMail = (name: string) => name === "email" || name === "email_verified";
  const says = Object.keys(claims).some(isMail);
  const more = Object.entries(told).filter(([name]) => isAboutThem(name) && !(says && isMail(name)));
  return { ...Object.fromEntries(more), ...claims };
};

const withUserInfo = Effect.fnUntraced(function* (
  { config, keep }: Provider,
  { accessToken }: Token,
  claims: JsonObject & { readonly sub: string },
  before: ReadonlyArray<Check>,
) {
  const provider = yield* config;
  if (accessToken === undefined || provider.serverMetadata().userinfo_endpoint === undefined) return claims;
  const told = yield* Effect.tryPromise({
    try: () => client.fetchUserInfo(provider, accessToken, claims.sub),
    catch: (error) => {
      const failure = failureOf(error, before);
      // What an access token is answered that is none, is over or is not the provider's (RFC 6750 §3).
      const isDenied = error instanceof client.WWWAuthenticateChallengeError;
      return isDenied || failure._tag === "LoginRefused"
        ? refusedBy(
            "userinfo",
            "The provider does not take the access token, or it is of somebody else.",
            before,
          )
        : failure;
    },
  }).pipe(Effect.ensuring(Effect.sync(() => keep(provider))));
  return { ...merged(told as JsonObject, claims), sub: claims.sub };
});

/** What our own client leaves out is known to the operator; what a product's leaves out says nothing. */
const asTold = (settings: Settings): Settings => ({ ...settings, absentIsEmpty: false });

const otherProtocol: LoginRefused = refusedBy("reply", "The connection takes ID tokens only.");

export const verify = (provider: Provider, settings: Settings) =>
  Effect.fn("oidc.verify")(function* (brought: Brought) {
    if (brought._tag !== "IdToken") return yield* otherProtocol;
    if (brought.idToken.length > longestToken) {
      return yield* refusedBy("token", `The ID token is longer than ${longestToken} characters.`);
    }
    const signing = yield* provider.signing;
    if (signing === undefined) return yield* refusedBy("signature", "The provider names no keys.");
    const { payload } = yield* signed(settings, brought, signing);
    const claims = payload as JsonObject;
    const now = yield* Clock.currentTimeMillis;
    const { idToken, accessToken } = brought;
    const wrong =
      tokenComplaint(settings, idToken, claims, { accessToken }, now) ??
      complaintAbout(settings, brought, claims);
    if (wrong !== undefined) return yield* refusedBy(...wrong, [passed("signature", settings.algorithm)]);
    const checks = checksOf(settings);
    const sub = yield* ownChecks(settings, claims, checks);
    const told = yield* withUserInfo(provider, brought, { ...claims, sub }, checks);
    return toldBy(asTold(settings), told, brought.idToken, [...checks, passed("subject")]);
  });
