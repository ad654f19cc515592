/** What a request's credential brings with it of its connection and organization, so that it costs no question more. */
import { sql } from "kysely";

export interface ConnectionProfile {
  /** The RFC and nothing else: no client's departure from it is understood. */
  readonly strict: boolean;
}

/** Of the joined connection `c`. */
export const strict = sql<boolean>`coalesce((c.settings->>'strict')::boolean, false)`.as("strict");
