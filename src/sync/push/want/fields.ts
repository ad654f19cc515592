/** Which fields of a person are written: all of whom we made, of others those that the settings hand to us. */
import { type Json, type PushField, pushFields } from "../../../domain/index.ts";
import type { OwnedIntent } from "../../../store/index.ts";
import { fieldOf, isSame, partOf, type Values } from "../../profile.ts";
import type { Wanted } from "./desired.ts";
import { nothing, type Part, type Setting } from "./part.ts";

const update = (user: string, field: PushField, value: Json) => ({
  _tag: "Update" as const,
  user,
  person: partOf(field, value),
});

/** Fields of somebody whom we made. What we wrote last stands in the mark of the person. */
export const ownPart = (
  there: Values,
  user: string,
  wanted: Partial<Values>,
  intent: OwnedIntent,
  { drift }: Setting,
): Part => {
  const last = (intent.after ?? {}) as { readonly [Field in PushField]?: Json };
  const written: Record<string, Json> = { ...last };
  const was: Record<string, Json> = {};
  // Of a call whose answer was lost, what was there before it is as much ours as what it was to write.
  const before = (intent.state === "open" ? (intent.before ?? {}) : {}) as typeof last;
  const drifted: Array<string> = [];
  let person = {};
  for (const field of pushFields) {
    const value = fieldOf(wanted, field);
    const now = fieldOf(there, field) ?? null;
    if (value === undefined || isSame(field, value, now)) {
      if (value !== undefined) written[field] = value;
      continue;
    }
    const isUndone =
      last[field] !== undefined &&
      !isSame(field, last[field], now) &&
      !(before[field] !== undefined && isSame(field, before[field], now));
    if (isUndone && drift === "list") {
      drifted.push(field);
      continue;
    }
    written[field] = value;
    was[field] = now;
    person = { ...person, ...partOf(field, value) };
  }
  const state = drifted.length > 0 ? ("drifted" as const) : ("held" as const);
  const isOther = pushFields.some(
    (field) => written[field] !== undefined && !isSame(field, written[field], last[field] ?? null),
  );
  if (Object.keys(person).length === 0) {
    const isMoved = intent.state !== state || isOther;
    return { ...nothing, drifted, moves: isMoved ? [{ id: intent.id, state, after: written }] : [] };
  }
  const after = new Map<string, Json>([[intent.id, written]]);
  const change = { _tag: "Update" as const, user, person };
  const step = { change, opens: [], reopens: [intent], ends: [], after, was: new Map([[intent.id, was]]) };
  return { ...nothing, drifted, steps: [step] };
};

interface Case {
  readonly user: string;
  readonly field: PushField;
  /** `undefined`: it is not ours to say. */
  readonly wanted: Json | undefined;
  readonly now: Json;
  readonly intent: OwnedIntent | undefined;
}

/** Of a call whose answer was lost: what is there now instead of what was before is what it wrote. */
const lookedAt = (mark: OwnedIntent, field: PushField, now: Json): OwnedIntent =>
  mark.state === "open" && !isSame(field, now, mark.before) ? { ...mark, state: "held", after: now } : mark;

/** What we wrote is put back as it was, unless somebody wrote something else since. */
const giveBack = ({ user, field, now }: Case, mark: OwnedIntent): Part => {
  const intent = lookedAt(mark, field, now);
  return isSame(field, now, intent.after) && !isSame(field, now, intent.before)
    ? {
        ...nothing,
        steps: [{ change: update(user, field, intent.before), opens: [], reopens: [], ends: [intent] }],
      }
    : { ...nothing, moves: [{ id: intent.id, state: "ended" }] };
};

const rewrite = ({ user, field, now }: Case, mark: OwnedIntent, value: Json): Part => {
  const intent = lookedAt(mark, field, now);
  const isAsBefore = isSame(field, value, intent.before);
  const after = new Map<string, Json>([[intent.id, value]]);
  const step = isAsBefore ? { reopens: [], ends: [intent] } : { reopens: [intent], ends: [], after };
  return { ...nothing, steps: [{ change: update(user, field, value), opens: [], ...step }] };
};

const ofField = (one: Case, { drift }: Setting): Part => {
  const { user, field, wanted, now, intent } = one;
  if (intent === undefined) {
    if (wanted === undefined || isSame(field, wanted, now)) return nothing;
    const opens = [{ fact: field, object: "", kind: null, before: now, after: wanted }];
    return { ...nothing, steps: [{ change: update(user, field, wanted), opens, reopens: [], ends: [] }] };
  }
  if (wanted === undefined) return giveBack(one, intent);
  const { id, state, before, after } = intent;
  if (isSame(field, wanted, now)) {
    if (isSame(field, wanted, before)) return { ...nothing, moves: [{ id, state: "ended" }] };
    return state === "held" && isSame(field, wanted, after)
      ? nothing
      : { ...nothing, moves: [{ id, state: "held", after: wanted }] };
  }
  if (state === "open" || drift === "correct" || isSame(field, now, after))
    return rewrite(one, intent, wanted);
  return {
    ...nothing,
    drifted: [field],
    moves: state === "drifted" ? [] : [{ id, state: "drifted" }],
  };
};

/** Fields of somebody whom we did not make, each with a mark of its own. */
export const ownedParts = (
  there: Values,
  user: string,
  { active, profile, yielded }: Wanted,
  intents: ReadonlyArray<OwnedIntent>,
  setting: Setting,
): ReadonlyArray<Part> => {
  const wanted: Partial<Values> = { ...profile, active };
  return pushFields.map((field) =>
    ofField(
      {
        user,
        field,
        wanted: setting.owns.includes(field) && !yielded.includes(field) ? fieldOf(wanted, field) : undefined,
        now: fieldOf(there, field) ?? null,
        intent: intents.find(({ fact }) => fact === field),
      },
      setting,
    ),
  );
};
