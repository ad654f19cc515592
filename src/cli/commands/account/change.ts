/** Accounts that an operator suspends, joins, parts or erases. */
import { Effect } from "effect";
import { Argument, Flag } from "effect/cli";
import { peopleText } from "../../account.ts";
import {
  AccountChanged,
  changeOrganization,
  Erased,
  idArgument,
  MergePlan,
  type Outlook,
  SplitPlan,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking } from "../../define.ts";
import { type Line, showLines } from "../../output/index.ts";

const account = Argument.String("account").pipe(Argument.withDescription("Id, email or userName."));
const reason = Flag.String("reason").pipe(
  Flag.withMetavar("TEXT"),
  Flag.withDescription("Why, in a sentence."),
);

const changedText = ({ account, changed }: AccountChanged): string => {
  if (account === null) return "Done.";
  const state = `${peopleText(account)} is ${account.active ? "active" : "inactive"}: ${account.activeBecause}.`;
  return changed ? state : `Nothing to do: ${state}`;
};

export const suspend = asking({
  name: "suspend",
  does: "Makes an account inactive at once: it has no role, whatever sources say, until it is resumed.",
  examples: [
    {
      command: 'rolebridge account suspend ada@acme.test --reason "Lost laptop, TICKET-9"',
      description: "At once",
    },
  ],
  input: { account, reason },
  prints: AccountChanged,
  run: ({ account, reason }) =>
    changeOrganization(
      "suspendAccount",
      { account: textArgument(account), reason: textArgument(reason) },
      AccountChanged,
    ),
  view: (answer) => ({ lines: [{ text: changedText(answer) }] }),
});

export const resume = asking({
  name: "resume",
  does: "Ends a suspension: sources, rules and grants count again, as they are now.",
  examples: [
    { command: 'rolebridge account resume ada@acme.test --reason "Laptop found"', description: "At once" },
  ],
  input: { account, reason },
  prints: AccountChanged,
  run: ({ account, reason }) =>
    changeOrganization(
      "resumeAccount",
      { account: textArgument(account), reason: textArgument(reason) },
      AccountChanged,
    ),
  view: (answer) => ({ lines: [{ text: changedText(answer) }] }),
});

const onlyPlan = Flag.Boolean("plan").pipe(Flag.withDescription("Only show it."), Flag.withDefault(false));

const listText = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "nothing" : names.join(", ");

const outlookText = ({ active, gains, loses }: Outlook): string =>
  `${active ? "" : "is inactive, "}gains ${listText(gains)}, loses ${listText(loses)}`;

const planLines = ({ keptId, otherId, outlooks }: MergePlan): ReadonlyArray<Line> => [
  { text: `${keptId} stays, ${otherId} becomes another name of it.` },
  ...outlooks.map((one) => ({ text: `  whoever has ${one.accountId} ${outlookText(one)}` })),
];

const merging = (account: string, other: string, apply: boolean) =>
  changeOrganization(
    "mergeAccounts",
    {
      account: textArgument(account),
      other: textArgument(other),
      apply: { type: "Boolean!", value: apply },
    },
    MergePlan,
  );

export const merge = asking({
  name: "merge",
  does: "Joins two accounts of one person: the older one's id stays, the other becomes another name of it.",
  more: `Shows who gains and loses which roles, and asks; --yes does without, --plan only shows.
Links, grants and exclusions move. Who was suspended by either stays so. To undo it: rolebridge account split`,
  examples: [
    {
      command: "rolebridge account merge ada@acme.test ada.lovelace@acme.test --plan",
      description: "What would come of it",
    },
    {
      command: "rolebridge account merge ada@acme.test ada.lovelace@acme.test",
      description: "Shows it, asks, does it",
    },
  ],
  input: {
    account,
    other: Argument.String("other").pipe(Argument.withDescription("Id, email or userName.")),
    plan: onlyPlan,
    yes,
  },
  prints: MergePlan,
  run: Effect.fnUntraced(function* ({ account, other, plan, yes }) {
    if (yes && !plan) return yield* merging(account, other, true);
    const planned = yield* merging(account, other, false);
    if (plan) return planned;
    yield* showLines(planLines(planned));
    yield* confirm("merge", "This joins the two accounts.", false);
    return yield* merging(account, other, true);
  }),
  view: (plan) => ({
    lines: plan.done
      ? [{ text: `Merged: ${plan.otherId} is another name of ${plan.keptId}.` }]
      : planLines(plan),
    talk: plan.done ? undefined : "Nothing was changed.",
  }),
});

const partLines = ({ accountId, outlooks: [stays, own] }: SplitPlan): ReadonlyArray<Line> => [
  { text: `${accountId} stays, the directory user gets an account of its own.` },
  ...(stays === undefined ? [] : [{ text: `  the account that stays ${outlookText(stays)}` }]),
  ...(own === undefined ? [] : [{ text: `  the directory user ${outlookText(own)}` }]),
];

const parting = (account: string, user: string, apply: boolean) =>
  changeOrganization(
    "splitAccount",
    {
      account: textArgument(account),
      user: idArgument(user),
      apply: { type: "Boolean!", value: apply },
    },
    SplitPlan,
  );

export const split = asking({
  name: "split",
  does: "Gives one directory user of an account an account of its own, for people who were joined by mistake.",
  more: `Shows who gains and loses which roles, and asks; --yes does without, --plan only shows.
What operators decided stays with the first account. Nothing joins the two again by itself.`,
  examples: [
    {
      command: "rolebridge account split ada@acme.test --user 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1 --plan",
      description: "What would come of it",
    },
    {
      command: "rolebridge account split ada@acme.test --user 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: 'The id is in "rolebridge account show --json", in people',
    },
  ],
  input: {
    account,
    user: Flag.String("user").pipe(Flag.withMetavar("ID"), Flag.withDescription("The directory user's id.")),
    plan: onlyPlan,
    yes,
  },
  prints: SplitPlan,
  run: Effect.fnUntraced(function* ({ account, user, plan, yes }) {
    if (yes && !plan) return yield* parting(account, user, true);
    const planned = yield* parting(account, user, false);
    if (plan) return planned;
    yield* showLines(partLines(planned));
    yield* confirm("split", "This gives the directory user an account of its own.", false);
    return yield* parting(account, user, true);
  }),
  view: (plan) => ({
    lines: plan.done ? [{ text: `The new account: ${plan.newAccountId}` }] : partLines(plan),
    talk: plan.done ? undefined : "Nothing was changed.",
  }),
});

export const erase = asking({
  name: "erase",
  does: "Removes every personal value of a person whom no source asserts any more. Cannot be undone.",
  more: `What happened, and why, stays in events and decisions, which hold ids only. What operators wrote about the person goes
as well. The reason given here is kept: do not name the person in it. Asks to confirm; --yes does without.`,
  examples: [
    {
      command: 'rolebridge account erase ada@acme.test --reason "Request of 3 May, TICKET-11"',
      description: "By an email the person had, or the account's id",
    },
  ],
  input: { account, reason, yes },
  prints: Erased,
  run: Effect.fnUntraced(function* ({ account, reason, yes }) {
    yield* confirm(account, `This removes what is known about ${account}, for good.`, yes);
    return yield* changeOrganization(
      "eraseAccount",
      { account: textArgument(account), reason: textArgument(reason) },
      Erased,
    );
  }),
  view: ({ accountId, values }) => ({
    lines: [{ text: `Erased ${accountId}: ${values} values of events.` }],
  }),
});
