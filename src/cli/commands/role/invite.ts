/** Roles for people before they are here. */
import { Option } from "effect";
import { Argument, Flag } from "effect/cli";
import { roleText } from "../../account.ts";
import {
  askOrganization,
  changeOrganization,
  type Invitation,
  InvitationPage,
  Invited,
  idArgument,
  optionalText,
  optionalTime,
  textArgument,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { moment, table } from "../../output/index.ts";
import { all, applyArgument, createScope, key, reason, text } from "./shared.ts";

const sentence = ({ invitation, changed }: Invited): string => {
  if (invitation === null) return "Done.";
  const until = invitation.until === null ? "" : `, until ${moment(invitation.until)}`;
  const what = `${invitation.email}: ${roleText(invitation)}${until}`;
  return changed ? `Invited ${what}.` : `Nothing to do: invited already is ${what}.`;
};

export const invite = asking({
  name: "invite",
  does: "Gives a role to whoever comes with an email address: of several the first.",
  more: `For people who are not here yet; who is here is granted the role: rolebridge role grant.
A person comes through any enabled connection, and must be active. An address whose domain another organization has
verified lets nobody in. --until ends the invitation, and the role it gave.`,
  examples: [
    {
      command:
        'rolebridge role invite editor grace@acme.test --until 2027-01-31 --reason "Starts in January"',
      description: "She has it from her first day",
    },
  ],
  input: {
    role: key,
    email: Argument.String("email").pipe(Argument.withDescription("The address, in any case.")),
    reason,
    scope: text("scope", "SCOPE", "Limited to this; else to nothing.").pipe(Flag.optional),
    until: Flag.Date("until").pipe(Flag.withDescription("When it ends by itself."), Flag.optional),
    createScope,
  },
  prints: Invited,
  run: ({ role, email, reason, scope, until, createScope }) =>
    changeOrganization(
      "invite",
      {
        role: textArgument(role),
        email: textArgument(email),
        reason: textArgument(reason),
        scope: optionalText(scope),
        until: optionalTime(until),
        createScope: applyArgument(createScope),
      },
      Invited,
    ),
  view: (answer) => ({ lines: [{ text: sentence(answer) }] }),
});

const timeOr = (at: string | null): string => (at === null ? "" : moment(at));

export const invitations = asking({
  name: "invitations",
  does: "Lists the invitations: of whom, to what, by whom, until when and why.",
  examples: [{ command: "rolebridge role invitations --all", description: "Those that have ended too" }],
  input: { first, before: text("before", "ID", "Go on behind this one.").pipe(Flag.optional), all },
  prints: InvitationPage,
  run: ({ first, before, all }) =>
    askOrganization(
      "invitations",
      {
        first: { type: "Int!", value: first },
        before: { type: "ID", value: Option.getOrNull(before) },
        ended: applyArgument(all),
      },
      InvitationPage,
    ),
  view: ({ items, next }) => ({
    lines: table<Invitation>(
      {
        EMAIL: ({ email }) => email,
        ROLE: roleText,
        SINCE: ({ at }) => moment(at),
        UNTIL: ({ until }) => timeOr(until),
        ENDED: ({ endedAt }) => timeOr(endedAt),
        "USED BY": ({ accountId }) => accountId ?? "",
        BY: ({ operator }) => operator ?? "",
        REASON: ({ reason }) => reason,
        ID: ({ id }) => id,
      },
      items,
    ),
    talk:
      items.length === 0
        ? "Nobody is invited."
        : next === null
          ? undefined
          : `More: rolebridge role invitations --before ${next}`,
  }),
});

export const uninvite = asking({
  name: "uninvite",
  does: "Ends an invitation that nobody has used.",
  examples: [
    {
      command: "rolebridge role uninvite 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: 'The id is in "rolebridge role invitations"',
    },
  ],
  input: { id: Argument.String("id").pipe(Argument.withDescription("The invitation's id.")) },
  prints: Invited,
  run: ({ id }) => changeOrganization("uninvite", { id: idArgument(id) }, Invited),
  view: ({ changed }) => ({ lines: [{ text: changed ? "Ended." : "It had ended already." }] }),
});
