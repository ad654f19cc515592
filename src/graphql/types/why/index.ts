/** What can be asked about why: what would change a role, whom a rule reaches, where a group leads, who has a role. */
import "./change.ts";
import "./coverage.ts";
import "./group.ts";
