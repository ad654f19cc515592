/** What a mapping would have given one account, beside what it had. */
import type { AccountId, EventId } from "../../domain/index.ts";
import { type CompiledMapping, desiredRoles, nextMoment, roleKey } from "../../mapping/index.ts";
import type { Window } from "../../store/index.ts";
import { changesIn, decisionAtMoment, factsAt, type Past } from "./past.ts";

/** A role that an account would have had and had not, or the other way round, for a while. */
export interface Deviation {
  readonly account: AccountId;
  readonly role: string;
  readonly scope: string;
  readonly more: boolean;
  /** In milliseconds since 1970. */
  readonly from: number;
  /** `null`: at the end of the window it is still so. */
  readonly until: number | null;
  /** The rules that would have given it; of one that is missing, those that did. */
  readonly rules: ReadonlyArray<string>;
  /** The event that brought the fact; of one that is missing, the one after which it was given. */
  readonly cause: EventId | null;
}

type Found = Pick<Deviation, "role" | "scope" | "more" | "rules" | "cause">;

interface Given {
  readonly role: string;
  readonly scope: string;
  readonly reasons: ReadonlyArray<{ readonly rule: string; readonly cause?: EventId }>;
}

const rulesOf = ({ reasons }: Given) => [...new Set(reasons.map(({ rule }) => rule))];

/** Where what would have been and what was are not the same, by a key. */
const deviationsOf = (
  would: ReadonlyArray<Given>,
  had: ReadonlyArray<Given>,
  decided: EventId | null,
): ReadonlyMap<string, Found> => {
  const known = new Set(had.map(roleKey));
  const wanted = new Set(would.map(roleKey));
  const more = would
    .filter((role) => !known.has(roleKey(role)))
    .map((role): Found => {
      const { role: key, scope, reasons } = role;
      return { role: key, scope, more: true, rules: rulesOf(role), cause: reasons[0]?.cause ?? null };
    });
  const less = had
    .filter((role) => !wanted.has(roleKey(role)))
    .map((role): Found => {
      const { role: key, scope } = role;
      return { role: key, scope, more: false, rules: rulesOf(role), cause: decided };
    });
  return new Map([...more, ...less].map((one) => [`${one.more}|${roleKey(one)}`, one]));
};

export interface Replayed {
  readonly deviations: ReadonlyArray<Deviation>;
  /** At how many moments the mapping was asked. */
  readonly moments: number;
}

/** Asks at every change in the window, and between two of them whenever time alone may have changed the answer. */
export const replayAccount = (past: Past, mapping: CompiledMapping, window: Window): Replayed => {
  const { account } = past.account;
  const open = new Map<string, Found & { readonly from: number }>();
  const closed: Array<Deviation> = [];
  let moments = 0;
  const note = (moment: number, found: ReadonlyMap<string, Found>) => {
    for (const [key, one] of open) {
      if (found.has(key)) continue;
      open.delete(key);
      closed.push({ account, ...one, until: moment });
    }
    for (const [key, one] of found) if (!open.has(key)) open.set(key, { ...one, from: moment });
  };
  const changes = changesIn(past, window);
  for (const [index, change] of changes.entries()) {
    const end = changes[index + 1] ?? window.to;
    const facts = factsAt(past, change);
    const inForce = decisionAtMoment(past, change);
    for (let at: number | null = change; at !== null; ) {
      moments += 1;
      const { roles } = desiredRoles(facts, mapping, at);
      note(at, deviationsOf(roles, inForce?.roles ?? [], inForce?.cause ?? null));
      const next: number | null = nextMoment(facts, mapping, at);
      at = next !== null && next < end ? next : null;
    }
  }
  const still = [...open.values()].map((one): Deviation => ({ account, ...one, until: null }));
  return { deviations: [...closed, ...still], moments };
};
