/** Accounts of one person become one, and a person who was joined by mistake becomes two. */
import { Clock, Effect } from "effect";
import {
  type AccountId,
  type EventId,
  Forbidden,
  InvalidValue,
  mayDo,
  NotFound,
  type Origin,
} from "../../domain/index.ts";
import { type Difference, desiredRoles, difference } from "../../mapping/index.ts";
import {
  type AccountView,
  holdMapping,
  joinKeysOf,
  listRoles,
  loadAssignments,
  loadFacts,
  lockAccounts,
  lockCorrelation,
  mergeAccounts,
  newId,
  recordEvent,
  splitUser,
  type TenantTx,
  viewAccounts,
} from "../../store/index.ts";
import { publishedMapping, reconcile } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { accountNamed } from "./find.ts";

const named = (roles: ReadonlyArray<{ readonly role: string; readonly scope: string }>) =>
  roles.map(({ role, scope }) => (scope === "" ? role : `${role}@${scope}`));

/** What becomes of the one account that is left, or of each of the two. */
export interface Outlook {
  readonly account: AccountId;
  readonly active: boolean;
  readonly gains: ReadonlyArray<string>;
  readonly loses: ReadonlyArray<string>;
}

export interface MergePlan {
  readonly kept: AccountId;
  /** The account that becomes another name of it. */
  readonly other: AccountId;
  /** Against what the account that stays has, and against what the other has. */
  readonly outlooks: ReadonlyArray<Outlook>;
  readonly done: boolean;
}

/**
 * Nobody is joined to these accounts, and nobody is judged, until the transaction ends: a request that took one of them
 * for the person's account would else write to what is only a name by then.
 */
const standStill = Effect.fnUntraced(function* (tx: TenantTx, accounts: ReadonlyArray<AccountId>) {
  const keys = yield* joinKeysOf(tx, accounts);
  if (keys.length > 0) yield* lockCorrelation(tx, keys);
  yield* holdMapping(tx);
  yield* lockAccounts(tx, accounts);
});

const outlook = Effect.fnUntraced(function* (tx: TenantTx, before: AccountId, after: AccountId) {
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
const mayJoin = Effect.fnUntraced(function* (
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

class Undone {
  readonly _tag = "Undone";
  readonly plan: MergePlan;
  constructor(plan: MergePlan) {
    this.plan = plan;
  }
}

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
  inOrganization(
    caller,
    target,
    "account:write",
    Effect.fnUntraced(function* (tx, origin) {
      const plan = yield* merging(tx, origin, caller, yield* bothOf(tx, one, two));
      if (apply) return plan;
      // A failure rolls back.
      return yield* Effect.fail(new Undone({ ...plan, done: false }));
    }),
  ).pipe(
    Effect.catchIf(
      (error) => error instanceof Undone,
      ({ plan }) => Effect.succeed(plan),
    ),
  );

/** Gives one directory user of an account an account of its own. What operators decided stays with the first. */
export const splitAccount = (caller: Caller, target: Target, name: string, user: string) =>
  inOrganization(
    caller,
    target,
    "account:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { id: account, people } = yield* accountNamed(tx, name);
      const found = people.find(({ id }) => id === user);
      if (found === undefined)
        return yield* new NotFound({ kind: "directory user of the account", id: user });
      if (people.length < 2) {
        return yield* new InvalidValue({
          detail: "It is the account's only directory user: there is nothing to split.",
        });
      }
      yield* standStill(tx, [account]);
      const own = newId<AccountId>();
      yield* splitUser(tx, account, found.id, own, "an operator split it off");
      const event = yield* recordEvent(tx, {
        type: "account.split",
        origin,
        subject: { kind: "account", id: account },
        data: { user: found.id, connection: found.connection, account: own },
      });
      yield* reconcile(tx, [account, own], { event, origin, named: true });
      return { account, own };
    }),
  );
