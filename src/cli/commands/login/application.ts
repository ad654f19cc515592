import { Effect, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  Application,
  ApplicationSecret,
  askOrganization,
  changeOrganization,
  optionalText,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { moment, table } from "../../output/index.ts";

const list = asking({
  name: "list",
  does: "Lists the applications that people of the organization sign in to.",
  examples: [{ command: "rolebridge application list", description: "All of them" }],
  input: {},
  prints: Schema.Array(Application),
  run: () => askOrganization("applications", {}, Schema.Array(Application)),
  view: (applications) => ({
    lines: table<Application>(
      {
        SLUG: ({ slug }) => slug,
        NAME: ({ name }) => name,
        "RETURNS TO": ({ returnAddresses }) => returnAddresses.join(" "),
        SECRETS: ({ secrets }) => String(secrets),
        CREATED: ({ createdAt }) => moment(createdAt),
      },
      applications,
    ),
    talk:
      applications.length > 0
        ? undefined
        : "No application yet. Make one: rolebridge application create SLUG --return-to https://app.acme.test/signed-in",
  }),
});

const slug = Argument.String("slug").pipe(Argument.withDescription("The application's slug."));
const returnTo = Flag.String("return-to").pipe(
  Flag.withMetavar("URL"),
  Flag.withDescription("Where people may be sent back to, character by character. May be given again."),
  Flag.atLeast(1),
);

const addresses = (given: ReadonlyArray<string>) => ({ type: "[String!]!", value: [...given] });

const shown = ({ secret }: typeof ApplicationSecret.Type) => [{ text: secret }];
const once = "The secret is not shown again. The application sends it as a bearer token to /login/exchange.";

const create = asking({
  name: "create",
  does: "Makes an application that people sign in to, and prints its secret: this once, it is kept nowhere.",
  examples: [
    {
      command: "rolebridge application create shop --return-to https://shop.acme.test/signed-in",
      description: "With one address that people come back to",
    },
  ],
  input: {
    slug,
    name: Flag.String("name").pipe(Flag.withDescription("What people call it."), Flag.optional),
    returnTo,
  },
  prints: ApplicationSecret,
  run: ({ slug, name, returnTo }) =>
    changeOrganization(
      "createApplication",
      { slug: textArgument(slug), name: optionalText(name), returnAddresses: addresses(returnTo) },
      ApplicationSecret,
    ),
  view: (made) => ({ lines: shown(made), talk: once }),
});

const set = asking({
  name: "set",
  does: "Says where people may be sent back to: these addresses, and nowhere else any more.",
  examples: [
    {
      command: "rolebridge application set shop --return-to https://shop.acme.test/in",
      description: "One address instead of those before",
    },
  ],
  input: { slug, returnTo },
  prints: Application,
  run: ({ slug, returnTo }) =>
    changeOrganization(
      "setReturnAddresses",
      { slug: textArgument(slug), returnAddresses: addresses(returnTo) },
      Application,
    ),
  view: ({ returnAddresses }) => ({ lines: returnAddresses.map((text) => ({ text })) }),
});

const rotate = asking({
  name: "rotate",
  does: "Gives an application a new secret and prints it: this once, it is kept nowhere.",
  more: "The secret before works on for --grace hours; what is older ends at once.",
  examples: [
    { command: "rolebridge application rotate shop", description: "The old secret works for a day more" },
    { command: "rolebridge application rotate shop --grace 0", description: "The old secret was seen" },
  ],
  input: {
    slug,
    grace: Flag.Int("grace").pipe(
      Flag.withDescription("Hours that the secret before still works; 0 ends it."),
      Flag.withDefault(24),
    ),
  },
  prints: ApplicationSecret,
  run: ({ slug, grace }) =>
    changeOrganization(
      "rotateApplicationSecret",
      { slug: textArgument(slug), graceHours: { type: "Int!", value: grace } },
      ApplicationSecret,
    ),
  view: (made) => ({ lines: shown(made), talk: once }),
});

const Deleted = Schema.Struct({ slug: Schema.String });

const remove = asking({
  name: "delete",
  does: "Ends an application at once, with its secrets, its codes and the logins under way.",
  more: "Asks for its slug to confirm; --yes does without.",
  examples: [
    { command: "rolebridge application delete shop", description: "Nobody signs in to it any more" },
  ],
  input: { slug, yes },
  prints: Deleted,
  run: Effect.fnUntraced(function* ({ slug, yes }) {
    yield* confirm(slug, `This ends the application ${slug}: nobody signs in to it any more.`, yes);
    const ended = yield* changeOrganization("deleteApplication", { slug: textArgument(slug) }, Schema.String);
    return { slug: ended };
  }),
  view: ({ slug }) => ({ lines: [{ text: slug }] }),
});

export const application = Command.make("application").pipe(
  Command.withSubcommands([list, create, set, rotate, remove]),
  helped({
    does: "Applications that people sign in to.",
    examples: [{ command: "rolebridge application list", description: "Which there are" }],
  }),
);
