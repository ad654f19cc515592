/** The migrations in the order they run. One that was released keeps its name and its text: it is not run again. */
import { Foundation } from "./0001-foundation.ts";
import { PulledDirectories } from "./0002-pulled-directories.ts";
import { OAuthClients } from "./0003-oauth-clients.ts";
import { ScimSettings } from "./0004-scim-settings.ts";
import { AddressesAndDomains } from "./0005-addresses-and-domains.ts";
import { TestsAndRecordings } from "./0006-tests-and-recordings.ts";
import { Decisions } from "./0007-decisions.ts";
import { Plans } from "./0008-plans.ts";
import { FactHistory } from "./0009-history.ts";
import { CoverageIndexes } from "./0010-coverage-indexes.ts";
import { RollingProof } from "./0011-proof.ts";
import { Follow } from "./0012-follow.ts";
import { Push } from "./0013-push.ts";
import { FirstSync } from "./0014-first-sync.ts";
import { DueAndHandedBack } from "./0015-due-and-handed-back.ts";
import { Logins } from "./0016-logins.ts";
import { LoginDomains } from "./0017-login-domains.ts";

export const migrations = [
  { name: "0001-foundation", class: Foundation },
  { name: "0002-pulled-directories", class: PulledDirectories },
  { name: "0003-oauth-clients", class: OAuthClients },
  { name: "0004-scim-settings", class: ScimSettings },
  { name: "0005-addresses-and-domains", class: AddressesAndDomains },
  { name: "0006-tests-and-recordings", class: TestsAndRecordings },
  { name: "0007-decisions", class: Decisions },
  { name: "0008-plans", class: Plans },
  { name: "0009-history", class: FactHistory },
  { name: "0010-coverage-indexes", class: CoverageIndexes },
  { name: "0011-proof", class: RollingProof },
  { name: "0012-follow", class: Follow },
  { name: "0013-push", class: Push },
  { name: "0014-first-sync", class: FirstSync },
  { name: "0015-due-and-handed-back", class: DueAndHandedBack },
  { name: "0016-logins", class: Logins },
  { name: "0017-login-domains", class: LoginDomains },
];
