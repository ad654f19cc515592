import { Effect, Option, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import { accountLines, whyNotLines } from "../account.ts";
import { Explained } from "../client/index.ts";
import { asking } from "../define.ts";
import { findExplanations, nearMissesInWords, whatIfLines, withWhatIf } from "../explain/index.ts";

const Explanations = Schema.Array(Explained);

export const explain = asking({
  name: "explain",
  does: "Says which roles a person has and why: rule, group, connection, and the request that brought it.",
  examples: [
    { command: "rolebridge explain ada@acme.test", description: "Every role with every reason" },
    {
      command: "rolebridge explain ada@acme.test --why-not billing-admin",
      description: "And what keeps them from that role, and what would give it",
    },
  ],
  input: {
    name: Argument.String("email").pipe(Argument.withDescription("Email or userName, in any case.")),
    whyNot: Flag.String("why-not").pipe(
      Flag.withMetavar("ROLE"),
      Flag.withDescription("Also show what keeps the person from this role, and what would change that."),
      Flag.optional,
    ),
  },
  prints: Explanations,
  run: Effect.fnUntraced(function* ({ name, whyNot }) {
    const found = yield* nearMissesInWords(yield* findExplanations(name, whyNot));
    return yield* withWhatIf(found, name, Option.getOrUndefined(whyNot));
  }),
  view: (explanations, { whyNot }) => ({
    lines: explanations.flatMap((one) => [
      ...accountLines(one.account),
      ...(Option.isSome(whyNot)
        ? [...whyNotLines(whyNot.value, one), ...whatIfLines(whyNot.value, one)]
        : []),
    ]),
    talk:
      explanations.length > 1
        ? `${explanations.length} accounts carry that name: their connections are not declared the same directory.`
        : undefined,
  }),
});
