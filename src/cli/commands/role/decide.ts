/** Roles that an operator gives to one account, or keeps from it. */
import { Argument, Flag } from "effect/cli";
import { peopleText, roleText } from "../../account.ts";
import {
  changeOrganization,
  optionalText,
  optionalTime,
  RoleDecided,
  textArgument,
} from "../../client/index.ts";
import { asking, type Example } from "../../define.ts";
import { moment } from "../../output/index.ts";
import { applyArgument, createScope, key, reason, text } from "./shared.ts";

const named = {
  role: key,
  account: Argument.String("account").pipe(Argument.withDescription("Id, email or userName.")),
  reason,
  scope: text("scope", "SCOPE", "Limited to this; else to nothing.").pipe(Flag.optional),
};

const wanted = {
  ...named,
  until: Flag.Date("until").pipe(
    Flag.withDescription("When it ends by itself, for example 2027-01-31."),
    Flag.optional,
  ),
  createScope,
};

const sentence = ({ decision, changed }: RoleDecided, did: string): string => {
  if (decision === null) return "Done.";
  const who = decision.account === null ? "" : ` ${peopleText(decision.account)}`;
  const until = decision.until === null ? "" : `, until ${moment(decision.until)}`;
  return changed ? `${did}${who}: ${roleText(decision)}${until}.` : `Nothing to do:${who} has that already.`;
};

const making = <const Name extends string>(
  name: Name,
  field: string,
  does: string,
  did: string,
  more: string,
  examples: readonly [Example, ...ReadonlyArray<Example>],
) =>
  asking({
    name,
    does,
    more,
    examples,
    input: wanted,
    prints: RoleDecided,
    run: ({ role, account, reason, scope, until, createScope }) =>
      changeOrganization(
        field,
        {
          role: textArgument(role),
          account: textArgument(account),
          reason: textArgument(reason),
          scope: optionalText(scope),
          until: optionalTime(until),
          createScope: applyArgument(createScope),
        },
        RoleDecided,
      ),
    view: (answer) => ({ lines: [{ text: sentence(answer, did) }] }),
  });

const ending = <const Name extends string>(
  name: Name,
  field: string,
  does: string,
  did: string,
  examples: readonly [Example, ...ReadonlyArray<Example>],
) =>
  asking({
    name,
    does,
    examples,
    input: named,
    prints: RoleDecided,
    run: ({ role, account, reason, scope }) =>
      changeOrganization(
        field,
        {
          role: textArgument(role),
          account: textArgument(account),
          reason: textArgument(reason),
          scope: optionalText(scope),
        },
        RoleDecided,
      ),
    view: (answer) => ({ lines: [{ text: sentence(answer, did) }] }),
  });

export const grant = making(
  "grant",
  "grantRole",
  "Gives one account a role, beside what rules give it.",
  "Granted",
  `The same again is no change; another --until replaces the one there was. It waits while the account is inactive, and a
rule that denies the role or an exclusion wins over it. A reserved role is granted by owners only.`,
  [
    {
      command:
        'rolebridge role grant auditor ada@acme.test --until 2027-01-31 --reason "Audit of this year, TICKET-7"',
      description: "For a while",
    },
    {
      command:
        'rolebridge role grant editor ada@acme.test --scope library:north --reason "Stands in for Grace"',
      description: "In one scope",
    },
  ],
);

export const revoke = ending(
  "revoke",
  "revokeRole",
  "Ends a grant. A role that rules give as well stays: exclude it to take that away too.",
  "Revoked for",
  [
    {
      command: 'rolebridge role revoke auditor ada@acme.test --reason "The audit is over"',
      description: "At once",
    },
  ],
);

export const exclude = making(
  "exclude",
  "excludeRole",
  "Keeps a role from one account, whatever gives it; without --scope in every scope.",
  "Excluded from",
  "An exclusion wins over every rule and every grant, until it ends.",
  [
    {
      command: 'rolebridge role exclude billing-admin ada@acme.test --reason "Conflict of interest"',
      description: "At once",
    },
  ],
);

export const include = ending(
  "include",
  "includeRole",
  "Ends an exclusion: what rules and grants give counts again.",
  "Included again",
  [
    {
      command: 'rolebridge role include billing-admin ada@acme.test --reason "Settled"',
      description: "At once",
    },
  ],
);
