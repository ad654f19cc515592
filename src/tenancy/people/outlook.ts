/** What becomes of people as their accounts are joined or parted: found by doing it and, where it is only shown, undoing it. */
import { Clock, Effect } from "effect";
import { type AccountId, Forbidden, mayDo, NotFound } from "../../domain/index.ts";
import { type Difference, desiredRoles, difference } from "../../mapping/index.ts";
import {
  holdMapping,
  joinKeysOf,
  listRoles,
  loadAssignments,
  loadFacts,
  lockAccounts,
  lockCorrelation,
  type TenantTx,
} from "../../store/index.ts";
import { publishedMapping } from "../../sync/index.ts";
import type { Caller } from "../caller.ts";

const named = (roles: ReadonlyArray<{ readonly role: string; readonly scope: string }>) =>
  roles.map(({ role, scope }) => (scope === "" ? role : `${role}@${scope}`));

/** What becomes of the one account that is left, or of each of the two. */
export interface Outlook {
  readonly account: AccountId;
  readonly active: boolean;
  readonly gains: ReadonlyArray<string>;
  readonly loses: ReadonlyArray<string>;
}

/**
 * Nobody is joined to these accounts, and nobody is judged, until the transaction ends: a request that took one of them
 * for the person's account would else write to what is only a name by then.
 */
export const standStill = Effect.fnUntraced(function* (tx: TenantTx, accounts: ReadonlyArray<AccountId>) {
  const keys = yield* joinKeysOf(tx, accounts);
  if (keys.length > 0) yield* lockCorrelation(tx, keys);
  yield* holdMapping(tx);
  yield* lockAccounts(tx, accounts);
});

export const outlook = Effect.fnUntraced(function* (tx: TenantTx, before: AccountId, after: AccountId) {
  const [facts] = yield* loadFacts(tx, [after]);
  if (facts === undefined) return yield* new NotFound({ kind: "account", id: after });
  const { mapping } = yield* publishedMapping(tx);
  const desired = desiredRoles(facts, mapping, yield* Clock.currentTimeMillis);
  const now = (yield* loadAssignments(tx, [before])).get(before) ?? [];
  const { gained, lost }: Difference = difference(now, desired.roles);
  return {
    account: before,
    active: desired.active,
    gains: named(gained),
    loses: named(lost),
  } satisfies Outlook as Outlook;
});

/** Joining somebody to a reserved role's holder gives it as a grant does. */
export const mayJoin = Effect.fnUntraced(function* (
  tx: TenantTx,
  { role: own }: Caller,
  outlooks: ReadonlyArray<Outlook>,
) {
  if (mayDo(own, "grant:reserved")) return;
  const reserved = new Set<string>(
    (yield* listRoles(tx)).filter((role) => role.reserved).map(({ key }) => key),
  );
  const given = outlooks.flatMap(({ gains }) => gains).find((name) => reserved.has(name.split("@")[0] ?? ""));
  if (given === undefined) return;
  return yield* new Forbidden({
    detail: `This gives somebody the reserved role ${given}, and who is ${own} gives it to nobody. Ask an owner.`,
  });
});

class Shown<Plan> {
  readonly _tag = "Shown";
  readonly plan: Plan;
  constructor(plan: Plan) {
    this.plan = plan;
  }
}

/** The plan; without `apply` as a failure, because a failure rolls back. */
export const shownOnly = <Plan extends { readonly done: boolean }>(apply: boolean, plan: Plan) =>
  apply ? Effect.succeed(plan) : Effect.fail(new Shown<Plan>({ ...plan, done: false }));

/** What a transaction came to, whether it was kept or only shown. */
export const doneOrShown = <Plan, E, R>(body: Effect.Effect<Plan, E | Shown<Plan>, R>) =>
  body.pipe(
    Effect.catchIf(
      (error) => error instanceof Shown,
      ({ plan }) => Effect.succeed(plan),
    ),
  );
