/** A trace in words, of one person or one group: five steps under their headings. */

import { roleText } from "../../account.ts";
import type { GroupTrace, PersonTrace } from "../../client/index.ts";
import { dashed, type Line } from "../../output/index.ts";

const step = (name: string, lines: ReadonlyArray<string>): ReadonlyArray<Line> => [
  { text: name, heading: true },
  ...lines.map((text) => ({ text: `  ${text}` })),
];

const readLines = ({ sourceId, found, resource, groups }: PersonTrace): ReadonlyArray<string> =>
  found
    ? [
        `${sourceId}: ${JSON.stringify(resource)}`,
        ...groups.map(
          ({ id, name, kind, isOurs, isKnown }) =>
            `in ${name} (${dashed(kind)} ${id})${isOurs ? ", put there by us" : ""}${isKnown ? "" : ", new here"}`,
        ),
      ]
    : [`${sourceId}: nobody`];

const matchLines = ({ accountId, match, candidates }: PersonTrace): ReadonlyArray<string> => [
  accountId === null ? match : `${accountId}: ${match}`,
  ...candidates.map(
    (one) => `${one.accountId}: alike by ${one.via}${one.why === null ? ", links" : `, but ${one.why}`}`,
  ),
];

const mapLines = ({ active, because, roles, denied, misses }: PersonTrace): ReadonlyArray<string> => [
  active ? "active" : `inactive: ${because}`,
  ...roles.map((one) => `${roleText(one)}, by ${one.rules.join(", ")}`),
  ...denied.map((role) => `${role} is denied`),
  ...misses.map(({ rule, role, missing }) => `not ${role} by ${rule}: ${missing.join("; ")}`),
];

const actLines = ({ gained, lost, pushes }: PersonTrace): ReadonlyArray<string> => [
  ...gained.map((one) => `+ ${roleText(one)}`),
  ...lost.map((one) => `- ${roleText(one)}`),
  ...(gained.length + lost.length === 0 ? ["no role changes"] : []),
  ...pushes.flatMap(({ connection, mode, changes }) =>
    changes === null
      ? [`${connection}: what is to be written is found out there`]
      : changes.map((text) => `${connection}: ${text}${mode === "OBSERVE" ? " (observed only)" : ""}`),
  ),
];

export const personLines = (trace: PersonTrace): ReadonlyArray<Line> => [
  ...step("1 read", readLines(trace)),
  ...step("2 scope", trace.scope),
  ...step("3 match", matchLines(trace)),
  ...step("4 map", mapLines(trace)),
  ...step("5 act", actLines(trace)),
];

const groupReadLines = ({ sourceId, found, groups }: GroupTrace): ReadonlyArray<string> =>
  found
    ? groups.map(
        ({ id, name, kind, members, isKnown }) =>
          `${name} (${dashed(kind)} ${id}): ${members} people${isKnown ? "" : ", new here"}`,
      )
    : [`${sourceId}: no such group`];

const groupMatchLines = ({ match, joins, leaves, strangers }: GroupTrace): ReadonlyArray<string> => [
  ...match,
  `${joins} memberships come, ${leaves} go.`,
  ...strangers.map((id) => `not known yet: ${id}`),
];

const groupMapLines = ({ groups, gained, lost }: GroupTrace): ReadonlyArray<string> => [
  ...groups.map(({ name, rules }) =>
    rules.length === 0 ? `${name}: no rule looks at it` : `${name}: ${rules.join(", ")}`,
  ),
  ...gained.map((one) => `${roleText(one)}: ${one.people} gain it`),
  ...lost.map((one) => `${roleText(one)}: ${one.people} lose it`),
];

const memberText = ({ accountId, joins, leaves, gained, lost }: GroupTrace["people"][number]): string =>
  [
    `${accountId}:`,
    ...joins.map((name) => `joins ${name}`),
    ...leaves.map((name) => `leaves ${name}`),
    ...gained.map((one) => `+ ${roleText(one)}`),
    ...lost.map((one) => `- ${roleText(one)}`),
  ].join(" ");

const groupActLines = ({ people, pushes }: GroupTrace): ReadonlyArray<string> => [
  ...(people.length === 0 ? ["nothing changes"] : people.map(memberText)),
  ...pushes.map(
    ({ connection, mode, people: count }) =>
      `${connection}: something is written for ${count}${mode === "OBSERVE" ? " (observed only)" : ""}`,
  ),
];

export const groupLines = (trace: GroupTrace): ReadonlyArray<Line> => [
  ...step("1 read", groupReadLines(trace)),
  ...step("2 scope", trace.scope),
  ...step("3 match", groupMatchLines(trace)),
  ...step("4 map", groupMapLines(trace)),
  ...step("5 act", groupActLines(trace)),
];
