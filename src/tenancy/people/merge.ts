/** Accounts of one person become one. */
import { Effect } from "effect";
import { type AccountId, type EventId, InvalidValue, type Origin } from "../../domain/index.ts";
import {
  type AccountView,
  mergeAccounts,
  newId,
  recordEvent,
  type TenantTx,
  viewAccounts,
} from "../../store/index.ts";
import { reconcile } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { accountNamed } from "./find.ts";
import { doneOrShown, mayJoin, type Outlook, outlook, shownOnly, standStill } from "./outlook.ts";

export interface MergePlan {
  readonly kept: AccountId;
  /** The account that becomes another name of it. */
  readonly other: AccountId;
  /** Against what the account that stays has, and against what the other has. */
  readonly outlooks: ReadonlyArray<Outlook>;
  readonly done: boolean;
}

/** An account has one directory user of each connection: that the source keeps two says that they are two. */
const requireApart = ([first, second]: ReadonlyArray<AccountView>) => {
  const slugs = new Set(first?.people.map(({ connectionSlug }) => connectionSlug));
  const shared = second?.people.find(({ connectionSlug }) => slugs.has(connectionSlug))?.connectionSlug;
  return shared === undefined
    ? Effect.void
    : Effect.fail(
        new InvalidValue({
          detail: `Both have a directory user of the connection ${shared}, and an account has one of each. Delete the wrong one there first.`,
        }),
      );
};

const bothOf = Effect.fnUntraced(function* (tx: TenantTx, one: string, two: string) {
  const views = [yield* accountNamed(tx, one), yield* accountNamed(tx, two)];
  // Version 7: the older id is the smaller one.
  const [kept, other] = [...new Set(views.map(({ id }) => id))].toSorted();
  if (kept === undefined || other === undefined) {
    return yield* new InvalidValue({ detail: `${one} and ${two} are one account already.` });
  }
  return { kept, other };
});

const merging = Effect.fnUntraced(function* (
  tx: TenantTx,
  origin: Origin,
  caller: Caller,
  { kept, other }: { readonly kept: AccountId; readonly other: AccountId },
) {
  yield* standStill(tx, [kept, other]);
  yield* requireApart(yield* viewAccounts(tx, [kept, other]));
  const id = newId<EventId>();
  const moved = yield* mergeAccounts(tx, other, kept);
  const outlooks = [yield* outlook(tx, kept, kept), yield* outlook(tx, other, kept)];
  yield* mayJoin(tx, caller, outlooks);
  const subject = { kind: "account", id: kept };
  const data = { other, ...moved };
  const event = yield* recordEvent(tx, { id, type: "account.merged", origin, subject, data });
  yield* recordEvent(tx, {
    type: "account.became-alias",
    origin,
    subject: { kind: "account", id: other },
    cause: event,
    data: { account: kept },
  });
  yield* reconcile(tx, [kept, other], { event, origin, named: true });
  return { kept, other, outlooks, done: true } satisfies MergePlan as MergePlan;
});

/**
 * Joins two accounts: the older one's id stays, the other becomes another name of it. Without `apply` it says what
 * would come of it, from doing it and undoing it.
 */
export const mergeTwo = (caller: Caller, target: Target, one: string, two: string, apply: boolean) =>
  doneOrShown(
    inOrganization(
      caller,
      target,
      "account:write",
      Effect.fnUntraced(function* (tx, origin) {
        return yield* shownOnly(apply, yield* merging(tx, origin, caller, yield* bothOf(tx, one, two)));
      }),
    ),
  );
