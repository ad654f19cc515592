import { Effect, Option, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  findOrganization,
  idArgument,
  Plan,
  PlanItemPage,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { first } from "../../limits.ts";
import { dashed, moment, table } from "../../output/index.ts";
import { findPlan, finished, itemLines, planLines, shiftLines } from "../../plan/index.ts";
import { askForPlan, changes, previewView, staleText } from "./preview.ts";

const id = Argument.String("plan").pipe(Argument.withDescription("The plan's id."));
const anId = "01a21010-1eb9-7a45-9227-8d3b0dd4e5f1";

const list = asking({
  name: "list",
  does: "Lists plans, the newest first. Exit code 2 when one is open that would change something.",
  examples: [{ command: "rolebridge plan list", description: "Open, applied, stale" }],
  input: { first },
  prints: Schema.Array(Plan),
  run: ({ first }) => askOrganization("plans", { first: { type: "Int!", value: first } }, Schema.Array(Plan)),
  view: (plans) => ({
    lines: table<Plan>(
      {
        ID: ({ id }) => id,
        KIND: ({ kind }) => dashed(kind),
        STATE: ({ state }) => state.toLowerCase(),
        MADE: ({ createdAt }) => moment(createdAt),
        CHANGES: ({ counts }) => (counts === null ? "" : String(counts.changed)),
        GAIN: ({ counts }) => (counts === null ? "" : String(counts.gaining)),
        LOSE: ({ counts }) => (counts === null ? "" : String(counts.losing)),
      },
      plans,
    ),
    talk:
      plans.length === 0 ? "No plan yet. With a draft of the mapping: rolebridge mapping preview" : undefined,
  }),
  pending: (plans) => plans.some((plan) => plan.kind !== "SOURCE" && changes(plan)),
});

const Shown = Schema.Struct({ plan: Plan, accounts: PlanItemPage });

const show = asking({
  name: "show",
  does: "Shows a plan: who gains, who loses, role by role and by name. Exit code 2 while it is open.",
  examples: [
    { command: `rolebridge plan show ${anId}`, description: 'The id is in "rolebridge plan list"' },
    { command: `rolebridge plan show ${anId} -n 500`, description: "More names at once" },
  ],
  input: {
    id,
    first,
    after: Flag.String("after").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only accounts after this one."),
      Flag.optional,
    ),
  },
  prints: Shown,
  run: ({ id, first, after }) =>
    Effect.all({
      plan: findPlan(id),
      accounts: askOrganization(
        "planItems",
        {
          plan: idArgument(id),
          first: { type: "Int!", value: first },
          after: { type: "ID", value: Option.getOrNull(after) },
        },
        PlanItemPage,
      ),
    }),
  view: ({ plan, accounts: { items, next } }) => ({
    lines: [
      ...planLines(plan),
      ...(items.length === 0 ? [] : [{ text: "" }, ...itemLines(items)]),
      ...shiftLines(plan),
    ],
    talk: next === null ? undefined : `More: rolebridge plan show ${plan.id} --after ${next}`,
  }),
  pending: ({ plan }) => changes(plan),
});

const pending = asking({
  name: "pending",
  does: "Shows what waits: differences to the mapping in force that nobody applied. Exit code 2 when there are some.",
  more: "A mapping that was published without --apply reaches people with the next news of them. Until then they are here.",
  examples: [{ command: "rolebridge plan pending", description: "A plan of all that waits" }],
  input: {},
  prints: Plan,
  run: () => askForPlan("previewPending"),
  view: previewView,
  pending: changes,
  failed: ({ state }) => state === "STALE",
});

const doingOf = ({ kind, mappingVersion, connection }: Plan): string => {
  if (kind === "MAPPING") return `puts draft ${mappingVersion} in force`;
  return kind === "FIRST_SYNC" ? `has the connection ${connection} count` : "applies what waits";
};

const consequenceOf = (plan: Plan, organization: string): string => {
  const { counts } = plan;
  const what = doingOf(plan);
  const { gaining = 0, losing = 0 } = counts ?? {};
  return `This ${what} in ${organization}: accounts to gain roles: ${gaining}, to lose some: ${losing}.`;
};

/** The hash of what was seen: given with the command, or by whoever confirms what is shown now. */
const agreedHash = Effect.fnUntraced(function* (id: string, hash: Option.Option<string>, agreed: boolean) {
  if (Option.isSome(hash)) return hash.value;
  const plan = yield* findPlan(id);
  const organization = yield* findOrganization();
  if (plan.state === "OPEN") yield* confirm(organization, consequenceOf(plan, organization), agreed);
  return plan.hash ?? "";
});

