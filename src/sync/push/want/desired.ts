/** What should be there of an account: pure, from what is known of it and what operators want written. */
import { createHash } from "node:crypto";
import type { GroupFact as OutsideGroup } from "../../../../connectors/connector.ts";
import type { PushField, PushSettings } from "../../../domain/index.ts";
import { authoritative, byText, counts } from "../../../mapping/index.ts";
import type { PushPerson, PushStanding } from "../../../store/index.ts";
import { type Profile, profileOf } from "../../profile.ts";

export type Group = Pick<OutsideGroup, "id" | "kind">;

export interface Wanted {
  /** Is this somebody who is created where nobody knows them, and kept where we did? */
  readonly isWanted: boolean;
  /** All who know this person are connections that are disabled or do not count yet: nothing is said of whether they stay. */
  readonly isPaused: boolean;
  readonly active: boolean;
  readonly profile: Profile;
  readonly groups: ReadonlyArray<Group>;
  /** Fields that are not ours to write, whatever the settings say. */
  readonly yielded: ReadonlyArray<PushField>;
}

/** Those who say what the person is called: not whom we made, nor what that very directory says of itself. */
const tellers = ({ account, people }: PushStanding): ReadonlyArray<PushPerson> => {
  const telling = people.filter(({ isOurs, isHere, connection }) => !isOurs && !isHere && counts(connection));
  const facts = {
    account,
    people: telling,
    lost: [],
    decided: { suspended: null, grants: [], exclusions: [] },
  };
  const first = new Set<string>(authoritative(facts).map(({ id }) => id));
  const rank = ({ connection }: PushPerson) => (first.has(connection.id) ? 0 : 1);
  return telling.toSorted((a, b) => rank(a) - rank(b) || a.linkedAt - b.linkedAt || byText(a.id, b.id));
};

/** Of each field the first who tells it: connections with lifecycle authority, then those known longest. */
const winners = (people: ReadonlyArray<PushPerson>): Profile =>
  Object.assign({}, ...people.map(({ attributes }) => profileOf(attributes)).toReversed());

/** What is to be written, and how the system that it is written to takes it. */
export interface Rules extends PushSettings {
  /** It calls everybody by their email, whatever userName it is given. */
  readonly isNamedByEmail: boolean;
}

/** Where the email is the userName, nobody without one can be there, and nobody has another. */
const namedByEmail = ({ userName: _, ...profile }: Profile): Profile =>
  profile.email === undefined ? profile : { ...profile, userName: profile.email };

/** Known only where nothing counts yet: whether they are active has not been said. */
const isUnsaid = (people: ReadonlyArray<PushPerson>): boolean => {
  const theirs = people.filter(({ isOurs }) => !isOurs);
  return theirs.length > 0 && theirs.every(({ connection }) => connection.waits === true);
};

export const wantedOf = (standing: PushStanding, rules: Rules): Wanted => {
  const { creates, roles, isNamedByEmail } = rules;
  const { active, people } = standing;
  const telling = tellers(standing);
  const unsaid = isUnsaid(people);
  const isKnown = telling.length > 0;
  const isCreated = creates === "everyone" || (creates === "with-roles" && standing.roles.length > 0);
  // Somebody who is only there because we made them has no say in staying.
  const counts = active && (isKnown || people.some(({ isHere, isOurs }) => isHere && !isOurs));
  const has = new Set(standing.roles.map(({ role, scope }) => JSON.stringify([role, scope])));
  const groups = roles
    .filter(({ role, scope }) => counts && has.has(JSON.stringify([role, scope])))
    .map(({ group: id, kind }) => ({ id, kind }));
  return {
    isWanted: active && isKnown && isCreated,
    isPaused: (active || unsaid) && !isKnown && people.some(({ isOurs, isHere }) => !isOurs && !isHere),
    active,
    profile: isNamedByEmail ? namedByEmail(winners(telling)) : winners(telling),
    groups: [...new Map(groups.map((group) => [group.id, group])).values()].toSorted((a, b) =>
      byText(a.id, b.id),
    ),
    // Of people whom we did not make it follows from the email, and is not written by itself.
    yielded: [...(isNamedByEmail ? (["userName"] as const) : []), ...(unsaid ? (["active"] as const) : [])],
  };
};

/** Two that are equal want the same to be done. */
export const digestOf = (wanted: Wanted, { leaving, owns, drift }: PushSettings): string =>
  createHash("sha256")
    .update(JSON.stringify([wanted, leaving, owns, drift]))
    .digest("base64url");
