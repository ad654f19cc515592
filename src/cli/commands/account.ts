import { Effect, Option, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import { isUuid } from "../../domain/index.ts";
import { accountLines, peopleText, roleText } from "../account.ts";
import { Account, AccountPage, askOrganization, idArgument, type ListedAccount } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { findExplanations } from "../explain/index.ts";
import { NotThere } from "../failure.ts";
import { first } from "../limits.ts";
import { facts, type Line, moment, table } from "../output/index.ts";
import { history } from "./past/index.ts";

const columns = {
  ID: ({ id }: ListedAccount) => id,
  PEOPLE: peopleText,
  STATE: ({ active }: ListedAccount) => (active ? "active" : "inactive"),
  ROLES: ({ roles }: ListedAccount) => roles.map(roleText).join(", "),
};

const talk = ({ items, next }: typeof AccountPage.Type): string | undefined => {
  if (items.length === 0)
    return 'No account here. Push a first person by SCIM; "rolebridge try" does it for you.';
  return next === null ? undefined : `More: rolebridge account list --after ${next}`;
};

const list = asking({
  name: "list",
  does: "Lists accounts, in the order they came to be.",
  examples: [{ command: "rolebridge account list -n 100", description: "The first hundred" }],
  input: {
    first,
    after: Flag.String("after").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Go on behind this account."),
      Flag.optional,
    ),
  },
  prints: AccountPage,
  run: ({ first, after }) =>
    askOrganization(
      "accounts",
      { first: { type: "Int!", value: first }, after: { type: "ID", value: Option.getOrNull(after) } },
      AccountPage,
    ),
  view: (page) => ({ lines: table<ListedAccount>(columns, page.items), talk: talk(page) }),
});

const byId = Effect.fnUntraced(function* (id: string) {
  const found = yield* askOrganization("account", { id: idArgument(id) }, Schema.NullOr(Account));
  if (found !== null) return found;
  return yield* new NotThere({
    message: `There is no account ${id} here. "rolebridge account list" shows those there are.`,
  });
});

const byName = Effect.fnUntraced(function* (name: string) {
  const [found, ...others] = yield* findExplanations(name, Option.none());
  if (found !== undefined && others.length === 0) return found.account;
  const ids = [found, ...others].map((one) => one?.account.id).join(", ");
  return yield* new NotThere({
    message: `Several accounts carry the name "${name}". Name one by id: ${ids}`,
  });
});

const details = (account: Account): ReadonlyArray<Line> =>
  facts({
    id: account.id,
    "here since": moment(account.createdAt),
    ...Object.fromEntries(
      account.people.map(({ connection, userName, active, via }, index) => [
        `person ${index + 1}`,
        `${userName} of connection ${connection}, ${active ? "active" : "inactive"}, joined by ${via}`,
      ]),
    ),
  });

const show = asking({
  name: "show",
  does: "Shows one account: the people it was joined from, its state, its roles and their reasons.",
  examples: [
    { command: "rolebridge account show ada@acme.test", description: "By email or userName" },
    {
      command: "rolebridge account show 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1 --json",
      description: "By id, as JSON",
    },
  ],
  input: {
    account: Argument.String("account").pipe(Argument.withDescription("Id, email or userName.")),
  },
  prints: Account,
  run: ({ account }) => (isUuid(account) ? byId(account) : byName(account)),
  view: (account) => ({ lines: [...accountLines(account), { text: "" }, ...details(account)] }),
});

export const account = Command.make("account").pipe(
  Command.withSubcommands([list, show, history]),
  helped({
    does: "Accounts: the people of the organization.",
    examples: [{ command: "rolebridge account show ada@acme.test", description: "One of them" }],
  }),
);
