/** Lists of what operators decided about single accounts. */
import { Option } from "effect";
import { Flag } from "effect/cli";
import { peopleText, roleText } from "../../account.ts";
import { askOrganization, optionalText, type RoleDecision, RoleDecisionPage } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { type Line, moment, table } from "../../output/index.ts";
import { all, applyArgument, text } from "./shared.ts";

const timeOr = (at: string | null): string => (at === null ? "" : moment(at));

const rows = (decisions: ReadonlyArray<RoleDecision>): ReadonlyArray<Line> =>
  table<RoleDecision>(
    {
      ROLE: roleText,
      PEOPLE: ({ account }) => (account === null ? "" : peopleText(account)),
      SINCE: ({ at }) => moment(at),
      UNTIL: ({ until }) => timeOr(until),
      ENDED: ({ endedAt }) => timeOr(endedAt),
      BY: ({ operator }) => operator ?? "",
      REASON: ({ reason }) => reason,
    },
    decisions,
  );

const listing = <const Name extends string>(name: Name, does: string, none: string) =>
  asking({
    name,
    does,
    examples: [
      {
        command: `rolebridge role ${name} --account ada@acme.test --all`,
        description: "Of one, ended ones too",
      },
    ],
    input: {
      first,
      before: text("before", "ID", "Go on behind this one.").pipe(Flag.optional),
      account: text("account", "ACCOUNT", "Of this one only: id, email or userName.").pipe(Flag.optional),
      role: text("role", "ROLE", "Of this role only.").pipe(Flag.optional),
      all,
    },
    prints: RoleDecisionPage,
    run: ({ first, before, account, role, all }) =>
      askOrganization(
        name,
        {
          first: { type: "Int!", value: first },
          before: { type: "ID", value: Option.getOrNull(before) },
          account: optionalText(account),
          role: optionalText(role),
          ended: applyArgument(all),
        },
        RoleDecisionPage,
      ),
    view: ({ items, next }) => ({
      lines: rows(items),
      talk:
        items.length === 0
          ? none
          : next === null
            ? undefined
            : `More: rolebridge role ${name} --before ${next}`,
    }),
  });

export const grants = listing(
  "grants",
  "Lists the roles that operators granted: to whom, by whom, until when and why.",
  "Nothing is granted by hand.",
);

export const exclusions = listing(
  "exclusions",
  "Lists the roles that operators keep from somebody: from whom, by whom, until when and why.",
  "Nobody is excluded from a role.",
);
