/** Every account evaluated and nothing written: only what differs is kept. */
import { createHash } from "node:crypto";
import { Clock, Effect } from "effect";
import type { AccountId, PlanChange, PlanCounts } from "../../domain/index.ts";
import { canonicalChange, changeOf, isNoChange, Tally } from "../../mapping/index.ts";
import {
  countAccounts,
  everyone,
  loadCatalogue,
  nobody,
  type PlanItem,
  type Seen,
  type TenantTx,
} from "../../store/index.ts";
import { type Evaluated, evaluateOne, hasNewState } from "../evaluate.ts";
import type { Look } from "./subject.ts";

const batch = 1_000;

/** How far a look is: accounts done of all. Written by the look, read by whoever shows it. */
export interface Progress {
  done: number;
  total: number;
}

export interface Looked {
  readonly items: ReadonlyArray<PlanItem>;
  /** Accounts whose roles stay and whose state is noted anew: when time may change something, or why they are active. */
  readonly quiet: ReadonlyArray<AccountId>;
  readonly counts: PlanCounts;
  /** Over all that decides and all items in account order. Equal hashes: the plan would do the same. */
  readonly hash: string;
}

export const changeIn = ({ before, desired, difference }: Evaluated): PlanChange =>
  changeOf(before.active, desired.active, difference);

/** What a look has found so far. */
class Findings {
  readonly items: Array<PlanItem> = [];
  readonly quiet: Array<AccountId> = [];
  readonly tally: Tally;
  readonly #hash = createHash("sha256");

  constructor(header: string, reserved: Tally["reserved"]) {
    this.tally = new Tally(reserved);
    this.#hash.update(`${header}\n`);
  }

  add(account: AccountId, evaluated: Evaluated): void {
    const change = changeIn(evaluated);
    const { facts, desired } = evaluated;
    if (isNoChange(change)) {
      this.tally.add(facts.roles, desired.roles, null);
      if (hasNewState(evaluated)) this.quiet.push(account);
      return;
    }
    this.tally.add(facts.roles, desired.roles, change);
    this.items.push({ account, change });
    this.#hash.update(`${account} ${canonicalChange(change)}\n`);
  }

  get looked(): Looked {
    const { items, quiet, tally } = this;
    return { items, quiet, counts: tally.counts, hash: this.#hash.digest("hex") };
  }
}

/** To be called in a transaction that sees one moment. `progress` is kept up to date while it goes on. */
export const lookAtEveryone = Effect.fn("lookAtEveryone")(function* (
  tx: TenantTx,
  { mapping, facts, header }: Look,
  progress: Progress = { done: 0, total: 0 },
) {
  const { reserved } = yield* loadCatalogue(tx);
  const findings = new Findings(header, reserved);
  const now = yield* Clock.currentTimeMillis;
  progress.done = 0;
  progress.total = yield* countAccounts(tx);
  const asksAttributes = mapping.index.attributes.size + mapping.index.domains.size > 0;
  const next = yield* everyone(tx, batch, asksAttributes);
  let page: ReadonlyArray<Seen> = [];
  let after: string = nobody;
  do {
    page = yield* next(after);
    for (const seen of page) findings.add(seen.account, evaluateOne(seen.state, facts(seen), mapping, now));
    after = page.at(-1)?.account ?? after;
    progress.done += page.length;
  } while (page.length === batch);
  return findings.looked;
});
