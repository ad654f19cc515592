/** Key pairs of our own that a SAML connection signs and decrypts with. */
import { Effect, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import { askOrganization, changeOrganization, LoginKey, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotGiven } from "../../failure.ts";
import { moment, table } from "../../output/index.ts";

const does: Readonly<Record<string, string>> = {
  CURRENT: "signs and decrypts",
  NEXT: "published, decrypts",
  OLD: "decrypts",
};

const step = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false));

const oneStep = new NotGiven({ message: "One step at a time: --next, --activate or --retire." });

const talks: Readonly<Record<string, string>> = {
  next: "It is in our metadata now. When the provider has read it: rolebridge login key CONNECTION --activate",
  activate:
    "When nothing that was encrypted for the old one is on its way: rolebridge login key CONNECTION --retire",
};

const chosen = (given: Readonly<Record<"next" | "activate" | "retire", boolean>>) =>
  (["next", "activate", "retire"] as const).filter((name) => given[name]);

export const key = asking({
  name: "key",
  does: "Lists the keys that a SAML connection signs its requests and decrypts its replies with, or goes one step to the next one.",
  more: `From one key to the next: --next makes it, and our metadata shows it beside the current one. When the provider has read that,
--activate signs with it; the one before still decrypts. --retire ends that.`,
  examples: [
    { command: "rolebridge login key sso", description: "By fingerprint, with validity" },
    { command: "rolebridge login key sso --next", description: "The first of the three steps" },
  ],
  input: {
    connection: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    next: step("next", "Make the next one."),
    activate: step("activate", "Sign with the next one."),
    retire: step("retire", "End the old one."),
  },
  prints: Schema.Array(LoginKey),
  run: Effect.fnUntraced(function* ({ connection, ...given }) {
    const [one, another] = chosen(given);
    if (another !== undefined) return yield* oneStep;
    const of = textArgument(connection);
    if (one === undefined)
      return yield* askOrganization("loginKeys", { connection: of }, Schema.Array(LoginKey));
    return yield* changeOrganization(
      "changeLoginKeys",
      { connection: of, step: { type: "LoginKeyStep!", value: one.toUpperCase() } },
      Schema.Array(LoginKey),
    );
  }),
  view: (keys, given) => ({
    lines: table<LoginKey>(
      {
        KEY: ({ state }) => state.toLowerCase(),
        DOES: ({ state }) => does[state] ?? "",
        "SHA-256": ({ fingerprint }) => fingerprint,
        FROM: ({ validFrom }) => moment(validFrom),
        UNTIL: ({ validUntil }) => moment(validUntil),
      },
      keys,
    ),
    talk:
      keys.length === 0
        ? `No key yet. Make one: rolebridge login key ${given.connection} --next`
        : talks[chosen(given)[0] ?? ""]?.replace("CONNECTION", given.connection),
  }),
});