const apply = asking({
  name: "apply",
  does: "Does what a plan shows, if everything is still as it was. Exit code 1 when something moved: then nothing is done.",
  more: "With --hash, as the preview shows it, nothing is asked; else the organization's slug confirms, or --yes.",
  examples: [
    { command: `rolebridge plan apply ${anId}`, description: "Asks first" },
    {
      command: `rolebridge plan apply ${anId} --hash 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03`,
      description: "Exactly what was reviewed, from a program",
    },
  ],
  input: {
    id,
    hash: Flag.String("hash").pipe(
      Flag.withMetavar("HASH"),
      Flag.withDescription("The plan's hash, as it was shown."),
      Flag.optional,
    ),
    yes,
  },
  prints: Plan,
  run: Effect.fnUntraced(function* ({ id, hash, yes }) {
    const agreed = textArgument(yield* agreedHash(id, hash, yes));
    yield* changeOrganization("applyPlan", { id: idArgument(id), hash: agreed }, Plan);
    return yield* finished(id);
  }),
  view: (plan) => ({ lines: [...planLines(plan), ...shiftLines(plan)], talk: talkAfter(plan) }),
  failed: ({ state }) => state !== "APPLIED",
});

const talkAfter = (plan: Plan): string | undefined => {
  const { state, kind, connection, undoUntil, results } = plan;
  if (state === "STALE") return staleText(plan);
  const left =
    results.moved > 0 ? `${results.moved} accounts were changed by others meanwhile and left alone. ` : "";
  if (kind === "FIRST_SYNC") return `${left}To take it back: rolebridge connection disable ${connection}`;
  if (kind !== "MAPPING" || undoUntil === null) return left || undefined;
  return `${left}To take it back, until ${moment(undoUntil)}: rolebridge plan undo ${plan.id}`;
};

const reject = asking({
  name: "reject",
  does: "Ends a plan that nobody wants. Nothing of it is done.",
  examples: [{ command: `rolebridge plan reject ${anId}`, description: "It cannot be applied any more" }],
  input: { id },
  prints: Plan,
  run: ({ id }) => changeOrganization("rejectPlan", { id: idArgument(id) }, Plan),
  view: ({ id }) => ({ lines: [{ text: `Rejected ${id}.` }] }),
});

const undo = asking({
  name: "undo",
  does: "Takes back a plan of the mapping within 24 hours: the mapping before it is in force again, and roles as they were.",
  more: `Accounts that somebody else changed since are left alone; they follow the mapping in force.
Asks for the organization's slug to confirm; --yes does without.`,
  examples: [{ command: `rolebridge plan undo ${anId}`, description: "Asks first" }],
  input: { id, yes },
  prints: Plan,
  run: Effect.fnUntraced(function* ({ id, yes }) {
    const organization = yield* findOrganization();
    const consequence = `This puts the mapping before the plan in force again in ${organization}, and takes its roles back.`;
    yield* confirm(organization, consequence, yes);
    yield* changeOrganization("undoPlan", { id: idArgument(id) }, Plan);
    return yield* finished(id);
  }),
  view: (plan) => ({ lines: planLines(plan) }),
  failed: ({ state }) => state !== "UNDONE",
});

const Approved = Schema.Struct({ id: Schema.String, approved: Schema.Boolean });

const approve = asking({
  name: "approve",
  does: "Lets a loss that the guard held take effect.",
  more: "To keep the roles instead, correct the source: what it says again is no longer lost.",
  examples: [
    { command: `rolebridge plan approve ${anId}`, description: 'The id is in "rolebridge plan list"' },
  ],
  input: { id },
  prints: Approved,
  run: Effect.fnUntraced(function* ({ id }) {
    const approved = yield* changeOrganization("approveHeldPlan", { id: idArgument(id) }, Schema.Boolean);
    return { id, approved };
  }),
  view: ({ id }) => ({ lines: [{ text: `Approved ${id}. Its accounts are looked at now.` }] }),
});

export const plan = Command.make("plan").pipe(
  Command.withSubcommands([list, show, pending, apply, approve, reject, undo]),
  helped({
    does: "Plans: what would change, before it does; having it happen; taking it back.",
    examples: [{ command: "rolebridge plan list", description: "The latest" }],
  }),
);
