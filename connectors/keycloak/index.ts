/**
 * Keycloak 26 as a source of people, groups and roles, and as a target that they are written to, through its Admin API
 * with a service account. Owns Keycloak's addresses, JSON, pages, tokens and quirks; decides nothing about roles here.
 */
import { Effect } from "effect";
import { connector } from "../connector.ts";
import { byId, makeCanaries } from "./by-id/index.ts";
import { following } from "./changes/index.ts";
import { makeAsk } from "./client.ts";
import { everyone } from "./everyone/index.ts";
import { identity } from "./identity.ts";
import { probe } from "./probe.ts";
import { fields, Settings } from "./settings.ts";
import { makeTarget } from "./target/index.ts";

export const keycloak = connector({
  kind: "keycloak",
  title: "Keycloak",
  settings: Settings,
  fields,
  open: (settings) =>
    Effect.gen(function* () {
      const ask = yield* makeAsk(settings);
      const canaries = makeCanaries(ask);
      const asked = { identity: identity(ask, settings.realm), ...(yield* byId(ask, settings, canaries)) };
      return {
        probe: probe(ask, settings),
        source: { ...asked, everyone: everyone(ask, settings), ...following(ask, settings) },
        target: yield* makeTarget({ ask, settings, canaries }, asked),
      };
    }),
});
