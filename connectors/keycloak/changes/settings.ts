/** What the realm records of changes, and for how long. */
import { Effect } from "effect";
import type { Ask } from "../client.ts";
import { forbidden, naming, remedies } from "../lack.ts";
import type { Settings } from "../settings.ts";
import { heardOf } from "./user.ts";
import { EventSettings } from "./wire.ts";

export interface Recorded {
  readonly admin: boolean;
  readonly details: boolean;
  /** Milliseconds until an admin event is deleted; `null`: never. */
  readonly adminKept: number | null;
  readonly users: boolean;
  /** Types of user events that tell of changes and are not recorded. */
  readonly unheard: ReadonlyArray<string>;
  readonly usersKept: number | null;
  readonly organizations: boolean;
}

const kept = (seconds: number | undefined): number | null =>
  seconds !== undefined && seconds > 0 ? seconds * 1000 : null;

const unheard = (heard: ReadonlyArray<string>, { eventsEnabled, enabledEventTypes = [] }: EventSettings) => {
  if (eventsEnabled !== true) return heard;
  return enabledEventTypes.length === 0 ? [] : heard.filter((type) => !enabledEventTypes.includes(type));
};

const recordedOf = (told: EventSettings, heard: ReadonlyArray<string>): Recorded => ({
  admin: told.adminEventsEnabled === true,
  details: told.adminEventsDetailsEnabled === true,
  adminKept: kept(Number(told.attributes?.adminEventsExpiration ?? 0)),
  users: told.eventsEnabled === true,
  unheard: unheard(heard, told),
  usersKept: kept(told.eventsExpiration ?? 0),
  organizations: told.organizationsEnabled === true,
});

export const recorded = Effect.fn("keycloak.recorded")(function* (ask: Ask, settings: Settings) {
  const { realm } = settings;
  const told = yield* ask("the realm", EventSettings, (client) => client.realms.findOne({ realm })).pipe(
    Effect.mapError(naming(remedies.viewRealm)),
  );
  // Without view-realm Keycloak answers 200 and leaves them out.
  if (told.adminEventsEnabled === undefined)
    return yield* forbidden("Keycloak does not tell whether the realm records events.", remedies.viewRealm);
  return recordedOf(told, heardOf(settings));
});

/** Equal as long as the same is recorded. */
export const line = ({ admin, users, unheard }: Recorded): string =>
  JSON.stringify([admin, users, unheard.toSorted()]);
