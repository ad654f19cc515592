/**
 * The product's loop: what the sources say about some accounts becomes the roles they have. Lock, read, ask
 * the mapping, compare, write the difference.
 */
import { Clock, Effect } from "effect";
import type { AccountId, DirectoryUserId } from "../domain/index.ts";
import {
  type AccountState,
  createScopes,
  loadStandings,
  lockAccounts,
  lockAccountsOf,
  type NewState,
  newId,
  type Standing,
  shareMapping,
  type TenantTx,
  writeOutcomes,
  writeStates,
} from "../store/index.ts";
import { type Evaluated, evaluateOne, hasNewState } from "./evaluate.ts";
import { guarded } from "./guard/index.ts";
import { mappingOfVersion } from "./mapping-cache.ts";
import type { Cause, Outcome } from "./outcome.ts";
import { pushLater } from "./push-later.ts";

const hasMoved = ({ difference: { gained, lost, changed } }: Outcome) =>
  gained.length + lost.length + changed.length > 0;

const named = (roles: ReadonlyArray<{ readonly role: string; readonly scope: string }>) =>
  roles.map(({ role, scope }) => (scope === "" ? role : `${role}@${scope}`));

const record = ({ facts, desired, difference: { gained, lost } }: Outcome) => ({
  people: facts.people.map((person) => ({ id: person.id, groups: person.groups.map((group) => group.id) })),
  roles: desired.roles.map(({ role, scope, reasons }) => ({
    role,
    scope,
    reasons: reasons.map(({ rule, person, group, because }) => ({ rule, person, group, because })),
  })),
  gained: named(gained),
  lost: named(lost),
});

const decisionOf = (outcome: Outcome, mappingVersion: number) => ({
  id: outcome.decision,
  account: outcome.facts.account,
  mappingVersion,
  cause: outcome.cause.event,
  active: outcome.desired.active,
  outcome: record(outcome),
});

const rolesChanged = (outcome: Outcome) => ({
  type: "account.roles-changed",
  origin: outcome.cause.origin,
  subject: { kind: "account", id: outcome.facts.account },
  cause: outcome.cause.event,
  data: {
    decision: outcome.decision,
    gained: named(outcome.difference.gained),
    lost: named(outcome.difference.lost),
    otherReasons: named(outcome.difference.changed),
  },
});

const lifecycleChanged = ({ facts, desired: { active, because }, cause }: Outcome) => ({
  type: active ? "account.activated" : "account.deactivated",
  origin: cause.origin,
  subject: { kind: "account", id: facts.account },
  cause: cause.event,
  data: { because },
});

/** The states that differ, of active or inactive or only of why, of when to look again, or of the mapping behind them. */
const newStates = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<NewState> =>
  outcomes
    .filter((outcome) => outcome.isNewlyJudged || hasNewState(outcome))
    .map(({ before: { id }, desired: { active, because }, dueAt, isNewlyJudged }) => ({
      id,
      active,
      because,
      dueAt,
      isNewlyJudged,
    }));

const nothingOver: ReadonlySet<string> = new Set();

/** Rules that are no longer valid, and grants that are there no more, among the reasons of an account's roles. */
const overIn = (
  { roles, decided }: Standing,
  ended: ReadonlySet<string>,
  now: number,
): ReadonlySet<string> => {
  const reasons = roles.flatMap((role) => role.reasons);
  const ids = reasons
    .filter(({ rule, person }) => person === null || ended.has(rule))
    .map(({ rule }) => rule);
  if (ids.length === 0) return nothingOver;
  const living = decided.grants.filter(({ until }) => until === null || now < until);
  const names = new Set(
    living.map(({ id, invitation }) => (invitation === null ? `grant:${id}` : `invitation:${invitation}`)),
  );
  return new Set(ids.filter((rule) => !names.has(rule)));
};

const evaluate = Effect.fnUntraced(function* (
  tx: TenantTx,
  locked: ReadonlyArray<AccountState>,
  causes: ReadonlyMap<AccountId, Cause>,
) {
  const standings = yield* loadStandings(
    tx,
    locked.map(({ id }) => id),
  );
  const { mapping, version } = yield* mappingOfVersion(
    tx,
    standings[0]?.mappingVersion ?? 0,
    standings[0]?.catalogue ?? "",
  );
  const now = yield* Clock.currentTimeMillis;
  const ended = new Set(mapping.rules.filter(({ until }) => until <= now).map(({ id }) => id));
  const states = new Map(locked.map((state) => [state.id, state]));
  const outcomes = standings.flatMap((facts): ReadonlyArray<Outcome> => {
    const before = states.get(facts.account);
    const cause = causes.get(facts.account);
    if (before === undefined || cause === undefined) return [];
    const isNewlyJudged = (facts.ruledSince ?? 0) > before.evaluatedAt;
    const over = overIn(facts, ended, now);
    return [
      { ...evaluateOne(before, facts, mapping, now), facts, decision: newId(), cause, isNewlyJudged, over },
    ];
  });
  return { outcomes, version, pushes: standings[0]?.pushes === true };
});

