import { Effect, Option, Schema } from "effect";
import { Flag } from "effect/cli";
import { roleText } from "../../account.ts";
import { askOrganization, Deviation, optionalTime, ReplayPage } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { NotThere } from "../../failure.ts";
import { exactMoment, type Line, say, table } from "../../output/index.ts";

/** How many deviations are shown one by one. */
const sampleSize = 20;
const pageSize = 200;

const RoleCount = Schema.Struct({
  role: Schema.String,
  scope: Schema.String,
  more: Schema.Int,
  less: Schema.Int,
});
type RoleCount = typeof RoleCount.Type;

const Summary = Schema.Struct({
  version: Schema.Int,
  from: Schema.String,
  to: Schema.String,
  completeSince: Schema.NullOr(Schema.String),
  accounts: Schema.Int,
  moments: Schema.Int,
  /** How many accounts would have had other roles at some time. */
  differing: Schema.Int,
  roles: Schema.Array(RoleCount),
  sample: Schema.Array(Deviation),
});
type Summary = typeof Summary.Type;

/** What was found so far. Grows with the roles there are, not with the accounts. */
interface Tally {
  accounts: number;
  moments: number;
  differing: number;
  readonly roles: Map<string, RoleCount>;
  readonly sample: Array<Deviation>;
}

const keyOf = ({ role, scope }: Deviation) => `${role}\n${scope}`;

/** Each account once for a role, however often it would have had it. A page holds all of an account. */
const count = (tally: Tally, { accounts, moments, deviations }: ReplayPage): void => {
  tally.accounts += accounts;
  tally.moments += moments;
  tally.differing += new Set(deviations.map(({ account }) => account)).size;
  const once = new Map(deviations.map((one) => [`${one.account}\n${one.more}\n${keyOf(one)}`, one]));
  for (const one of once.values()) {
    const { role, scope, more } = one;
    const before = tally.roles.get(keyOf(one)) ?? { role, scope, more: 0, less: 0 };
    tally.roles.set(keyOf(one), {
      ...before,
      more: before.more + (more ? 1 : 0),
      less: before.less + (more ? 0 : 1),
    });
  }
  tally.sample.push(...deviations.slice(0, sampleSize - tally.sample.length));
};

/** Most accounts first, then by name. */
const byCount = (a: RoleCount, b: RoleCount): number =>
  b.more + b.less - a.more - a.less || (roleText(a) < roleText(b) ? -1 : 1);

interface Asked {
  readonly from: Date;
  readonly to: Option.Option<Date>;
  readonly version: number | null;
}

const askPage = ({ from, to, version }: Asked, after: string | null) =>
  askOrganization(
    "replay",
    {
      from: { type: "DateTime!", value: from.toISOString() },
      to: optionalTime(to),
      version: { type: "Int", value: version },
      first: { type: "Int!", value: pageSize },
      after: { type: "ID", value: after },
    },
    ReplayPage,
  );

const replaced = new NotThere({
  message: "The mapping or the roles were changed meanwhile. Run the command again.",
});

/** A line a tenth of the way, on stderr. */
const progress = Effect.fnUntraced(function* (before: number, { accounts }: Tally, { total }: ReplayPage) {
  const tenth = (done: number) => Math.floor((10 * done) / Math.max(1, total));
  if (total > pageSize && tenth(accounts) > tenth(before))
    yield* say(`${accounts} of ${total} accounts looked at.`);
});

/** All accounts, page by page, the window and the version as the first page took them. */
const replayAll = Effect.fnUntraced(function* (asked: Asked) {
  const tally: Tally = { accounts: 0, moments: 0, differing: 0, roles: new Map(), sample: [] };
  const begin = yield* askPage(asked, null);
  const rest: Asked = { ...asked, to: Option.some(new Date(begin.to)), version: begin.version };
  let page = begin;
  for (;;) {
    const before = tally.accounts;
    count(tally, page);
    yield* progress(before, tally, page);
    if (page.next === null) break;
    page = yield* askPage(rest, page.next);
    if (page.mark !== begin.mark) return yield* replaced;
  }
  const { version, from, to, completeSince } = begin;
  const { accounts, moments, differing, sample } = tally;
  const roles = [...tally.roles.values()].toSorted(byCount);
  return { version, from, to, completeSince, accounts, moments, differing, roles, sample };
});

const roleColumns = {
  ROLE: roleText,
  MORE: ({ more }: RoleCount) => String(more),
  LESS: ({ less }: RoleCount) => String(less),
};

const sampleColumns = {
  ACCOUNT: ({ account }: Deviation) => account,
  ROLE: (one: Deviation) => `${one.more ? "+" : "-"}${roleText(one)}`,
  FROM: ({ from }: Deviation) => exactMoment(from),
  UNTIL: ({ until }: Deviation) => (until === null ? "still" : exactMoment(until)),
  RULES: ({ rules }: Deviation) => rules.join(", "),
  CAUSE: ({ causeType }: Deviation) => causeType ?? "",
  REQUEST: ({ requestId }: Deviation) => requestId ?? "",
};

const headLines = ({ version, from, to, accounts, moments, differing }: Summary): ReadonlyArray<Line> => [
  {
    text: `Mapping version ${version} from ${exactMoment(from)} to ${exactMoment(to)}: ${accounts} accounts at ${moments} moments`,
    heading: true,
  },
  {
    text:
      differing === 0
        ? "Nobody would have had other roles at any time."
        : `${differing} accounts would have had other roles for some time. Accounts by role:`,
  },
];

const sampleLines = ({ sample }: Summary): ReadonlyArray<Line> =>
  sample.length === 0
    ? []
    : [{ text: "" }, { text: "Some of them:" }, ...table<Deviation>(sampleColumns, sample)];

/** What the answer leaves out, exactly. */
const unknowns = ({ from, completeSince }: Summary): string =>
  [
    ...(completeSince !== null && completeSince > from
      ? [
          `What was known before ${exactMoment(completeSince)} is not complete: of that time only facts that held later are known, as they were then.`,
        ]
      : []),
    "Compared with the roles in force then, the guard's holds and what waited for a job included.",
    "The catalogue of roles and scopes is that of now. Nothing was changed.",
  ].join("\n");

export const replay = asking({
  name: "replay",
  does: "Tells what a mapping would have done over past facts: who would have had more or less, and for how long.",
  more: "Without --version, the draft is asked. Nothing is changed.",
  examples: [
    { command: "rolebridge mapping replay --from 2026-01-01", description: "The draft, until now" },
    {
      command: "rolebridge mapping replay --from 2026-01-01 --to 2026-02-01 --version 3",
      description: "An earlier mapping, in January",
    },
  ],
  input: {
    from: Flag.Date("from").pipe(Flag.withDescription("From this moment on.")),
    to: Flag.Date("to").pipe(Flag.withDescription("Up to this moment; else until now."), Flag.optional),
    version: Flag.Int("version").pipe(
      Flag.withDescription("This version of the mapping instead of the draft."),
      Flag.optional,
    ),
    draft: Flag.Boolean("draft").pipe(
      Flag.withDescription("The draft: what is asked without --version, too."),
      Flag.withDefault(false),
    ),
  },
  prints: Summary,
  run: ({ from, to, version, draft }) =>
    replayAll({ from, to, version: draft ? null : Option.getOrNull(version) }),
  view: (summary) => ({
    lines: [...headLines(summary), ...table<RoleCount>(roleColumns, summary.roles), ...sampleLines(summary)],
    talk: unknowns(summary),
  }),
});
