/** Recording what a connection's client sends, in pseudonyms, for a bounded time. */
import { randomBytes } from "node:crypto";
import { Effect } from "effect";
import { InvalidValue, isUuid, NotFound, NotSupported, TooMany } from "../../domain/index.ts";
import {
  addRecording,
  endRecording,
  findRecording,
  listExchanges,
  listRecordings,
  newId,
  type RecordingRow,
  recordEvent,
  removeRecording,
  type TenantTx,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { happened, lockedConnection } from "./connections.ts";

export type { RecordingRow };

/** Of exchanges as they are kept. */
const mostBytes = 8 * 1024 * 1024;

const between = (field: string, number: number, most: number) =>
  Number.isInteger(number) && number >= 1 && number <= most
    ? Effect.succeed(number)
    : Effect.fail(new InvalidValue({ detail: `${field}: use 1 to ${most}.` }));

const notPushed = new NotSupported({
  detail: "Only SCIM connections are recorded: this one is read, nobody pushes to it.",
});

export const unknownRecording = (id: string) => new NotFound({ kind: "recording", id });

const viewRecording = Effect.fnUntraced(function* (tx: TenantTx, id: string) {
  const found = isUuid(id) ? yield* findRecording(tx, id) : undefined;
  return found ?? (yield* unknownRecording(id));
});

interface Wanted {
  readonly seconds: number;
  readonly exchanges: number;
}

/** From the next request on, on every instance; ends by itself. One at a time of each connection. */
export const startRecording = (caller: Caller, target: Target, slug: string, wanted: Wanted) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const seconds = yield* between("seconds", wanted.seconds, 3600);
      const exchanges = yield* between("exchanges", wanted.exchanges, 1000);
      const connection = yield* lockedConnection(tx, slug);
      if (connection.kind !== "scim") return yield* notPushed;
      const under = (yield* listRecordings(tx)).find(
        ({ connectionId, live }) => live && connectionId === connection.id,
      );
      if (under !== undefined) {
        return yield* new TooMany({
          detail: `${slug} is recorded already, as ${under.id}. Take that recording first, or wait for its end.`,
        });
      }
      const id = newId<string>();
      const key = randomBytes(32).toString("base64");
      yield* addRecording(tx, { id, connectionId: connection.id, key, seconds, exchanges, bytes: mostBytes });
      const data = { recording: id, seconds, exchanges };
      yield* recordEvent(tx, happened("recording.started", origin, connection.id, data));
      return yield* viewRecording(tx, id);
    }),
  );

/** Ends it, gives what was recorded, and forgets it. */
export const takeRecording = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { connectionId, skipped } = yield* viewRecording(tx, id);
      yield* endRecording(tx, id);
      const exchanges = yield* listExchanges(tx, id);
      yield* removeRecording(tx, id);
      const data = { recording: id, exchanges: exchanges.length, skipped };
      yield* recordEvent(tx, happened("recording.taken", origin, connectionId, data));
      return exchanges;
    }),
  );

/** Newest first, of every connection: those that nobody has taken. */
export const visibleRecordings = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "connection:read", (tx) => listRecordings(tx));
