/** What an organization sets for SCIM as a whole, and what it is let in by. */
import "./domain.ts";
import "./environment-token.ts";
import "./schema.ts";
import "./switches.ts";
