/** A plan as a picture where one looks: who would gain, who would lose, role by role. */
import { peopleText, roleText } from "../account.ts";
import type { Plan, PlanChange, PlanCounts, PlanItem, PlanRole, PlanShift } from "../client/index.ts";
import { type Line, table } from "../output/index.ts";

const width = 32;

const people = (count: number): string => `${count} ${count === 1 ? "account" : "accounts"}`;

/** What is there is never drawn as nothing. */
const drawn = (count: number, scale: number): number =>
  count === 0 ? 0 : Math.max(1, Math.round(count * scale));

/** One bar: holders that stay, that come, that go. */
const bar = (largest: number) => {
  const scale = Math.min(1, width / Math.max(1, largest));
  return ({ before, gained, lost }: PlanRole): string =>
    "=".repeat(drawn(before - lost, scale)) +
    "+".repeat(drawn(gained, scale)) +
    "-".repeat(drawn(lost, scale));
};

const note = ({ reserved, losesLastHolder }: PlanRole): string =>
  [losesLastHolder ? "nobody would have it any more" : "", reserved ? "reserved" : ""]
    .filter(Boolean)
    .join(", ");

const roleLines = ({ roles }: PlanCounts): ReadonlyArray<Line> =>
  table<PlanRole>(
    {
      ROLE: ({ role }) => role,
      BEFORE: ({ before }) => String(before),
      AFTER: ({ after }) => String(after),
      "= STAYS  + GAINS  - LOSES": bar(Math.max(...roles.map(({ before, gained }) => before + gained), 0)),
      NOTE: note,
    },
    roles,
  );

const countText = ({ accounts, changed, gaining, losing, losingPercent }: PlanCounts): string =>
  changed === 0
    ? `${people(accounts)} looked at: nothing to change.`
    : `${people(accounts)} looked at, ${changed} to change: ${gaining} to gain roles, ${losing} to lose some (${losingPercent} %).`;

const otherTexts = ({ activated, deactivated, otherReasons }: PlanCounts): ReadonlyArray<string> => [
  ...(activated > 0 ? [`${people(activated)} to become active.`] : []),
  ...(deactivated > 0 ? [`${people(deactivated)} to become inactive.`] : []),
  ...(otherReasons > 0 ? [`${people(otherReasons)} to keep their roles for other reasons.`] : []),
];

const about = ({ kind, mappingVersion, baseVersion, connection, enables }: Plan): string => {
  if (kind === "MAPPING") return `draft ${mappingVersion} in place of version ${baseVersion}`;
  if (kind === "FIRST_SYNC") return `connection ${connection} counts from now on`;
  if (kind === "SOURCE") return `connection ${connection} ${enables ? "enabled" : "disabled"}`;
  return kind === "PENDING" ? `what waits under version ${mappingVersion}` : "what the guard holds";
};

export const planTitle = (plan: Plan): string =>
  `Plan ${plan.id}: ${about(plan)}, ${plan.state.toLowerCase()}`;

const resultLines = ({ state, results, restoredAs }: Plan): ReadonlyArray<Line> => {
  if (!["APPLYING", "APPLIED", "UNDOING", "UNDONE"].includes(state)) return [];
  const { open, applied, moved, undone } = results;
  const counts = { applied, undone, "left alone": moved, "to do": open };
  const told = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  const version =
    restoredAs === null ? "" : ` The mapping before it is in force again, as version ${restoredAs}.`;
  return [{ text: `Accounts: ${told.join(", ") || "none"}.${version}` }];
};

const heldLines = ({ state, guardHolds }: Plan): ReadonlyArray<Line> =>
  state === "OPEN" && guardHolds
    ? [
        {
          text: 'The guard holds roles here, which this shows as lost. Decide about that first ("plan list"): until then this is not applied.',
        },
      ]
    : [];

/** Title, counts and roles; what came of it where it was applied. */
export const planLines = (plan: Plan): ReadonlyArray<Line> => {
  const { counts } = plan;
  const title = { text: planTitle(plan), heading: true };
  if (counts === null) return [title];
  const roles = roleLines(counts);
  return [
    title,
    { text: countText(counts) },
    ...otherTexts(counts).map((text) => ({ text })),
    ...resultLines(plan),
    ...heldLines(plan),
    ...(roles.length === 0 ? [] : [{ text: "" }, ...roles]),
  ];
};

const rolesText = (roles: PlanChange["gained"]): string => roles.map(roleText).join(", ");

const turnText = ({ turns, otherReasons }: PlanChange): string => {
  const state = turns === null ? "" : `becomes ${turns ? "active" : "inactive"}`;
  return [state, otherReasons > 0 ? `${otherReasons} for other reasons` : ""].filter(Boolean).join(", ");
};

const nameOf = ({ accountId, account }: Pick<PlanItem, "accountId" | "account">): string =>
  account === null ? accountId : peopleText({ people: account.people.map((one) => ({ ...unseen, ...one })) });

const unseen = { id: "", via: "", active: true };

export const itemLines = (items: ReadonlyArray<PlanItem>): ReadonlyArray<Line> =>
  table<PlanItem>(
    {
      ACCOUNT: nameOf,
      GAINS: ({ change }) => rolesText(change.gained),
      LOSES: ({ change }) => rolesText(change.lost),
      BESIDES: ({ change }) => turnText(change),
      STATE: ({ state }) => (state === "OPEN" ? "" : state.toLowerCase()),
    },
    items,
  );

const changeText = (change: PlanChange | null): string => {
  if (change === null) return "nothing";
  const { gained, lost } = change;
  const parts = [
    gained.length > 0 ? `gains ${rolesText(gained)}` : "",
    lost.length > 0 ? `loses ${rolesText(lost)}` : "",
    turnText(change),
  ];
  return parts.filter(Boolean).join("; ");
};

/** Who is no longer as the plan was made for, below what the plan says. */
export const shiftLines = ({ shifts }: Plan): ReadonlyArray<Line> =>
  shifts.length === 0
    ? []
    : [
        { text: "" },
        ...table<PlanShift>(
          {
            ACCOUNT: nameOf,
            "THE PLAN SAYS": ({ was }) => changeText(was),
            NOW: ({ now }) => changeText(now),
          },
          shifts,
        ),
      ];
