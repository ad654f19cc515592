/** Who a token request says it is from, and with what it wants to prove that (RFC 6749 §2.3). */
import { Effect } from "effect";
import { decodeJwt } from "jose";
import { Unauthenticated } from "../domain/index.ts";
import { type ParsedClientId, parseClientId, parseSecret } from "../tenancy/index.ts";
import { type Form, refuse } from "./form.ts";

export interface SecretClaim {
  readonly _tag: "Secret";
  readonly client: ParsedClientId;
  readonly hash: string;
}

export interface AssertionClaim {
  readonly _tag: "Assertion";
  readonly client: ParsedClientId;
  readonly assertion: string;
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const longestAssertion = 16 * 1024;

/** One answer for every client that is not let in, so that it tells nothing. */
export const refused = new Unauthenticated({
  detail: "Send the id and a valid secret or assertion of an OAuth client whose connection is enabled.",
});

interface Pair {
  readonly id: string;
  readonly secret: string;
}

/** Both halves are form-encoded before they are joined (RFC 6749 §2.3.1). */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

const basicOf = (header: string): Pair | undefined => {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(header)?.[1];
  const [, id = "", secret = ""] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? "", "base64").toString("utf8")) ?? [];
  const pair = { id: decoded(id), secret: decoded(secret) };
  return pair.id === undefined || pair.secret === undefined
    ? undefined
    : { id: pair.id, secret: pair.secret };
};

const secretClaim = (pair: Pair | undefined): Effect.Effect<SecretClaim, Unauthenticated> => {
  const client = parseClientId(pair?.id ?? "");
  const hash = parseSecret(pair?.secret ?? "");
  return client === undefined || hash === undefined
    ? Effect.fail(refused)
    : Effect.succeed({ _tag: "Secret", client, hash });
};

/** Whom it speaks of, unchecked. Undefined where it cannot be read. */
const claimedSubject = (assertion: string): Effect.Effect<string | undefined> =>
  Effect.try({ try: () => decodeJwt(assertion).sub, catch: () => undefined }).pipe(
    Effect.orElseSucceed(() => undefined),
  );

/** Without a client_id the subject names the client (RFC 7521 §4.2). */
const assertionClaim = Effect.fnUntraced(function* (assertion: string, form: Form) {
  if (form.client_assertion_type !== assertionType) {
    return yield* refuse(`Send client_assertion_type=${assertionType}.`);
  }
  if (assertion.length > longestAssertion) return yield* refused;
  const client = parseClientId(form.client_id ?? (yield* claimedSubject(assertion)) ?? "");
  if (client === undefined) return yield* refused;
  return { _tag: "Assertion", client, assertion } satisfies AssertionClaim as AssertionClaim;
});

export const readClaim = Effect.fn("readClaim")(function* (header: string | undefined, form: Form) {
  if (form.client_assertion !== undefined) {
    if (header === undefined && form.client_secret === undefined) {
      return yield* assertionClaim(form.client_assertion, form);
    }
    return yield* refuse("Send a secret or an assertion, not both.");
  }
  if (header === undefined) {
    return yield* secretClaim({ id: form.client_id ?? "", secret: form.client_secret ?? "" });
  }
  if (form.client_secret !== undefined) {
    return yield* refuse("Send the client secret in one place: the Authorization header or the body.");
  }
  const pair = basicOf(header);
  if (form.client_id !== undefined && pair !== undefined && form.client_id !== pair.id) {
    return yield* refuse("The client_id in the body is not the one in the Authorization header.");
  }
  return yield* secretClaim(pair);
});
