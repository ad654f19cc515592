/**
 * Keycloak 26 as a source of people, groups and roles, read through its Admin API with a service account. Owns
 * Keycloak's addresses, JSON, pages, tokens and quirks; decides nothing about roles here.
 */
import { Effect } from "effect";
import { connector } from "../connector.ts";
import { byId } from "./by-id/index.ts";
import { following } from "./changes/index.ts";
import { makeAsk } from "./client.ts";
import { everyone } from "./everyone/index.ts";
import { identity } from "./identity.ts";
import { probe } from "./probe.ts";
import { fields, Settings } from "./settings.ts";

export const keycloak = connector({
  kind: "keycloak",
  title: "Keycloak",
  settings: Settings,
  fields,
  open: (settings) =>
    Effect.map(makeAsk(settings), (ask) => ({
      probe: probe(ask, settings),
      source: {
        identity: identity(ask, settings.realm),
        everyone: everyone(ask, settings),
        ...byId(ask, settings),
        ...following(ask, settings),
      },
    })),
});
