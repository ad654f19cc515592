/** How what is there differs from what should be, and what is to be done about it. Pure. */
import type { Found } from "../../../../connectors/connector.ts";
import type { OwnedIntent, PushCopy } from "../../../store/index.ts";
import { type Values, valuesOf } from "../../profile.ts";
import type { Wanted } from "./desired.ts";
import { ownedParts, ownPart } from "./fields.ts";
import { lookedAt, membershipParts } from "./memberships.ts";
import { nothing, type Part, type Setting, together } from "./part.ts";

/** Somebody who is there, and what they are in. */
export interface There {
  readonly id: string;
  readonly values: Values;
  readonly groups: ReadonlySet<string>;
}

export const thereOf = ({ user, groups }: Found): There => ({
  id: user.id,
  values: valuesOf(user.resource),
  groups: new Set(groups.map(({ id }) => id)),
});

export const thereInCopy = ({ sourceId, resource, active, groups }: PushCopy): There => ({
  id: sourceId,
  values: { ...valuesOf(resource), active },
  groups: new Set(groups.map(({ id }) => id)),
});

const isPerson = ({ fact }: OwnedIntent): boolean => fact === "user";
const isMembership = ({ fact }: OwnedIntent): boolean => fact === "membership";

/**
 * Whom we made and who is not wanted there any more. The account's end disables them whatever the settings say; as long
 * as nobody says anything of them, they only leave what goes with their roles.
 */
const leavingPart = (
  there: There,
  wanted: Wanted,
  person: OwnedIntent,
  intents: ReadonlyArray<OwnedIntent>,
  setting: Setting,
): Part => {
  const groups = membershipParts(
    there.id,
    wanted.groups,
    there.groups,
    intents.filter(isMembership),
    setting,
  );
  if (wanted.isPaused) return together(groups);
  if (setting.leaving === "delete") {
    const change = { _tag: "Remove" as const, user: there.id };
    const ends = intents.map((one) =>
      isMembership(one) ? lookedAt(one, there.groups.has(one.object)) : one,
    );
    return { ...nothing, steps: [{ change, opens: [], reopens: [], ends }] };
  }
  const active = wanted.active && setting.leaving === "leave";
  return together([...groups, ownPart(there.values, there.id, { active }, person, setting)]);
};

/** What is to be done about somebody who is there. `intents` are the living ones about them. */
export const difference = (
  there: There,
  wanted: Wanted,
  intents: ReadonlyArray<OwnedIntent>,
  setting: Setting,
): Part => {
  const person = intents.find(isPerson);
  if (person !== undefined && !wanted.isWanted) return leavingPart(there, wanted, person, intents, setting);
  const groups = membershipParts(
    there.id,
    wanted.groups,
    there.groups,
    intents.filter(isMembership),
    setting,
  );
  const { active, profile } = wanted;
  const fields =
    person === undefined
      ? ownedParts(there.values, there.id, wanted, intents, setting)
      : [ownPart(there.values, there.id, { ...profile, active }, person, setting)];
  return together([...groups, ...fields]);
};

/**
 * What is to be done about somebody who is gone there. Marks of single facts end with them; of whom we made, that is
 * undone by somebody: made again under the same mark, or only said.
 */
export const goneDifference = (
  wanted: Wanted,
  intents: ReadonlyArray<OwnedIntent>,
  { drift }: Setting,
): Part & { readonly again: OwnedIntent | undefined } => {
  const person = intents.find(isPerson);
  const ended = intents
    .filter((intent) => intent !== person || !(wanted.isWanted || wanted.isPaused))
    .map(({ id }) => ({ id, state: "ended" as const }));
  if (person === undefined || !wanted.isWanted) return { ...nothing, moves: ended, again: undefined };
  if (drift === "correct") return { ...nothing, moves: ended, again: person };
  const moves = person.state === "drifted" ? ended : [...ended, { id: person.id, state: "drifted" as const }];
  return { ...nothing, moves, drifted: ["user"], again: undefined };
};
