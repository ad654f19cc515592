/** The guard as operators see and set it: limits of inferred loss, and what they held. */
import { Effect } from "effect";
import {
  type ConnectionId,
  Forbidden,
  InvalidValue,
  isUuid,
  mayDo,
  NotFound,
  type PlanId,
} from "../domain/index.ts";
import { type GuardLimits, usualLimits } from "../mapping/index.ts";
import {
  countAccountsUpTo,
  forgetGuard,
  setGuard as keepGuard,
  listConnections,
  listGuards,
  recordEvent,
  type TenantTx,
} from "../store/index.ts";
import { approveHold } from "../sync/index.ts";
import { inOrganization, type Target } from "./access.ts";
import type { Caller } from "./caller.ts";
import { namedConnection } from "./connection/index.ts";

export interface GuardView extends GuardLimits {
  /** `null`: every connection that has no limits of its own. */
  readonly connection: string | null;
  /** Did somebody set these, or are they the usual ones? */
  readonly set: boolean;
}

const view = Effect.fnUntraced(function* (tx: TenantTx) {
  const rows = yield* listGuards(tx);
  const slugs = new Map((yield* listConnections(tx)).map(({ id, slug }) => [id, slug]));
  const own = rows.find(({ connection }) => connection === null);
  const general: GuardView = { ...usualLimits, ...own, connection: null, set: own !== undefined };
  const others = rows.flatMap(({ connection, ...limits }): ReadonlyArray<GuardView> => {
    const slug = connection === null ? undefined : slugs.get(connection);
    return slug === undefined ? [] : [{ ...limits, connection: slug, set: true }];
  });
  return [general, ...others];
});

export const viewGuards = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "mapping:read", view);

export interface WantedGuard {
  readonly connection: string | null;
  readonly enabled: boolean | null;
  readonly accounts: number | null;
  readonly percent: number | null;
  /** Back to what would count without these. */
  readonly usual: boolean;
}

const within = (field: string, value: number, least: number, most: number) =>
  value >= least && value <= most
    ? Effect.succeed(value)
    : Effect.fail(new InvalidValue({ detail: `${field}: use ${least} to ${most}.` }));

/** The connection of that slug; `null` for the organization's own limits. */
const connectionOf = Effect.fnUntraced(function* (tx: TenantTx, slug: string | null) {
  return slug === null ? null : (yield* namedConnection(tx, slug)).id;
});

/** Beyond this share of everybody, a limit is none. */
const mostPercent = 50;

/** Does next to nothing exceed these any more? */
const isOff = Effect.fnUntraced(function* (tx: TenantTx, { enabled, accounts, percent }: GuardLimits) {
  if (!enabled) return true;
  return percent > mostPercent && (yield* countAccountsUpTo(tx, 2 * accounts + 1)) <= 2 * accounts;
});

/** Whoever may publish what takes roles away is not the one to say that nobody need look. */
const mayTurnOff = ({ role }: Caller) =>
  mayDo(role, "guard:off")
    ? Effect.void
    : Effect.fail(
        new Forbidden({
          detail: `With this the guard would hold nothing, or only what concerns more than half of everybody, which needs the permission guard:off, and ${role} has it not. Ask an owner.`,
        }),
      );

interface Limits {
  readonly before: GuardLimits;
  readonly after: GuardLimits;
}

const turnsOff = Effect.fnUntraced(function* (tx: TenantTx, { before, after }: Limits) {
  return (yield* isOff(tx, after)) && !(yield* isOff(tx, before));
});

/** What counts now, and what is to count. */
const limitsFor = Effect.fnUntraced(function* (
  tx: TenantTx,
  connection: ConnectionId | null,
  wanted: WantedGuard,
) {
  const rows = yield* listGuards(tx);
  const own = rows.find((row) => row.connection === connection);
  const general = rows.find((row) => row.connection === null);
  const before: GuardLimits = own ?? general ?? usualLimits;
  if (wanted.usual) {
    const after: GuardLimits = connection === null ? usualLimits : (general ?? usualLimits);
    return { before, after } satisfies Limits;
  }
  const after: GuardLimits = {
    enabled: wanted.enabled ?? before.enabled,
    accounts: yield* within("accounts", wanted.accounts ?? before.accounts, 0, 1_000_000),
    percent: yield* within("percent", wanted.percent ?? before.percent, 0, 100),
  };
  return { before, after } satisfies Limits;
});

/** Changes the limits that are given, and leaves the others as they are. Only owners have it hold nothing. */
export const setGuard = (caller: Caller, target: Target, wanted: WantedGuard) =>
  inOrganization(
    caller,
    target,
    "mapping:publish",
    Effect.fnUntraced(function* (tx, origin) {
      const connection = yield* connectionOf(tx, wanted.connection);
      const limits = yield* limitsFor(tx, connection, wanted);
      const off = yield* turnsOff(tx, limits);
      if (off) yield* mayTurnOff(caller);
      const { enabled, accounts, percent } = limits.after;
      const after = { enabled, accounts, percent };
      yield* wanted.usual ? forgetGuard(tx, connection) : keepGuard(tx, { connection, ...after });
      const subject = {
        kind: connection === null ? "organization" : "connection",
        id: connection ?? tx.organization,
      };
      const data = wanted.usual ? { usual: true } : after;
      const type = off ? "guard.switched-off" : "guard.changed";
      yield* recordEvent(tx, { type, origin, subject, data });
      return yield* view(tx);
    }),
  );

/** Lets a held loss take effect. */
export const approveHeldPlan = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "plan:approve",
    Effect.fnUntraced(function* (tx, origin) {
      if (!isUuid(id)) return yield* new NotFound({ kind: "held plan", id });
      yield* approveHold(tx, id as PlanId, origin);
      return true;
    }),
  );
