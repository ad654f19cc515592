/** What a request's credential brings with it of its connection and organization, so that it costs no question more. */
import { sql } from "kysely";

export interface ConnectionProfile {
  /** The RFC and nothing else: no client's departure from it is understood. */
  readonly strict: boolean;
  /** Counts up with every change of what the organization sets for SCIM; 0 where it never set anything. */
  readonly scimVersion: number;
  /** Are users of other domains than the organization's own refused? */
  readonly domainsOnly: boolean;
  /** Are the organization's roles shown at `/Roles`? */
  readonly roles: boolean;
  /** The recording of the connection that is under way; null where there is none. */
  readonly recording: string | null;
}

/** Of the joined connection `c`. */
export const strict = sql<boolean>`coalesce((c.settings->>'strict')::boolean, false)`.as("strict");

/** Of the left-joined `scim_settings as scim`: an organization without a row has every default. */
export const switches = [
  sql<number>`coalesce(scim.version, 0)`.as("scimVersion"),
  sql<boolean>`coalesce(scim.domains_only, false)`.as("domainsOnly"),
  sql<boolean>`coalesce(scim.roles, false)`.as("roles"),
] as const;
export const scimEnabled = sql<boolean>`coalesce(scim.enabled, true)`;

/** Of the joined connection `c`. */
export const recording = sql<string | null>`case when c.recording_until > now() then c.recording_id end`.as(
  "recording",
);
