import { Option } from "effect";
import { Flag } from "effect/cli";
import { peopleText, roleText } from "../../account.ts";
import type { ListedAccount, RoleCount } from "../../client/index.ts";

/** Accounts as rows of a table. */
export const accountColumns = {
  ID: ({ id }: ListedAccount) => id,
  PEOPLE: peopleText,
  STATE: ({ active }: ListedAccount) => (active ? "active" : "inactive"),
  ROLES: ({ roles }: ListedAccount) => roles.map(roleText).join(", "),
};

/** `developer: 12 accounts`. */
export const countText = ({ role, scope, accounts }: RoleCount): string =>
  `${roleText({ role, scope })}: ${accountsText(accounts)}`;

export const accountsText = (count: number): string => (count === 1 ? "1 account" : `${count} accounts`);

export const after = Flag.String("after").pipe(
  Flag.withMetavar("ID"),
  Flag.withDescription("Go on behind this account."),
  Flag.optional,
);

/** Which page of a list. */
export const pageArguments = (first: number, after: Option.Option<string>) => ({
  first: { type: "Int!", value: first },
  after: { type: "ID", value: Option.getOrNull(after) },
});
