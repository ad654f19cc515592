/** What a request's credential brings with it of its connection and organization, so that it costs no question more. */
import { sql } from "kysely";

export interface ConnectionProfile {
  /** The RFC and nothing else: no client's departure from it is understood. */
  readonly strict: boolean;
  /** Counts up with every change of what the organization sets for SCIM; 0 where it never set anything. */
  readonly scimVersion: number;
  /** The recording of the connection that is under way; null where there is none. */
  readonly recording: string | null;
}

/** Of the joined connection `c`. */
export const strict = sql<boolean>`coalesce((c.settings->>'strict')::boolean, false)`.as("strict");

/** Of the joined `settings`. */
export const scimVersion = sql<number>`coalesce(settings.version, 0)`.as("scimVersion");

/** Of the joined connection `c`. */
export const recording = sql<string | null>`case when c.recording_until > now() then c.recording_id end`.as(
  "recording",
);
