import { Effect, type Option, Schema } from "effect";
import {
  askOrganization,
  Explanation,
  findOrganization,
  optionalText,
  textArgument,
} from "../client/index.ts";
import { NotThere } from "../failure.ts";

const Explanations = Schema.Array(Explanation);

const unknown = Effect.fnUntraced(function* (name: string) {
  const organization = yield* findOrganization();
  return yield* new NotThere({
    message: `Nobody in ${organization} has the email or userName "${name}". Has their system pushed them? "rolebridge account list" shows who is here; --organization names another one.`,
  });
});

/** The accounts that carry this email or userName, with their reasons: at least one. */
export const findExplanations = Effect.fnUntraced(function* (name: string, whyNot: Option.Option<string>) {
  const found = yield* askOrganization(
    "explain",
    { name: textArgument(name), whyNot: optionalText(whyNot) },
    Explanations,
  );
  return found.length > 0 ? found : yield* unknown(name);
});
