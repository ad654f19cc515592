/**
 * What was handed back is the source's as long as it is wanted without a break: it is not written again under another
 * mark. Once it is no longer wanted, or another value is, wanting it counts anew.
 */
import { pushFields } from "../../../domain/index.ts";
import type { IntentMove, OwnedIntent } from "../../../store/index.ts";
import { fieldOf, isSame } from "../../profile.ts";
import type { Wanted } from "./desired.ts";

/** Is just what it marks wanted still? `id`: whom the account is there. */
const isWantedStill = (
  { isWanted, groups, profile, active }: Wanted,
  { fact, subject, object, after }: OwnedIntent,
  id: string | null,
): boolean => {
  if (fact === "user") return isWanted;
  if (subject !== id) return false;
  if (fact === "membership") return groups.some((group) => group.id === object);
  const value = fieldOf({ ...profile, active }, fact);
  return value !== undefined && isSame(fact, value, after);
};

export const withoutReleased = (wanted: Wanted, released: ReadonlyArray<OwnedIntent>, id: string | null) => {
  const yielding = released.filter((intent) => isWantedStill(wanted, intent, id));
  const has = (fact: OwnedIntent["fact"], object?: string) =>
    yielding.some((one) => one.fact === fact && (object === undefined || one.object === object));
  const left: Wanted = {
    ...wanted,
    isWanted: wanted.isWanted && !has("user"),
    groups: wanted.groups.filter((group) => !has("membership", group.id)),
    yielded: pushFields.filter((field) => wanted.yielded.includes(field) || has(field)),
  };
  const over = released
    .filter((intent) => !yielding.includes(intent))
    .map(({ id: mark }): IntentMove => ({ id: mark, state: "released", yields: false }));
  return { wanted: left, over };
};
