/** What an operator says about a client's assertions, checked before it is kept. */
import { Effect } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import type { AssertionRules } from "../../store/index.ts";
import { Connectors } from "../../sync/index.ts";
import { settingOf } from "../input.ts";
import { keySetOf, readKeys } from "./jwks.ts";

/** As given; whoever leaves out issuer and subject means the client itself (RFC 7523 §3). */
export interface GivenRules {
  readonly issuer?: string | null | undefined;
  readonly subject?: string | null | undefined;
  readonly audience?: string | null | undefined;
  readonly jwksUrl?: string | null | undefined;
  readonly jwks?: unknown;
}

const invalid = (detail: string) => Effect.fail(new InvalidValue({ detail }));

const textOf = Effect.fnUntraced(function* (name: string, value: string | null | undefined) {
  if (value === null || value === undefined) return null;
  const text = yield* settingOf(name, value);
  return text.trim() === "" ? yield* invalid(`${name}: use at least one character.`) : text;
});

/** The guard says early what fetching would say. It is asked again each time. */
const checkedUrl = Effect.fnUntraced(function* (given: string | null | undefined) {
  const url = yield* textOf("jwksUrl", given);
  if (url === null) return null;
  const { check } = yield* Connectors;
  yield* check(url).pipe(Effect.mapError(({ detail }) => new InvalidValue({ detail: `jwksUrl: ${detail}` })));
  return url;
});

const keysOf = (given: unknown) =>
  given === null || given === undefined
    ? Effect.succeed(null)
    : Effect.map(Effect.fromResult(readKeys(given)), keySetOf);

export const readRules = Effect.fn("readRules")(function* (given: GivenRules) {
  const issuer = yield* textOf("issuer", given.issuer);
  const subject = yield* textOf("subject", given.subject);
  const audience = yield* textOf("audience", given.audience);
  if ((issuer === null) !== (subject === null)) {
    return yield* invalid(
      "issuer: give issuer and subject together, or neither for a client's own assertions.",
    );
  }
  if (audience !== null && issuer === null) {
    return yield* invalid(
      "audience: give it with issuer and subject, those of the service that issues the tokens.",
    );
  }
  const jwks = yield* keysOf(given.jwks);
  const jwksUrl = yield* checkedUrl(given.jwksUrl);
  if ((jwks === null) === (jwksUrl === null)) {
    return yield* invalid("jwks: give the keys or the address where they are, one of the two.");
  }
  return { issuer, subject, audience, jwksUrl, jwks } satisfies AssertionRules as AssertionRules;
});
