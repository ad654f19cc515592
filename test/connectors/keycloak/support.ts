/** A realm and a fault proxy in front of it, for one file of tests. */
import { Effect } from "effect";
import { afterAll, beforeAll, inject } from "vitest";
import { Outbound } from "../../../connectors/connector.ts";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import { type FaultProxy, type Rule, startFaultProxy } from "../../support/fault-proxy.ts";
import { keycloakAnswers } from "../../support/keycloak.ts";
import { makeRealm, type TestRealm } from "./realm.ts";

const server = inject("keycloak");
export const missing = "missing" in server;

/** Short waits, so that a test of retries takes no minutes. */
export const hasty = Outbound.useSync((rules) => ({
  ...rules,
  timeoutMillis: 5_000,
  retries: 2,
  pause: 5,
  longestWaitSeconds: 1,
}));

export const onRealm = (users: number, teams = 10) => {
  const state: { realm?: TestRealm; proxy?: FaultProxy } = {};
  beforeAll(async () => {
    if ("missing" in server) return;
    await keycloakAnswers(server);
    state.realm = await makeRealm(server, users, teams);
    state.proxy = await startFaultProxy(server.url);
  }, 300_000);
  afterAll(async () => {
    state.proxy?.close();
    await state.realm?.remove();
  });
  const ready = () => {
    const { realm, proxy } = state;
    if (realm === undefined || proxy === undefined) throw new Error("the realm is not ready");
    return { realm, proxy };
  };
  /** Opens with the rule in force from the first request. */
  const open = (rule?: Rule, clientId = "reader", more: Record<string, unknown> = {}) =>
    Effect.gen(function* () {
      const { realm, proxy } = ready();
      proxy.set(rule);
      const settings = { ...realm.settings(clientId, proxy.url), ...more };
      return yield* keycloak.open(settings).pipe(Effect.provideServiceEffect(Outbound, hasty));
    });
  const admin = <A>(change: (of: TestRealm["admin"]) => Promise<A>) =>
    Effect.promise(() => change(ready().realm.admin));
  return { ready, open, admin };
};
