/** Recomputes accounts and compares. Writes nothing. */
import { Clock, Effect } from "effect";
import type { AccountId } from "../../domain/index.ts";
import { type CompiledMapping, type Difference, roleKey } from "../../mapping/index.ts";
import {
  everyone,
  nobody,
  type Seen,
  type TenantTx,
  versionAt,
  type WithheldRole,
  waitingAmong,
  withheldOf,
} from "../../store/index.ts";
import { type Evaluated, evaluateOne } from "../evaluate.ts";
import { publishedMapping } from "../mapping-cache.ts";
import { pastMappings } from "./past.ts";

/** Roles that an account has, or lacks, and that nothing explains. */
export interface Drift {
  readonly account: AccountId;
  readonly missing: ReadonlyArray<string>;
  readonly unfounded: ReadonlyArray<string>;
  /** Of the roles that are right, how many have other reasons than they should. */
  readonly otherReasons: number;
  /** Is it active, or not, in spite of the facts? */
  readonly activity: boolean;
}

export interface Verified {
  readonly accounts: number;
  /** Differences that are listed elsewhere: they wait for a job, for news, or for somebody's approval. */
  readonly waiting: number;
  readonly drifts: ReadonlyArray<Drift>;
}

const differs = ({ before, desired, difference: { gained, lost, changed } }: Evaluated): boolean =>
  before.active !== desired.active || gained.length + lost.length + changed.length > 0;

const isDue = ({ before }: Evaluated, now: number): boolean => before.dueAt !== null && before.dueAt <= now;

/** What is left of the difference without what the guard keeps. */
const unheld = (one: Evaluated, held: ReadonlyArray<WithheldRole>): boolean => {
  const keys = new Set(held.map(roleKey));
  const { before, desired, difference } = one;
  if (before.active && !desired.active) return !keys.has(roleKey({ role: "", scope: "" }));
  const { gained, lost, changed } = difference;
  return (
    before.active !== desired.active ||
    gained.length + changed.length > 0 ||
    lost.some((role) => !keys.has(roleKey(role)))
  );
};

const named = (roles: Difference["lost"]) =>
  roles.map(({ role, scope }) => (scope === "" ? role : `${role}@${scope}`));

const driftOf = ({ before, desired, difference: { gained, lost, changed } }: Evaluated): Drift => ({
  account: before.id,
  missing: named(gained),
  unfounded: named(lost),
  otherReasons: changed.length,
  activity: before.active !== desired.active,
});

const again = (one: Evaluated, mapping: CompiledMapping, now: number): Evaluated =>
  evaluateOne(one.before, one.facts, mapping, now);

/** Those of the differing accounts that neither a job, nor the guard, nor an earlier mapping explains. */
const unexplained = Effect.fnUntraced(function* (
  tx: TenantTx,
  differing: ReadonlyArray<Evaluated>,
  now: number,
) {
  const ids = differing.map(({ before }) => before.id);
  const waiting = yield* waitingAmong(tx, ids);
  const held = Map.groupBy(yield* withheldOf(tx, ids), ({ account }) => account);
  const open = differing.filter(
    (one) => !(waiting.has(one.before.id) || isDue(one, now)) && unheld(one, held.get(one.before.id) ?? []),
  );
  if (open.length === 0) return [];
  const mappingsOf = yield* pastMappings(tx);
  const left: Array<Evaluated> = [];
  for (const one of open) {
    const kept = held.get(one.before.id) ?? [];
    const past = yield* mappingsOf(yield* versionAt(tx, one.before.evaluatedAt));
    const isWrong = (then: Evaluated) => differs(then) && unheld(then, kept);
    if (past.every((mapping) => isWrong(again(one, mapping, now)))) left.push(one);
  }
  return left;
});

/** Looks at one page of accounts. To be called in a transaction that sees one moment. */
export const verifyPage = Effect.fnUntraced(function* (tx: TenantTx, page: ReadonlyArray<Seen>) {
  const { mapping } = yield* publishedMapping(tx);
  const now = yield* Clock.currentTimeMillis;
  const differing = page.map((seen) => evaluateOne(seen.state, seen, mapping, now)).filter(differs);
  const drifts = differing.length === 0 ? [] : yield* unexplained(tx, differing, now);
  return {
    accounts: page.length,
    waiting: differing.length - drifts.length,
    drifts: drifts.map(driftOf),
  } satisfies Verified as Verified;
});

const batch = 1_000;
/** So many are listed; the count goes on. */
const listed = 100;

/** Looks at everybody. To be called in a transaction that sees one moment. */
export const verifyEveryone = Effect.fn("verifyEveryone")(function* (tx: TenantTx) {
  const next = yield* everyone(tx, batch, true);
  const total = { accounts: 0, waiting: 0, unexplained: 0, drifts: [] as Drift[] };
  let page = yield* next(nobody);
  while (page.length > 0) {
    const { accounts, waiting, drifts } = yield* verifyPage(tx, page);
    total.accounts += accounts;
    total.waiting += waiting;
    total.unexplained += drifts.length;
    total.drifts.push(...drifts.slice(0, listed - total.drifts.length));
    page = yield* next(page.at(-1)?.account ?? nobody);
  }
  return total;
});
