/** The provider says by itself that somebody has left it (OpenID Connect Back-Channel Logout 1.0 §2). */
import { Effect } from "effect";
import { jwtVerify } from "jose";
import type { Check, LoggedOut } from "../connector.ts";
import type { Provider, Signing } from "./provider.ts";
import { passed, refusedBy, tokenFailure } from "./refusal.ts";
import { type Settings, skew } from "./settings.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";

/** `JWT` is what providers write who do not follow the recommendation (§2.4); any other type is another token. */
const isLogoutType = (typ: unknown): boolean =>
  typ === undefined || (typeof typ === "string" && /^(?:application\/)?(?:logout\+jwt|jwt)$/i.test(typ));

const isEvent = (events: unknown): boolean => {
  if (typeof events !== "object" || events === null || Array.isArray(events)) return false;
  const said: unknown = Object.getOwnPropertyDescriptor(events, event)?.value;
  return typeof said === "object" && said !== null && !Array.isArray(said);
};

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const soundText = (value: unknown): boolean =>
  value === undefined || (typeof value === "string" && /^[\x21-\x7e]{1,255}$/.test(value));

type Verified = Effect.Success<ReturnType<typeof verified>>;

const failureOf = tokenFailure("logout token");

const verified = (settings: Settings, token: string, { issuer, keys }: Signing) =>
  Effect.tryPromise({
    try: () =>
      jwtVerify(token, keys, {
        issuer,
        audience: settings.clientId,
        algorithms: [settings.algorithm],
        requiredClaims: ["iss", "aud", "iat", "exp", "jti", "events"],
        clockTolerance: skew,
        // A token from the future or of yesterday is nobody's news.
        maxTokenAge: 3_600,
      }),
    catch: failureOf,
  });

/** What tells a logout token from an ID token and from everything else that the provider signs (§2.6). */
const complaint = ({ payload, protectedHeader }: Verified): readonly [string, string] | undefined => {
  const { sub, sid, jti, events } = payload;
  if (!isLogoutType(protectedHeader.typ)) return ["typ", "The token is of another type."];
  if (!isEvent(events)) return ["events", "The token does not say that somebody logged out."];
  if ("nonce" in payload) return ["nonce", "A logout token has no nonce: this is another token."];
  if (textOf(jti) === null) return ["jti", "The token has no id, and could be sent again."];
  if (!soundText(sub) || !soundText(sid) || (textOf(sub) ?? textOf(sid)) === null) {
    return ["sub", "The token names neither a person nor a session."];
  }
  return undefined;
};

const checks: ReadonlyArray<Check> = [
  "signature",
  "iss",
  "aud",
  "times",
  "typ",
  "events",
  "nonce",
  "jti",
  "sub",
].map((name) => passed(name));

/** Believes nothing but what the provider signed for this very client. */
export const loggedOut = ({ signing }: Provider, settings: Settings) =>
  Effect.fn("oidc.loggedOut")(function* (token: string) {
    const known = yield* signing;
    if (known === undefined) return yield* refusedBy("signature", "The provider names no keys.");
    const said = yield* verified(settings, token, known);
    const wrong = complaint(said);
    if (wrong !== undefined) return yield* refusedBy(...wrong);
    const { sub, sid, jti, exp, iss } = said.payload;
    return {
      subject: textOf(sub),
      session: textOf(sid),
      once: { issuer: String(iss), id: `logout ${jti}`, until: Number(exp) * 1000 },
      checks,
    } satisfies LoggedOut as LoggedOut;
  });
