/** Accounts in words: who, active or not and why, which roles, each with its reasons. */
import { Option, Schema } from "effect";
import type { Account, Excluded, Explanation, Reason } from "./client/index.ts";
import { type Line, moment, momentAfter } from "./output/index.ts";

type Person = Pick<Account["people"][number], "displayName" | "email" | "userName">;
type Role = Account["roles"][number];
type NearMiss = Explanation["whyNot"][number];

const uniqueTexts = (texts: ReadonlyArray<string>): string => [...new Set(texts)].join(", ");

const personText = ({ displayName, email, userName }: Person): string => {
  const address = email ?? userName;
  return displayName === null ? address : `${displayName} <${address}>`;
};

/** Whom an account stands for: every name that its connections give the person. */
export const peopleText = ({ people }: { readonly people: ReadonlyArray<Person> }): string =>
  uniqueTexts(people.map(personText)) || "nobody: every directory user of it was deleted";

/** `developer`, or `editor in library:marketing`. */
export const roleText = ({ role, scope }: { readonly role: string; readonly scope: string }): string =>
  scope === "" ? role : `${role} in ${scope}`;

const factText = ({ because, group, groupId, connection }: Reason): string => {
  if (group !== null) return `member of group "${group}" (connection ${connection})`;
  if (groupId !== null) return `member of group ${groupId} (connection ${connection})`;
  return `${because} (connection ${connection})`;
};

const Told = Schema.Struct({
  source: Schema.Struct({ event: Schema.NullOr(Schema.String), actor: Schema.NullOr(Schema.String) }),
});
const toldIn = Schema.decodeUnknownOption(Told);

/** What the outside system says made it, where it told of a change. */
const toldText = ({ cause, connection }: Reason): string =>
  Option.match(toldIn(cause?.data), {
    onNone: () => "",
    onSome: ({ source: { event, actor } }) =>
      [
        event === null ? `a change at ${connection}` : `event ${event} of ${connection}`,
        ...(actor === null ? [] : [`done by ${actor} there`]),
        "read by ",
      ].join(", "),
  });

/** What brought it: the request, the run that read it, else what happened. */
const bringer = (reason: Reason): string => {
  const { requestId, cause, actorLabel } = reason;
  const who = actorLabel === null ? "" : ` "${actorLabel}"`;
  if (requestId !== null) return `request ${requestId}${who === "" ? "" : ` of ${cause?.actorKind}${who}`}`;
  if (cause?.actorKind === "run")
    return `${toldText(reason)}run ${cause.actorId}${actorLabel === null ? "" : ` (${actorLabel})`}`;
  return `${cause?.type} (${cause?.actorKind}${who})`;
};

const causeText = (reason: Reason, since: string): string =>
  reason.cause === null
    ? ""
    : `, brought by ${bringer(reason)} at ${momentAfter(reason.cause.at, since)} (event ${reason.cause.id})`;

/** The evaluation that gave the role, and by which rules. */
const decisionText = ({ decisionId, mappingVersion }: Role): string =>
  mappingVersion === null
    ? `decision ${decisionId}`
    : `decision ${decisionId} by mapping version ${mappingVersion}`;

const untilText = (until: string | null): string => (until === null ? "" : `, until ${moment(until)}`);

const operatorText = (name: string | null): string => (name === null ? "an operator" : `${name} (operator)`);

/** What an operator decided: their words are the last thing in the line. */
const grantText = ({ because, operator, note, decidedAt, until }: Reason): string => {
  const did = because === "invitation" ? "invited the person, and the role came with them" : "granted it";
  const when = decidedAt === null ? "" : ` on ${moment(decidedAt)}`;
  return `${operatorText(operator)} ${did}${when}${untilText(until)}: ${note ?? ""}`;
};

const exclusionLine = ({ role, scope, operator, at, until, note }: Excluded): Line => ({
  text: `  not ${roleText({ role, scope })}: ${operatorText(operator)} excluded it on ${moment(at)}${untilText(until)}: ${note}`,
});

const reasonLine = (reason: Reason, since: string): Line => ({
  text:
    reason.connection === null
      ? `    because ${grantText(reason)}`
      : `    because rule ${reason.rule}: ${factText(reason)}${causeText(reason, since)}`,
});

const roleLines = (role: Role): ReadonlyArray<Line> => [
  { text: `  ${roleText(role)}   since ${moment(role.since)}, ${decisionText(role)}` },
  ...(role.heldBy === null
    ? []
    : [
        {
          text: `    kept by the guard, though the facts no longer give it: plan ${role.heldBy}. It was there`,
        },
      ]),
  ...role.reasons.map((reason) => reasonLine(reason, role.since)),
];

const noRoles = ({ active, exclusions }: Account): Line => {
  if (!active) return { text: "  no roles, while inactive" };
  return { text: `  no roles${exclusions.length > 0 ? "" : ": no rule of the mapping in force applies"}` };
};

/** The account, its state, and each role with each of its reasons. */
export const accountLines = (account: Account): ReadonlyArray<Line> => [
  { text: `${peopleText(account)}  ${account.active ? "active" : "inactive"}`, heading: true },
  { text: `  because ${account.activeBecause}` },
  ...(account.roles.length === 0 ? [noRoles(account)] : account.roles.flatMap(roleLines)),
  ...account.exclusions.map(exclusionLine),
];

const missLines = ({ rule, connection, blocked, failed }: NearMiss): ReadonlyArray<Line> => [
  { text: `    rule ${rule}, by what connection ${connection} says:` },
  ...(blocked === null ? [] : [{ text: `      nothing of it counts: ${blocked}` }]),
  ...failed.map((text) => ({ text: `      does not hold: ${text}` })),
];

/** Why not `role`: the rules that would grant it, and what of each does not hold. */
export const whyNotLines = (
  role: string,
  { account, whyNot }: typeof Explanation.Type,
): ReadonlyArray<Line> => {
  if (account.roles.some((one) => one.role === role)) return [{ text: `  why not ${role}: it is there` }];
  const excluded = account.exclusions.filter((one) => one.role === role && one.scope === "");
  if (excluded.length > 0)
    return [{ text: `  why not ${role}: an operator keeps it from this account, see above` }];
  if (whyNot.length === 0) return [{ text: `  not ${role}: no rule in force grants it to this person` }];
  return [{ text: `  not ${role}: what is missing` }, ...whyNot.flatMap(missLines)];
};
