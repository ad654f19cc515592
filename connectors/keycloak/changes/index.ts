/**
 * What may have changed in a realm, from its log of admin events and its log of user events; and what neither tells.
 * Owns which event hints at whom, how far each log was read, and when a log has a gap. Reads nobody: an event says
 * whom to read afresh, never what changed.
 */
import { Clock, Effect, Schema } from "effect";
import type { Changes, ConnectorFailure, Source } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { naming, remedies } from "../lack.ts";
import type { Settings } from "../settings.ts";
import { aboutAdmin } from "./admin.ts";
import { blindSpots } from "./blind-spots.ts";
import { type Cursor, cursorOf, type Place, stored } from "./cursor.ts";
import { type About, type Cause, hintsOf } from "./hints.ts";
import { begin, type Heard, type Log, overlapMillis, readOn } from "./log.ts";
import { line, type Recorded, recorded } from "./settings.ts";
import { aboutUser, heardOf } from "./user.ts";
import { AdminEvent, UserEvent } from "./wire.ts";

const AdminEvents = Schema.Array(AdminEvent);
const UserEvents = Schema.Array(UserEvent);

interface Logs {
  readonly admin: Log<AdminEvent>;
  readonly users: Log<UserEvent>;
}

// The library's types know neither `direction` nor times as text, and it would write a Date as Keycloak refuses it.
const logsOf = (ask: Ask, settings: Settings): Logs => ({
  admin: (window) =>
    ask("admin events", AdminEvents, ({ realms }) => {
      const query: { readonly realm: string } = { realm: settings.realm, ...window };
      return realms.findAdminEvents(query);
    }).pipe(Effect.mapError(naming(remedies.viewEvents))),
  users: (window) =>
    ask("user events", UserEvents, ({ realms }) => {
      const query = { realm: settings.realm, ...window, type: heardOf(settings) };
      const typed: { readonly realm: string } = query;
      return realms.findEvents(typed);
    }),
});

/** User events are more than many realms show: without them the rest is followed all the same. */
const unlessForbidden = <A>(reading: Effect.Effect<A, ConnectorFailure>) =>
  Effect.catchIf(
    reading,
    ({ reason }) => reason === "forbidden",
    () => Effect.succeed(null),
  );

const gap = (why: string, at: number): Cause => ({
  about: [{ _tag: "Everyone", why }],
  because: { event: null, at, actor: null },
});

/** What was lost between two readings: told of nobody, hence of everyone. Its time is that of the last look. */
const lostOf = (before: Place, { lost }: Heard<unknown>, kept: number | null, now: number) => {
  const margin = kept === null ? 0 : Math.min(overlapMillis, kept / 2);
  const tooLong = kept !== null && now - before.looked + margin >= kept;
  const why = tooLong
    ? "Events were deleted after their time before they could be read."
    : "The log of events was cleared.";
  if (lost === null) return before.newest === null && tooLong ? [gap(why, before.looked)] : [];
  // It was deleted after its time, and all that came after it was seen before that.
  if (kept !== null && !tooLong && now - lost.time + margin >= kept) return [];
  return [gap(why, before.looked)];
};

interface Both {
  readonly admin: Heard<AdminEvent>;
  readonly users: Heard<UserEvent> | null;
}

const causesOf = (settings: Settings, { admin, users }: Both): ReadonlyArray<Cause> => {
  const about = aboutAdmin(settings);
  const cause = (what: ReadonlyArray<About>, event: AdminEvent | UserEvent, actor: string): Cause => ({
    about: what,
    because: { event: event.id || null, at: event.time, actor: actor || null },
  });
  return [
    ...admin.events.map((event) => cause(about(event), event, event.authDetails?.userId ?? "")),
    ...(users?.events ?? []).map((event) => cause(aboutUser(event), event, event.userId ?? "")),
  ];
};

const gapsOf = (before: Cursor, { admin, users }: Both, records: Recorded, now: number) => {
  const looked = before.admin.looked;
  const changed =
    before.records === line(records) ? [] : [gap("What the realm records of changes was changed.", looked)];
  const again =
    before.users === null && users !== null ? [gap("User events can be read again.", looked)] : [];
  // What is not recorded cannot get lost; that it was recorded before is a change told above.
  const ofAdmin = records.admin ? lostOf(before.admin, admin, records.adminKept, now) : [];
  const ofUsers =
    before.users !== null && users !== null && records.users
      ? lostOf(before.users, users, records.usersKept, now)
      : [];
  return [...changed, ...again, ...ofAdmin, ...ofUsers];
};

const start = Effect.fn("keycloak.changes.start")(function* (ask: Ask, settings: Settings, logs: Logs) {
  const now = yield* Clock.currentTimeMillis;
  const records = line(yield* recorded(ask, settings));
  const admin = yield* begin(logs.admin, now);
  const users = yield* unlessForbidden(begin(logs.users, now));
  return stored({ version: 1, admin, users, records });
});

const lostCursor = gap("It is not known up to where changes were read.", 0);

const from = (ask: Ask, settings: Settings, logs: Logs, before: Cursor) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis;
    const admin = yield* readOn(logs.admin, before.admin, now);
    const users = yield* unlessForbidden(
      before.users === null
        ? Effect.flatMap(begin(logs.users, now), (place) => readOn(logs.users, place, now))
        : readOn(logs.users, before.users, now),
    );
    // Asked after the events: where recording was switched off later than this, the next look finds it so.
    const records = yield* recorded(ask, settings);
    const both: Both = { admin, users };
    const causes = [...gapsOf(before, both, records, now), ...causesOf(settings, both)];
    const cursor = { version: 1, admin: admin.place, users: users?.place ?? null, records: line(records) };
    return {
      hints: hintsOf(causes),
      cursor: stored({ ...cursor, version: 1 }),
      more: admin.more || (users?.more ?? false),
    } satisfies Changes;
  });

/** Follows the realm: `changes` and what it cannot tell. */
export const following = (ask: Ask, settings: Settings): Pick<Source, "changes" | "blindSpots"> => {
  const logs = logsOf(ask, settings);
  return {
    changes: Effect.fn("keycloak.changes")(function* (given) {
      const before = given === null ? undefined : cursorOf(given);
      if (before !== undefined) return yield* from(ask, settings, logs, before);
      const cursor = yield* start(ask, settings, logs);
      return { hints: given === null ? [] : hintsOf([lostCursor]), cursor, more: false };
    }),
    blindSpots: blindSpots(ask, settings),
  };
};