/** Scopes that rules said to create, each for the first of its causes. */
const keepNewScopes = Effect.fnUntraced(function* (tx: TenantTx, outcomes: ReadonlyArray<Outcome>) {
  const causes = new Map(
    outcomes
      .toReversed()
      .flatMap(({ desired, cause }) => desired.newScopes.map((scope) => [scope, cause.event] as const)),
  );
  if (causes.size > 0) yield* createScopes(tx, causes);
});

interface Look {
  /** Are these all the accounts that their causes touch? */
  readonly complete: boolean;
  readonly accepts?: ((evaluated: Evaluated) => boolean) | undefined;
}

const settle = Effect.fn("reconcile")(function* (
  tx: TenantTx,
  locked: ReadonlyArray<AccountState>,
  causes: ReadonlyMap<AccountId, Cause>,
  { complete, accepts }: Look,
) {
  if (locked.length === 0) return [];
  const { outcomes: all, version, pushes } = yield* evaluate(tx, locked, causes);
  const accepted = accepts === undefined ? all : all.filter(accepts);
  const outcomes = yield* guarded(tx, accepted, { mappingVersion: version, complete });
  const moved = outcomes.filter(hasMoved);
  const turned = outcomes.filter(({ before, desired }) => before.active !== desired.active);
  yield* writeStates(tx, newStates(outcomes));
  yield* keepNewScopes(tx, outcomes);
  yield* writeOutcomes(tx, {
    at: new Date(yield* Clock.currentTimeMillis),
    changes: moved.map(({ facts, decision, difference: moves }) => ({
      account: facts.account,
      decision,
      ...moves,
    })),
    decisions: moved.map((outcome) => decisionOf(outcome, version)),
    events: [...turned.map(lifecycleChanged), ...moved.map(rolesChanged)],
  });
  // Also of whom nothing moved here: what they are called may have changed.
  if (pushes)
    yield* pushLater(
      tx,
      outcomes.map(({ before: { id }, cause }) => ({ id, cause: cause.event })),
    );
  return outcomes;
});

/**
 * Makes the assignments of these accounts equal what their facts give, each for its own cause, but for what the guard
 * holds. The locks come first and the facts are read after them: in the other order, two transactions that each miss the
 * other's commit leave a stale role. Others may be touched by the same causes: what is lost is counted with theirs.
 */
export const reconcileEach = Effect.fnUntraced(function* (
  tx: TenantTx,
  causes: ReadonlyMap<AccountId, Cause>,
) {
  yield* shareMapping(tx);
  yield* settle(tx, yield* lockAccounts(tx, [...causes.keys()]), causes, { complete: false });
});

/**
 * The same, for one cause and only where `accepts` says so of what comes of it. Gives the outcomes that were written.
 * The caller sees to it that the mapping in force stays, by `shareMapping` or `holdMapping`.
 */
export const reconcileWhere = Effect.fnUntraced(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountId>,
  cause: Cause,
  accepts?: (evaluated: Evaluated) => boolean,
) {
  const locked = yield* lockAccounts(tx, accounts);
  const causes = new Map(locked.map(({ id }) => [id, cause]));
  return yield* settle(tx, locked, causes, { complete: true, accepts });
});

/** The same for all the accounts that one thing made it necessary to look at. */
export const reconcile = Effect.fnUntraced(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountId>,
  cause: Cause,
) {
  yield* shareMapping(tx);
  yield* reconcileWhere(tx, accounts, cause);
});

/** The same for the accounts of these directory users. */
export const reconcileUsers = Effect.fnUntraced(function* (
  tx: TenantTx,
  users: ReadonlyArray<DirectoryUserId>,
  cause: Cause,
) {
  yield* shareMapping(tx);
  const locked = yield* lockAccountsOf(tx, users);
  yield* settle(tx, locked, new Map(locked.map(({ id }) => [id, cause])), { complete: true });
});
