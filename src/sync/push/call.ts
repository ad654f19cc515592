/** The calls about one person, and what their marks are before and after them. */
import { Effect } from "effect";
import type { Applied, Change, Found, Target } from "../../../connectors/connector.ts";
import type { Json } from "../../domain/index.ts";
import { type IntentMove, newId, type WaitingRow } from "../../store/index.ts";
import { withPerson } from "../profile.ts";
import { announce, type Writing } from "./record.ts";
import { type AccountTrouble, interrupted, type PushStopped, stopOf, troubleOf } from "./trouble.ts";
import type { Case, Part, Step } from "./want/index.ts";

export interface Opened extends Step {
  readonly opened: ReadonlyArray<{ readonly id: string; readonly after: Json }>;
}

/** What came of the calls about one person. */
export interface Called {
  readonly done: ReadonlyArray<{ readonly step: Opened; readonly applied: Applied }>;
  /** What was certainly not done: refused, or not called. A step of which no answer is known is in neither list. */
  readonly undone: ReadonlyArray<Opened>;
  readonly trouble: AccountTrouble | null;
  /** Why the whole connection stops, where it does. */
  readonly stop: PushStopped | null;
}

/** Calls one by one. What fails for passing reasons ends the round; what is refused leaves the others. */
export const call = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  steps: ReadonlyArray<Opened>,
): Effect.fn.Return<Called> {
  const done: Array<Called["done"][number]> = [];
  const undone: Array<Opened> = [];
  let trouble: AccountTrouble | null = null;
  for (const [index, step] of steps.entries()) {
    const answer = yield* Effect.result(writing.target.apply(step.change));
    if (answer._tag === "Success") {
      done.push({ step, applied: answer.success });
      continue;
    }
    const stop = stopOf(answer.failure);
    if (stop !== null)
      return { done, undone: [...undone, ...steps.slice(index)], trouble: interrupted(stop), stop };
    trouble = troubleOf(answer.failure, one.standing.pushed?.failures ?? 0);
    if (trouble.retrySeconds !== null)
      return { done, undone: [...undone, ...steps.slice(index + 1)], trouble, stop };
    undone.push(step);
  }
  return { done, undone, trouble, stop: null };
});

/** What is about to be written stands in the mark before it is: also when the answer is lost it is ours. */
const reopening = ({ reopens, after, was }: Step): ReadonlyArray<IntentMove> =>
  reopens.map(({ id }) => {
    const [next, before] = [after?.get(id), was?.get(id)];
    return {
      id,
      state: "open",
      ...(next === undefined ? {} : { after: next }),
      ...(before === undefined ? {} : { before }),
    };
  });

/** The marks of all steps, made before the first call. */
export const openAll = Effect.fnUntraced(function* (
  writing: Writing,
  one: Case,
  subject: string,
  part: Part,
  waiting: WaitingRow,
  taken: ReadonlyArray<IntentMove>,
) {
  const { account } = one.standing;
  const steps = part.steps.map(
    (step): Opened => ({ ...step, opened: step.opens.map(({ after }) => ({ id: newId(), after })) }),
  );
  const opens = steps.flatMap(({ opens: drafts, opened }) =>
    drafts.map((draft, index) => ({ ...draft, id: opened[index]?.id ?? newId(), account, subject })),
  );
  const reopens = steps.flatMap((step) => step.reopens);
  const reopened = steps.flatMap(reopening);
  const subjects = new Map(taken.map((move) => [move.id, move]));
  const needs = new Set([...reopens, ...steps.flatMap(({ ends }) => ends)].map(({ id }) => id));
  if (steps.length > 0 || taken.length > 0)
    yield* announce(writing, {
      opens,
      moves: [
        ...taken.filter(({ id }) => !reopened.some((move) => move.id === id)),
        ...reopened.map((move) => ({ ...subjects.get(move.id), ...move })),
      ],
      needs: [...needs],
      cause: waiting.cause,
    });
  return steps;
});

/** What the marks of a step are after its call. One who was in the group already was not put there by us. */
export const movesOf = ({ step, applied }: { readonly step: Opened; readonly applied: Applied }) => {
  const isTheirs = step.change._tag === "Join" && applied._tag === "Already";
  const state = isTheirs ? ("released" as const) : ("held" as const);
  return [
    ...step.opened.map(({ id }) => ({ id, state })),
    ...step.reopens.map(({ id }): IntentMove => {
      const after = step.after?.get(id);
      return after === undefined ? { id, state: "held" } : { id, state: "held", after };
    }),
    ...step.ends.map(({ id }) => ({ id, state: "ended" as const })),
  ];
};

/** The marks of what was not done are as they were. One that was open already had looked for it in vain: it ends. */
export const undoneMoves = (steps: ReadonlyArray<Opened>): ReadonlyArray<IntentMove> =>
  steps.flatMap(({ opened, reopens, ends }) => [
    ...opened.map(({ id }) => ({ id, state: "ended" as const })),
    ...[...reopens, ...ends].map(
      ({ id, fact, state, before, after }): IntentMove =>
        state === "open" && fact !== "user" ? { id, state: "ended" } : { id, state, before, after },
    ),
  ]);

export const groupsIn = (changes: ReadonlyArray<Change>, tag: "Join" | "Leave") =>
  changes.flatMap((change) => (change._tag === tag ? [change.group.id] : []));

/** As they are now, asked once more where fields were written: systems keep them in their own form. */
export const resourceAfter = Effect.fnUntraced(function* (
  target: Target,
  found: Found,
  changes: ReadonlyArray<Change>,
) {
  const updates = changes.flatMap((change) => (change._tag === "Update" ? [change.person] : []));
  if (updates.length === 0) return found.user.resource;
  const guess = updates.reduce((resource, person) => withPerson(resource, person), found.user.resource);
  const again = yield* Effect.result(target.one(found.user.id));
  return again._tag === "Success" && again.success._tag === "Found" ? again.success.user.resource : guess;
});
