/**
 * The look behind. While a mapping is put in force, news of people go on coming, and some of them were still evaluated
 * by the one before. They are found and left to the jobs, as are those whose roles stay and whose next moment does not.
 */
import { Effect } from "effect";
import type { AccountId } from "../../domain/index.ts";
import { addPending, plannedAmong, publishedVersion, Store, type TenantTx } from "../../store/index.ts";
import type { Cause } from "../outcome.ts";
import { type Looked, lookAtEveryone } from "./everyone.ts";
import type { Work } from "./holding.ts";
import { lookFor } from "./subject.ts";

const nothing: Pick<Looked, "items" | "quiet"> = { items: [], quiet: [] };

const findBehind = Effect.fn("findBehind")(function* (
  { organization, plan, progress }: Work,
  version: number,
) {
  const store = yield* Store;
  return yield* store.reading(
    organization,
    Effect.fnUntraced(function* (tx) {
      // Whoever put another mapping in force sees to everyone.
      if ((yield* publishedVersion(tx)) !== version) return nothing;
      const look = yield* lookFor(tx, {
        ...plan,
        kind: "pending",
        mappingVersion: version,
        baseVersion: version,
      });
      return yield* lookAtEveryone(tx, look, progress);
    }),
  );
});

/** Those of the accounts that the plan does not name: what became of its own stands in its items. */
const unplanned = Effect.fnUntraced(function* (tx: TenantTx, work: Work, accounts: ReadonlyArray<AccountId>) {
  const planned = new Set(yield* plannedAmong(tx, work.plan.id, accounts));
  return accounts.filter((account) => !planned.has(account));
});

/** Looks, and gives what is to be done in the transaction that ends the plan. `version` is the mapping put in force. */
export const lookBehind = Effect.fn("lookBehind")(function* (work: Work, version: number) {
  const { items, quiet } = yield* findBehind(work, version);
  return Effect.fnUntraced(function* (tx: TenantTx, cause: Cause) {
    const others = yield* unplanned(
      tx,
      work,
      items.map(({ account }) => account),
    );
    const accounts = [...others, ...quiet];
    if (accounts.length === 0) return;
    yield* addPending(
      tx,
      accounts.map((id) => ({ id, cause: cause.event })),
      { loses: false },
    );
    yield* tx.enqueue("reconcile", { organization: tx.organization });
  });
});
