/** What moved between a plan and another look: named, so that a person can decide again. */
import { Effect } from "effect";
import type { AccountId, PlanChange, Shifted, Staleness } from "../../domain/index.ts";
import { canonicalChange } from "../../mapping/index.ts";
import { listPlanItems, type PlanRow, type TenantTx } from "../../store/index.ts";
import type { Looked } from "./everyone.ts";

const named = 10;
const page = 5_000;

/** Counts all that differ, and keeps the first. */
class Shifts {
  count = 0;
  readonly accounts: Array<Shifted> = [];

  add(account: AccountId, was: PlanChange | null, now: PlanChange | null): void {
    if (was !== null && now !== null && canonicalChange(was) === canonicalChange(now)) return;
    this.count += 1;
    if (this.accounts.length < named) this.accounts.push({ account, was, now });
  }
}

/** The accounts of which the plan says other than this look does. */
export const shiftsSince = Effect.fn("shiftsSince")(function* (
  tx: TenantTx,
  plan: PlanRow,
  { items }: Looked,
  catalogueVersion: number,
) {
  const now = new Map(items.map(({ account, change }) => [account, change]));
  const shifts = new Shifts();
  let after: AccountId | undefined;
  let rows = yield* listPlanItems(tx, plan.id, { limit: page });
  while (rows.length > 0) {
    for (const { account, change } of rows) {
      shifts.add(account, change, now.get(account) ?? null);
      now.delete(account);
      after = account;
    }
    rows = yield* listPlanItems(tx, plan.id, { limit: page, after });
  }
  for (const [account, change] of now) shifts.add(account, null, change);
  const because = catalogueVersion === plan.catalogueVersion ? "accounts" : "catalogue";
  return { because, count: shifts.count, accounts: shifts.accounts } satisfies Staleness;
});
