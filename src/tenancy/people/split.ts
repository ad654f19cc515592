/** A person who was joined by mistake becomes two. */
import { Effect } from "effect";
import { type AccountId, InvalidValue, NotFound, type Origin } from "../../domain/index.ts";
import { newId, recordEvent, splitUser, type TenantTx } from "../../store/index.ts";
import { reconcile } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { accountNamed } from "./find.ts";
import { doneOrShown, mayJoin, type Outlook, outlook, shownOnly, standStill } from "./outlook.ts";

export interface SplitPlan {
  readonly account: AccountId;
  /** The account that the directory user has now; of no account where it was only shown. */
  readonly own: AccountId;
  /** Of the account, without the directory user; then of the directory user, against what the account has. */
  readonly outlooks: ReadonlyArray<Outlook>;
  readonly done: boolean;
}

/** The account, and the one of its directory users that is to have its own. */
const partOf = Effect.fnUntraced(function* (tx: TenantTx, name: string, user: string) {
  const { id: account, people } = yield* accountNamed(tx, name);
  const found = people.find(({ id }) => id === user);
  if (found === undefined) return yield* new NotFound({ kind: "directory user of the account", id: user });
  if (people.length < 2) {
    return yield* new InvalidValue({
      detail: "It is the account's only directory user: there is nothing to split.",
    });
  }
  return { account, found };
});

const parting = Effect.fnUntraced(function* (
  tx: TenantTx,
  origin: Origin,
  caller: Caller,
  { account, found }: Effect.Success<ReturnType<typeof partOf>>,
) {
  yield* standStill(tx, [account]);
  const own = newId<AccountId>();
  yield* splitUser(tx, account, found.id, own, "an operator split it off");
  const outlooks = [
    yield* outlook(tx, account, account),
    { ...(yield* outlook(tx, account, own)), account: own },
  ];
  yield* mayJoin(tx, caller, outlooks);
  const event = yield* recordEvent(tx, {
    type: "account.split",
    origin,
    subject: { kind: "account", id: account },
    data: { user: found.id, connection: found.connection, account: own },
  });
  yield* reconcile(tx, [account, own], { event, origin, named: true });
  return { account, own, outlooks, done: true } satisfies SplitPlan as SplitPlan;
});

/**
 * Gives one directory user of an account an account of its own. What operators decided stays with the first. Without
 * `apply` it says what would come of it, from doing it and undoing it.
 */
export const splitAccount = (caller: Caller, target: Target, name: string, user: string, apply: boolean) =>
  doneOrShown(
    inOrganization(
      caller,
      target,
      "account:write",
      Effect.fnUntraced(function* (tx, origin) {
        return yield* shownOnly(apply, yield* parting(tx, origin, caller, yield* partOf(tx, name, user)));
      }),
    ),
  );
