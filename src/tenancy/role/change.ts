/** What every change of the catalogue does beside itself. */
import { Effect } from "effect";
import { type EventId, InvalidValue, type JsonObject, type Origin } from "../../domain/index.ts";
import { holdMapping, markCatalogue, recordEvent, type TenantTx, type Uses } from "../../store/index.ts";
import { settleEveryone } from "../../sync/index.ts";

/** To be called first where the change is to be applied at once: nobody may be judged by the old one meanwhile. */
export const beginChange = (tx: TenantTx, apply: boolean) => (apply ? holdMapping(tx) : Effect.void);

interface Change {
  readonly id?: EventId;
  readonly type: string;
  readonly data: JsonObject;
}

/**
 * Writes the event and gives the catalogue its next number. People get the change with the next news of them, as with
 * a published mapping; with `apply`, jobs go through everyone now.
 */
export const endChange = Effect.fn("endChange")(function* (
  tx: TenantTx,
  origin: Origin,
  change: Change,
  apply: boolean,
) {
  const subject = { kind: "organization", id: tx.organization };
  const event = yield* recordEvent(tx, { ...change, origin, subject });
  yield* markCatalogue(tx, event);
  if (apply) yield* settleEveryone(tx, { event, origin, inferred: true });
  return event;
});

const counted = (count: number, what: string): ReadonlyArray<string> =>
  count === 0 ? [] : [`${count} ${what}${count === 1 ? "" : "s"}`];

const usesText = ({ accounts, grants, invitations, exclusions }: Uses): ReadonlyArray<string> => [
  ...counted(accounts, "account"),
  ...counted(grants, "grant"),
  ...counted(invitations, "invitation"),
  ...counted(exclusions, "exclusion"),
];

/** Fails with what still uses `name`, as things a person can go and look at. */
export const requireUnused = (name: string, uses: Uses | undefined, others: ReadonlyArray<string> = []) => {
  const all = [...(uses === undefined ? [] : usesText(uses)), ...others];
  return all.length === 0
    ? Effect.void
    : Effect.fail(
        new InvalidValue({ detail: `${name} is still used by ${all.join(", ")}. End these first.` }),
      );
};
