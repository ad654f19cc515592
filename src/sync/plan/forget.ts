/** What is left of a plan that is over for long: one event, which says what it was and what became of it. */
import { Effect } from "effect";
import { systemOrigin } from "../../domain/index.ts";
import {
  type ForgottenPlan,
  forgetPlans,
  type NewEvent,
  recordEvents,
  type TenantTx,
} from "../../store/index.ts";

/** How many days a plan is kept after it ended, or was left open. */
export const planDays = 90;

const forgotten = ({
  id,
  kind,
  state,
  connection,
  version,
  counts,
  made,
  ended,
  by,
}: ForgottenPlan): NewEvent => ({
  type: "plan.forgotten",
  origin: systemOrigin,
  subject: { kind: "plan", id },
  data: {
    kind,
    state,
    version,
    ...(connection === null ? {} : { connection }),
    ...(by === null ? {} : { by }),
    made: made.toISOString(),
    ended: ended === null ? null : ended.toISOString(),
    changed: counts?.changed ?? 0,
    gaining: counts?.gaining ?? 0,
    losing: counts?.losing ?? 0,
    roles: (counts?.roles ?? []).map(({ role, gained, lost }) => ({ role, gained, lost })),
  },
});

/** Deletes plans that are over for long. Events that name one still find what it was. */
export const tidyPlans = Effect.fn("tidyPlans")(function* (tx: TenantTx) {
  const all = yield* forgetPlans(tx, planDays);
  if (all.length > 0) yield* recordEvents(tx, all.map(forgotten));
});
