/** Many people named by their source in a short time: nobody is kept for it, but somebody should know (invariant 7). */
import { Clock, Context, Effect } from "effect";
import type { ConnectionId, EventId } from "../../domain/index.ts";
import { neverHeld } from "../../mapping/index.ts";
import { addException, newId, recordEvent, type TenantTx } from "../../store/index.ts";
import type { Cause } from "../outcome.ts";
import { isTooMuch } from "./limits.ts";

const minute = 60_000;
const window = 60;
const most = 10_000;

interface Count {
  /** How many left in which minute. */
  readonly minutes: Map<number, number>;
  /** The limits are asked for again when so many have left. */
  next: number;
}

/** How many lost something lately by what each connection said of them by name: of this process, for the last hour. */
export class Leavings {
  readonly #counts = new Map<string, Count>();

  /** Adds some, and gives how many they are where it is time to hold that against the limits. */
  note(connection: ConnectionId, accounts: number, now: number): number | null {
    const count = this.#counts.get(connection) ?? { minutes: new Map<number, number>(), next: neverHeld + 1 };
    // The one that was quiet for longest goes first.
    this.#counts.delete(connection);
    this.#counts.set(connection, count);
    const oldest = this.#counts.keys().next().value;
    if (this.#counts.size > most && oldest !== undefined) this.#counts.delete(oldest);
    const at = Math.floor(now / minute);
    for (const past of count.minutes.keys()) if (past <= at - window) count.minutes.delete(past);
    count.minutes.set(at, (count.minutes.get(at) ?? 0) + accounts);
    const total = [...count.minutes.values()].reduce((a, b) => a + b, 0);
    if (total <= neverHeld) count.next = neverHeld + 1;
    if (total < count.next) return null;
    count.next = Math.ceil(total * 1.1) + 1;
    return total;
  }
}

export const LeavingCounts = Context.Reference<Leavings>("rolebridge/sync/LeavingCounts", {
  defaultValue: () => new Leavings(),
});

/** Raises an alarm where more people leave within an hour than one cause may take away unseen. */
export const watchLeaving = Effect.fn("watchLeaving")(function* (
  tx: TenantTx,
  { origin, event }: Cause,
  accounts: number,
) {
  const { connection } = origin;
  if (connection === null) return;
  const counts = yield* LeavingCounts;
  const total = counts.note(connection, accounts, yield* Clock.currentTimeMillis);
  if (total === null || !(yield* isTooMuch(tx, connection, total))) return;
  const subject = { kind: "connection", id: connection };
  const detail = { accounts: total, minutes: window };
  const alarm = newId<EventId>();
  const opened = yield* addException(tx, { kind: "mass-leaving", subject, origin, cause: alarm, detail });
  if (opened) {
    yield* recordEvent(tx, {
      id: alarm,
      type: "connection.mass-leaving",
      origin,
      subject,
      cause: event,
      data: detail,
    });
  }
});
