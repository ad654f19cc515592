/** What went wrong with a reply or with its provider: a check that failed, or trouble that may pass. */
import { errors } from "jose";
import { ClientError, ResponseBodyError } from "openid-client";
import { type Check, ConnectorFailure, LoginRefused, OutboundStopped } from "../connector.ts";

export const passed = (name: string, detail: string | null = null): Check => ({ name, passed: true, detail });

export const refusedBy = (name: string, detail: string, before: ReadonlyArray<Check> = []) =>
  new LoginRefused({ checks: [...before, { name, passed: false, detail }] });

/** By openid-client's own stable codes. What was expected or came is never repeated: it may name a person. */
const checks: Readonly<Record<string, readonly [name: string, detail: string]>> = {
  OAUTH_INVALID_RESPONSE: ["reply", "The reply is not one to this login."],
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: ["times", "The ID token is not valid now: compare both clocks."],
  OAUTH_KEY_SELECTION_FAILED: ["signature", "None of the provider's keys signed the ID token."],
  OAUTH_RESPONSE_IS_NOT_CONFORM: ["token", "The provider did not accept the code or the client."],
  OAUTH_UNSUPPORTED_OPERATION: ["signature", "The ID token is of a kind that is not supported here."],
  OAUTH_PARSE_ERROR: ["token", "The provider's answer could not be read."],
  OAUTH_RESPONSE_IS_NOT_JSON: ["token", "The provider's answer is no JSON."],
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: ["issuer", "The provider calls itself by another issuer."],
};

/** By what openid-client says the cause was made of; the first that is there counts. */
const parts: ReadonlyArray<readonly [part: string, name: string, detail: string]> = [
  ["signature", "signature", "None of the provider's keys signed the ID token."],
  [
    "header",
    "signature",
    "The ID token is signed by another algorithm than the connection's, or in a special way.",
  ],
  ["claims", "claims", "A claim of the ID token is missing, or not of its kind."],
  ["body", "token", "The provider's answer is not what OpenID Connect describes."],
  ["parameters", "reply", "The reply is not one to this login."],
];

/** Of codes that stand for many things, what this one is. */
const closer = ({ code, cause: error }: ClientError): readonly [name: string, detail: string] | undefined => {
  if (code !== "OAUTH_INVALID_RESPONSE" && code !== "OAUTH_UNSUPPORTED_OPERATION") return undefined;
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (typeof cause === "string") return ["token", "The ID token cannot be read."];
  // Of all that it does not support it tells only of the implicit flow without saying what came.
  if (typeof cause !== "object" || cause === null) return ["reply", "The reply is not one to this login."];
  const [, name, detail] = parts.find(([part]) => part in cause) ?? [];
  return name === undefined || detail === undefined ? undefined : [name, detail];
};

const claimOf = (error: ClientError): string => {
  const cause: unknown = error.cause instanceof Error ? error.cause.cause : undefined;
  if (typeof cause !== "object" || cause === null || !("claim" in cause)) return "claims";
  return typeof cause.claim === "string" ? cause.claim.slice(0, 50) : "claims";
};

/** An answer that began and did not end: openid-client says of it only that it could not be read. */
const cutOff = (error: unknown): Error | undefined => {
  if (!(error instanceof Error)) return undefined;
  const isCut =
    error.name === "TimeoutError" || (error instanceof TypeError && error.message === "terminated");
  return isCut ? error : cutOff(error.cause);
};

const unreachable = (error: unknown) => {
  const silent = error instanceof Error && error.name === "TimeoutError";
  return new ConnectorFailure({
    reason: "unavailable",
    detail: silent ? "The provider did not answer in time." : "The provider could not be reached.",
  });
};

const isTrouble = ({ status }: { readonly status: number }): boolean => status >= 500 || status === 429;

const knownAs = ({ code = "" }: ClientError) => (Object.hasOwn(checks, code) ? checks[code] : undefined);

/** What an error of openid-client means. */
export const failureOf = (error: unknown, before: ReadonlyArray<Check>): LoginRefused | ConnectorFailure => {
  const stopped = OutboundStopped.within(error);
  if (stopped !== undefined) return stopped;
  const cut = cutOff(error);
  if (cut !== undefined) return unreachable(cut);
  if (error instanceof ResponseBodyError) {
    return isTrouble(error)
      ? unreachable(error)
      : refusedBy(
          "token",
          "The provider refused the code: it was used, is too old, or the client's secret is wrong.",
          before,
        );
  }
  if (!(error instanceof ClientError)) return unreachable(error);
  if (error.code === "OAUTH_JWT_CLAIM_COMPARISON_FAILED") {
    const claim = claimOf(error);
    return refusedBy(claim, `The ID token's ${claim} is not what was expected.`, before);
  }
  if (error.cause instanceof Response && isTrouble(error.cause)) return unreachable(error);
  const known = closer(error) ?? knownAs(error);
  return known === undefined ? unreachable(error) : refusedBy(known[0], known[1], before);
};

/** By jose's own stable codes. What came is never repeated. */
const refusals = (token: string): Readonly<Record<string, readonly [name: string, detail: string]>> => ({
  ERR_JWS_INVALID: ["token", `The ${token} cannot be read.`],
  ERR_JWT_INVALID: ["token", `The ${token} cannot be read.`],
  ERR_JOSE_ALG_NOT_ALLOWED: ["alg", `The ${token} is signed by another algorithm than the connection's.`],
  ERR_JOSE_NOT_SUPPORTED: ["alg", `The ${token} is signed in a way that is not supported.`],
  ERR_JWKS_NO_MATCHING_KEY: ["signature", `None of the provider's keys signed the ${token}.`],
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: ["signature", `The ${token} does not say which key signed it.`],
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: ["signature", `None of the provider's keys signed the ${token}.`],
  ERR_JWT_EXPIRED: ["times", `The ${token} is over or too old: compare both clocks.`],
});

const times: ReadonlySet<string> = new Set(["iat", "nbf", "exp"]);

const claimFailure = (token: string, { claim, reason }: errors.JWTClaimValidationFailed) =>
  times.has(claim) && reason === "check_failed"
    ? refusedBy("times", `The ${token} is not valid yet: compare both clocks.`)
    : refusedBy(claim.slice(0, 50), `The ${token}'s ${claim.slice(0, 50)} is not what was expected.`);

/** What an error of jose means for a token of this name. */
export const tokenFailure = (token: string) => {
  const known = refusals(token);
  return (error: unknown): LoginRefused | ConnectorFailure => {
    const stopped = OutboundStopped.within(error);
    if (stopped !== undefined) return stopped;
    if (error instanceof errors.JWTClaimValidationFailed) return claimFailure(token, error);
    const [name, detail] = (error instanceof errors.JOSEError ? known[error.code] : undefined) ?? [];
    return name === undefined || detail === undefined
      ? new ConnectorFailure({
          reason: "unavailable",
          detail: "The provider's keys could not be fetched.",
        })
      : refusedBy(name, detail);
  };
};
