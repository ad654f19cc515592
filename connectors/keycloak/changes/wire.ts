/** Events and the settings that decide which there are, as Keycloak's JSON. Only the parts that are read. */
import { Schema } from "effect";

// No longest length: one odd event must not keep all later ones from being read.
const text = Schema.optionalKey(Schema.NullOr(Schema.String));

export const AdminEvent = Schema.Struct({
  id: text,
  time: Schema.Finite,
  operationType: text,
  resourceType: text,
  /** Absent where the realm itself was changed. */
  resourcePath: text,
  authDetails: Schema.optionalKey(Schema.NullOr(Schema.Struct({ userId: text }))),
});

export const UserEvent = Schema.Struct({
  id: text,
  time: Schema.Finite,
  type: text,
  userId: text,
  details: Schema.optionalKey(Schema.NullOr(Schema.Struct({ identity_provider: text }))),
});

/** Without view-realm Keycloak answers 200 and leaves all of this out. */
export const EventSettings = Schema.Struct({
  adminEventsEnabled: Schema.optionalKey(Schema.Boolean),
  adminEventsDetailsEnabled: Schema.optionalKey(Schema.Boolean),
  eventsEnabled: Schema.optionalKey(Schema.Boolean),
  /** Empty: all of them. */
  enabledEventTypes: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Seconds; 0 or absent: for ever. */
  eventsExpiration: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  attributes: Schema.optionalKey(Schema.Struct({ adminEventsExpiration: text })),
  organizationsEnabled: Schema.optionalKey(Schema.Boolean),
});

export type AdminEvent = typeof AdminEvent.Type;
export type UserEvent = typeof UserEvent.Type;
export type EventSettings = typeof EventSettings.Type;
