/** The guard as operators see and set it: limits of inferred loss, and what they held. */
import { Effect } from "effect";
import { InvalidValue, isUuid, NotFound, type PlanId } from "../domain/index.ts";
import { type GuardLimits, usualLimits } from "../mapping/index.ts";
import {
  findConnection,
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
  if (slug === null) return null;
  const found = yield* findConnection(tx, slug);
  return found?.id ?? (yield* new NotFound({ kind: "connection", id: slug }));
});

/** Changes the limits that are given, and leaves the others as they are. */
export const setGuard = (caller: Caller, target: Target, wanted: WantedGuard) =>
  inOrganization(
    caller,
    target,
    "mapping:publish",
    Effect.fnUntraced(function* (tx, origin) {
      const connection = yield* connectionOf(tx, wanted.connection);
      const rows = yield* listGuards(tx);
      const before =
        rows.find((row) => row.connection === connection) ??
        rows.find((row) => row.connection === null) ??
        usualLimits;
      const limits = {
        enabled: wanted.enabled ?? before.enabled,
        accounts: yield* within("accounts", wanted.accounts ?? before.accounts, 0, 1_000_000),
        percent: yield* within("percent", wanted.percent ?? before.percent, 0, 100),
      };
      yield* wanted.usual ? forgetGuard(tx, connection) : keepGuard(tx, { connection, ...limits });
      const subject = {
        kind: connection === null ? "organization" : "connection",
        id: connection ?? tx.organization,
      };
      const data = wanted.usual ? { usual: true } : limits;
      yield* recordEvent(tx, { type: "guard.changed", origin, subject, data });
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
