/** What would be written now. */
import { Effect, Schema } from "effect";
import {
  askOrganization,
  PlannedTrouble,
  PlannedWrite,
  Push,
  PushPlanPage,
  textArgument,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { type Line, table, type View } from "../../output/index.ts";
import { findPush, slug } from "./view.ts";

const Counts = Schema.Struct({
  create: Schema.Int,
  update: Schema.Int,
  remove: Schema.Int,
  join: Schema.Int,
  leave: Schema.Int,
});

export const PushPlan = Schema.Struct({
  connection: Schema.String,
  looked: Schema.Int,
  counts: Counts,
  changes: Schema.Array(PlannedWrite),
  troubles: Schema.Array(PlannedTrouble),
});
export type PushPlan = typeof PushPlan.Type;

const pageSize = 200;

const page = (connection: string, after: string | null) =>
  askOrganization(
    "pushPlan",
    {
      connection: textArgument(connection),
      first: { type: "Int!", value: pageSize },
      after: { type: "ID", value: after },
    },
    PushPlanPage,
  );

const countOf = (changes: ReadonlyArray<PlannedWrite>) => {
  const of = (does: string) => changes.filter((one) => one.does === does).length;
  return {
    create: of("create"),
    update: of("update"),
    remove: of("remove"),
    join: of("join"),
    leave: of("leave"),
  };
};

/** Everyone, page by page. */
export const makePlan = Effect.fn("makePlan")(function* (connection: string) {
  const changes: Array<PlannedWrite> = [];
  const troubles: Array<typeof PlannedTrouble.Type> = [];
  let looked = 0;
  let after: string | null = null;
  do {
    const found: typeof PushPlanPage.Type = yield* page(connection, after);
    changes.push(...found.changes);
    troubles.push(...found.troubles);
    looked += found.looked;
    after = found.next;
  } while (after !== null);
  return { connection, looked, counts: countOf(changes), changes, troubles } satisfies PushPlan as PushPlan;
});

/** How many people would lose something there. */
export const losersIn = ({ changes }: PushPlan): number =>
  new Set(changes.filter(({ takes }) => takes).map(({ accountId }) => accountId)).size;

const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);
const groups = (count: number): string => (count === 1 ? "1 membership" : `${count} memberships`);

/** `2 people created, 3 memberships added`; of nothing, `nothing`. */
export const countsText = ({ counts: { create, update, remove, join, leave } }: PushPlan): string => {
  const parts = [
    ...(create > 0 ? [`${people(create)} created`] : []),
    ...(update > 0 ? [`${people(update)} changed`] : []),
    ...(remove > 0 ? [`${people(remove)} removed`] : []),
    ...(join > 0 ? [`${groups(join)} added`] : []),
    ...(leave > 0 ? [`${groups(leave)} taken back`] : []),
  ];
  return parts.length === 0 ? "nothing" : parts.join(", ");
};

const valuesText = (values: unknown): string =>
  typeof values === "object" && values !== null
    ? Object.entries(values)
        .map(([name, value]) => `${name} ${value === null ? "empty" : String(value)}`)
        .join(", ")
    : "";

const whatText =
  ({ roles }: Push) =>
  ({ does, groupId, values }: PlannedWrite): string => {
    if (groupId === null) return valuesText(values);
    const name = roles.find(({ group }) => group === groupId)?.name;
    return `${does === "join" ? "into" : "out of"} ${name ?? groupId}`;
  };

export const planLines = (plan: PushPlan, push: Push): ReadonlyArray<Line> => [
  ...table<PlannedWrite>(
    {
      PERSON: ({ person, accountId }) => person ?? accountId,
      DOES: ({ does }) => does,
      WHAT: whatText(push),
    },
    plan.changes,
  ),
  ...(plan.troubles.length === 0 ? [] : [{ text: "" }]),
  ...table<typeof PlannedTrouble.Type>(
    {
      "NOT TO BE WRITTEN": ({ person, accountId }) => person ?? accountId,
      WHY: ({ kind, detail }) => `${kind}: ${detail}`,
    },
    plan.troubles,
  ),
];

const Shown = Schema.Struct({ ...PushPlan.fields, push: Push });

const talk = (plan: PushPlan, mode: string): string => {
  const would = `${people(plan.looked)} looked at. Would be written: ${countsText(plan)}.`;
  if (mode === "ENFORCE") return `${would} It is on its way.`;
  return `${would} Nothing is. To write it: rolebridge push set ${plan.connection} --mode enforce`;
};

export const plan = asking({
  name: "plan",
  does: "Shows what would be written through a connection now. Exit code 2 when there is something.",
  more: "Writes nothing and asks nobody: it compares with what was last read. In any mode, at any time.",
  examples: [
    { command: "rolebridge push plan main", description: "Person by person" },
    { command: "rolebridge push plan main --json", description: "The same for a program" },
  ],
  input: { slug },
  prints: Shown,
  run: Effect.fnUntraced(function* ({ slug }) {
    const push = yield* findPush(slug);
    return { ...(yield* makePlan(slug)), push };
  }),
  view: ({ push, ...found }): View => ({
    lines: planLines(found, push),
    talk: talk(found, push.mode),
  }),
  pending: ({ changes, troubles }) => changes.length + troubles.length > 0,
});
