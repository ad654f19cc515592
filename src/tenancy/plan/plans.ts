/** Plans, as operators ask for them and decide about them. */
import { Effect } from "effect";
import { InvalidValue, type Origin } from "../../domain/index.ts";
import { type ConnectionRow, findSyncState, lockMapping, type TenantTx } from "../../store/index.ts";
import {
  applyPlan as apply,
  previewConnection as ofConnection,
  previewFirstSync as ofFirstSync,
  previewMapping as ofMapping,
  previewPending as ofPending,
  rejectPlan as reject,
  undoPlan as undo,
} from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { namedConnection } from "../connection/index.ts";

/** What putting the draft in force would change. The plan is evaluated by a job. */
export const previewMapping = (caller: Caller, target: Target) =>
  inOrganization(
    caller,
    target,
    "mapping:write",
    Effect.fnUntraced(function* (tx, origin) {
      yield* lockMapping(tx);
      return yield* ofMapping(tx, origin);
    }),
  );

/** The differences that wait because something was put in force without applying it. */
export const previewPending = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "mapping:write", ofPending);

const unread = (slug: string) =>
  new InvalidValue({
    detail: `The connection ${slug} was not read as a whole yet: there is nothing to look at. "sync now ${slug}" reads it.`,
  });

/** What follows as it counts, once everybody was read. */
const previewFirst = Effect.fnUntraced(function* (tx: TenantTx, origin: Origin, { id, slug }: ConnectionRow) {
  const state = yield* findSyncState(tx, id);
  if ((state?.lastSuccessAt ?? null) === null) return yield* unread(slug);
  return yield* ofFirstSync(tx, origin, id);
});

/**
 * What would change if the connection were enabled, or disabled; null: the other of what it is. Of one that is enabled and
 * does not count yet, what follows as it does: a plan that can be applied.
 */
export const previewConnection = (caller: Caller, target: Target, slug: string, enabled: boolean | null) =>
  inOrganization(
    caller,
    target,
    "mapping:write",
    Effect.fnUntraced(function* (tx, origin) {
      const found = yield* namedConnection(tx, slug);
      if (found.waits && found.enabled && enabled !== false) return yield* previewFirst(tx, origin, found);
      return yield* ofConnection(tx, origin, found.id, enabled ?? !found.enabled);
    }),
  );

/** Has the plan applied if everything is still as it was when `hash` was shown. */
export const applyPlan = (caller: Caller, target: Target, id: string, hash: string) =>
  inOrganization(caller, target, "mapping:publish", (tx, origin) => apply(tx, origin, id, hash));

export const rejectPlan = (caller: Caller, target: Target, id: string) =>
  inOrganization(caller, target, "mapping:publish", (tx, origin) => reject(tx, origin, id));

export const undoPlan = (caller: Caller, target: Target, id: string) =>
  inOrganization(caller, target, "mapping:publish", (tx, origin) => undo(tx, origin, id));
