/** The flags that say what a client's assertions must hold. */
import { Effect, Option, Schema } from "effect";
import { Flag } from "effect/cli";
import { NotGiven } from "../../failure.ts";

const text = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.optional);

export const ruleFlags = {
  issuer: text("issuer", "Who issues the assertions, if not the client itself; with --subject."),
  subject: text("subject", "Of whom the assertions speak, if not of the client itself."),
  audience: text("audience", "What a token service's tokens are for, such as api://APP of Entra."),
  jwksUrl: text(
    "jwks-url",
    "Where the public keys are: the client signs in with assertions, without a secret.",
  ),
  jwks: Flag.FileText("jwks").pipe(
    Flag.withDescription("File with the public keys, a JSON Web Key Set, instead of an address."),
    Flag.optional,
  ),
};

interface Rules {
  readonly issuer: Option.Option<string>;
  readonly subject: Option.Option<string>;
  readonly audience: Option.Option<string>;
  readonly jwksUrl: Option.Option<string>;
  readonly jwks: Option.Option<string>;
}

const readJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown));

/** Null where no flag of these was given: then the client has a secret. */
export const rulesOf = Effect.fnUntraced(function* ({ jwks, ...texts }: Rules) {
  const given = Object.entries({ ...texts, jwks }).filter(([, value]) => Option.isSome(value));
  if (given.length === 0) return null;
  const keys = Option.isNone(jwks)
    ? {}
    : {
        jwks: yield* readJson(jwks.value).pipe(
          Effect.mapError(
            () => new NotGiven({ message: "The file of --jwks is not JSON. Give a JSON Web Key Set." }),
          ),
        ),
      };
  const named = Object.entries(texts).flatMap(([name, value]) =>
    Option.isSome(value) ? [[name, value.value] as const] : [],
  );
  return { ...Object.fromEntries(named), ...keys };
});
