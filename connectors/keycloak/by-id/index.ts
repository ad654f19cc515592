/**
 * One person, group or role asked for by id. Owns when "not found" may be believed; how a whole realm is read is
 * next door, in `everyone`.
 */
import { Effect } from "effect";
import type { Source } from "../../connector.ts";
import type { Ask } from "../client.ts";
import type { Settings } from "../settings.ts";
import { branch } from "./branch.ts";
import type { Canaries } from "./canary.ts";
import { confirm } from "./confirm.ts";
import { makeLists } from "./lists.ts";
import { one } from "./one.ts";

export { type Canaries, findGroup, findRole, makeCanaries, ownId, userCanary } from "./canary.ts";
export { effectiveClientRoles, effectiveRealmRoles, holdsNone, mappingsOf } from "./held.ts";

export const byId = (ask: Ask, settings: Settings, canaries: Canaries) =>
  Effect.map(
    makeLists(ask),
    (lists): Pick<Source, "one" | "confirm" | "branch"> => ({
      one: one(ask, settings, canaries),
      confirm: confirm({ ask, settings, canaries, lists }),
      branch: branch(ask, settings, canaries),
    }),
  );
