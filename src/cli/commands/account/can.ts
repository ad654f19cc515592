import { Effect, Schema } from "effect";
import { Argument } from "effect/cli";
import { peopleText, roleText } from "../../account.ts";
import { AccountPermissions, askOrganization, type HeldPermission, idArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotThere } from "../../failure.ts";
import { table } from "../../output/index.ts";
import { findAccount } from "./find.ts";

const talk = ({ active, people, permissions }: AccountPermissions): string | undefined => {
  if (permissions.length > 0) return undefined;
  const name = peopleText({ people });
  return active ? `${name} has no role that gives a permission.` : `${name} is inactive and can do nothing.`;
};

export const can = asking({
  name: "can",
  does: "Lists what an account's roles let it do, each with the roles that give it.",
  examples: [{ command: "rolebridge account can ada@acme.test", description: "By email or userName" }],
  input: { account: Argument.String("account").pipe(Argument.withDescription("Id, email or userName.")) },
  prints: AccountPermissions,
  run: Effect.fnUntraced(function* ({ account }) {
    const { id } = yield* findAccount(account);
    const found = yield* askOrganization(
      "account",
      { id: idArgument(id) },
      Schema.NullOr(AccountPermissions),
    );
    return found ?? (yield* new NotThere({ message: `The account ${id} is gone.` }));
  }),
  view: (answer) => ({
    lines: table<HeldPermission>(
      {
        PERMISSION: ({ permission }) => permission,
        BY: ({ roles }) => roles.map(roleText).join(", "),
      },
      answer.permissions,
    ),
    talk: talk(answer),
  }),
});
