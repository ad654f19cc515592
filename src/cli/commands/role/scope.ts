import { Effect } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  optionalText,
  Scope,
  ScopePage,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { first } from "../../limits.ts";
import { type Line, moment, table } from "../../output/index.ts";
import { apply, applyArgument, reach, text } from "./shared.ts";

const rows = (scopes: ReadonlyArray<Scope>): ReadonlyArray<Line> =>
  table<Scope>(
    {
      SCOPE: ({ key }) => key,
      CREATED: ({ createdAt }) => moment(createdAt),
      DESCRIPTION: ({ description }) => description,
    },
    scopes,
  );

const talk = ({ items, next }: ScopePage): string | undefined => {
  if (items.length === 0)
    return "No scope here: a role is limited to none. Make one: rolebridge role scope add KEY";
  return next === null ? undefined : `More: rolebridge role scope list --after "${next}"`;
};

const list = asking({
  name: "list",
  does: "Lists the scopes that roles can be limited to.",
  examples: [{ command: "rolebridge role scope list -n 100", description: "The first hundred" }],
  input: { first, after: text("after", "SCOPE", "Go on behind this scope.").pipe(Flag.optional) },
  prints: ScopePage,
  run: ({ first, after }) =>
    askOrganization(
      "scopes",
      { first: { type: "Int!", value: first }, after: optionalText(after) },
      ScopePage,
    ),
  view: (page) => ({ lines: rows(page.items), talk: talk(page) }),
});

const key = Argument.String("scope").pipe(Argument.withDescription("For example library:marketing."));

const add = asking({
  name: "add",
  does: "Adds a scope. Rules that take a scope from a group's name then give roles in it.",
  examples: [{ command: "rolebridge role scope add library:marketing", description: "One more" }],
  input: {
    key,
    description: text("description", "TEXT", "What it is, in a sentence.").pipe(Flag.withDefault("")),
    apply,
  },
  prints: Scope,
  run: ({ key, description, apply }) =>
    changeOrganization(
      "addScope",
      { key: textArgument(key), description: textArgument(description), apply: applyArgument(apply) },
      Scope,
    ),
  view: (scope, { apply }) => ({ lines: rows([scope]), talk: reach(apply) }),
});

const remove = asking({
  name: "remove",
  does: "Removes a scope that no grant, invitation or exclusion names. Roles that rules give in it end.",
  more: "Asks for the scope to confirm; --yes does without.",
  examples: [{ command: "rolebridge role scope remove library:marketing", description: "Asks first" }],
  input: { key, apply, yes },
  prints: Scope,
  run: Effect.fnUntraced(function* ({ key, apply, yes }) {
    yield* confirm(key, `This removes the scope ${key}, and ends the roles that rules give in it.`, yes);
    return yield* changeOrganization(
      "removeScope",
      { key: textArgument(key), apply: applyArgument(apply) },
      Scope,
    );
  }),
  view: ({ key }, { apply }) => ({ lines: [{ text: `Removed ${key}.` }], talk: reach(apply) }),
});

export const scope = Command.make("scope").pipe(
  Command.withSubcommands([list, add, remove]),
  helped({
    does: "Scopes: what a role can be limited to.",
    examples: [{ command: "rolebridge role scope list", description: "All of them" }],
  }),
);
