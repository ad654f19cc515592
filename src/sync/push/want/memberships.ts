/** Which groups a person is put into and taken out of: only out of those that we put them into. */
import { byText } from "../../../mapping/index.ts";
import type { OwnedIntent } from "../../../store/index.ts";
import type { Group } from "./desired.ts";
import { nothing, type Part, type Setting } from "./part.ts";

interface Case {
  readonly user: string;
  readonly group: Group;
  readonly isWanted: boolean;
  readonly isThere: boolean;
  readonly intent: OwnedIntent | undefined;
}

const join = ({ user, group, intent }: Case): Part => ({
  ...nothing,
  steps: [
    {
      change: { _tag: "Join", user, group },
      opens:
        intent === undefined
          ? [{ fact: "membership", object: group.id, kind: group.kind, before: null, after: true }]
          : [],
      reopens: intent === undefined ? [] : [intent],
      ends: [],
    },
  ],
});

/** Of a call whose answer was lost: they are there, so it is what it wrote. */
export const lookedAt = (mark: OwnedIntent, isThere: boolean): OwnedIntent =>
  mark.state === "open" && isThere ? { ...mark, state: "held" } : mark;

const leave = ({ user, group, isThere }: Case, intent: OwnedIntent): Part => ({
  ...nothing,
  steps: [
    {
      change: { _tag: "Leave", user, group },
      opens: [],
      reopens: [],
      ends: [lookedAt(intent, isThere)],
    },
  ],
});

/** Somebody undid it: written again, or only said. */
const undone = (one: Case, intent: OwnedIntent, { drift }: Setting): Part => {
  if (drift === "correct") return join(one);
  const moves = intent.state === "drifted" ? [] : [{ id: intent.id, state: "drifted" as const }];
  return { ...nothing, moves, drifted: [`${one.group.kind} ${one.group.id}`] };
};

const ofGroup = (one: Case, setting: Setting): Part => {
  const { isWanted, isThere, intent } = one;
  if (intent === undefined) return isWanted && !isThere ? join(one) : nothing;
  const { id, state } = intent;
  if (isThere && state === "drifted") {
    // It was undone, and somebody else did it again: that is theirs.
    return { ...nothing, moves: [{ id, state: "released" }] };
  }
  if (isWanted && isThere) return state === "held" ? nothing : { ...nothing, moves: [{ id, state: "held" }] };
  if (isWanted) return state === "open" ? join(one) : undone(one, intent, setting);
  // A call of ours may still be under way where it is open: leaving twice does no harm.
  if (isThere || state === "open") return leave(one, intent);
  return { ...nothing, moves: [{ id, state: "ended" }] };
};

export const membershipParts = (
  user: string,
  wanted: ReadonlyArray<Group>,
  there: ReadonlySet<string>,
  intents: ReadonlyArray<OwnedIntent>,
  setting: Setting,
): ReadonlyArray<Part> => {
  const marked = new Map(intents.map((intent) => [intent.object, intent]));
  const groups = new Map(wanted.map((group) => [group.id, group]));
  const all = new Map<string, Group>(groups);
  for (const { object: id, kind } of intents) if (!all.has(id)) all.set(id, { id, kind: kind ?? "group" });
  return [...all.values()]
    .toSorted((a, b) => byText(a.id, b.id))
    .map((group) =>
      ofGroup(
        {
          user,
          group,
          isWanted: groups.has(group.id),
          isThere: there.has(group.id),
          intent: marked.get(group.id),
        },
        setting,
      ),
    );
};
