/** A real realm that is followed: what administrators change there has its effect here within seconds, by itself. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect, Layer } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import { listEvents, listSyncStates, setFollow } from "../../../src/store/index.ts";
import { followWorker, reconcileWorker, syncWorker } from "../../../src/sync/index.ts";
import { record } from "../../connectors/keycloak/changes/support.ts";
import { hasty, missing, onRealm } from "../../connectors/keycloak/support.ts";
import { openWorld, type World } from "../../support/world.ts";
import { connectRealm, ours, parentOf, rolesOf, theirs } from "../pull/realm.ts";
import { sync } from "../pull/support.ts";
import { inTenant, until } from "./support.ts";

const { ready } = onRealm(60);
let world: World;
beforeAll(async () => {
  if (!missing) world = await openWorld({ _tag: "Memory" }, [keycloak], () => hasty);
});
afterAll(() => world?.dispose());
type Needs = Effect.Services<ReturnType<typeof sync>>;

const admin = <A>(change: (of: KeycloakAdminClient) => Promise<A>) =>
  Effect.promise(() => change(ready().realm.admin));

const seconds: Array<number> = [];

/** Changes the realm, and waits until that has its effect. */
const having = Effect.fnUntraced(function* <A, B>(
  change: (of: KeycloakAdminClient) => Promise<A>,
  effect: Effect.Effect<B, unknown, Needs>,
  holds: (value: B) => boolean,
) {
  const made = yield* admin(change);
  const from = Date.now();
  yield* until(effect, holds, 600);
  seconds.push((Date.now() - from) / 1_000);
  return made;
});

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

describe.skipIf(missing)("a real realm that is followed", () => {
  it(
    "gives and takes roles within seconds of a join, leave, disable, delete, and of what happens to groups",
    () =>
      world.runPromise(
        Effect.gen(function* () {
          yield* admin((of) => record(of, ready().realm.name));
          const pulled = yield* connectRealm(ready());
          yield* inTenant(pulled, (tx) => setFollow(tx, pulled.connection, 1));
          expect(yield* sync(pulled)).toMatchObject({ state: "done", detail: null });
          const asThere = Effect.gen(function* () {
            return same(yield* ours(pulled), yield* theirs(ready()));
          });
          const roles = (name: string) => rolesOf(pulled, name);
          const work = Effect.gen(function* () {
            const top = yield* admin((of) => of.groups.create({ name: "lead" }));
            const below = yield* having(
              (of) => of.groups.createChildGroup({ id: top.id }, { name: "core" }),
              asThere,
              (is) => is,
            );
            const ada = yield* having(
              (of) => of.users.create({ username: "ada", email: "ada@acme.test", enabled: true }),
              asThere,
              (is) => is,
            );
            yield* having(
              (of) => of.users.addToGroup({ id: ada.id, groupId: below.id }),
              roles("ada"),
              (all) => all.includes("core"),
            );
            const [joined] = (yield* inTenant(pulled, (tx) => listEvents(tx, { limit: 20 }))).filter(
              ({ type }) => type === "group.members-changed",
            );
            expect(joined?.data["source"]).toMatchObject({
              event: expect.stringMatching(/^[0-9a-f-]{36}$/),
              actor: expect.stringMatching(/./),
            });
            yield* having(
              (of) => of.users.delFromGroup({ id: ada.id, groupId: below.id }),
              roles("ada"),
              (all) => !all.includes("core"),
            );
            yield* admin((of) => of.users.addToGroup({ id: ada.id, groupId: below.id }));
            yield* having(
              (of) => of.groups.update({ id: below.id }, { name: "renamed" }),
              roles("ada"),
              (all) => all.includes("renamed") && !all.includes("core"),
            );
            const other = yield* admin((of) => of.groups.create({ name: "other" }));
            yield* having(
              (of) => of.groups.updateChildGroup({ id: other.id }, { id: below.id, name: "renamed" }),
              parentOf(pulled, below.id),
              (parent) => parent === other.id,
            );
            yield* having(
              (of) => of.groups.del({ id: other.id }),
              roles("ada"),
              (all) => !all.includes("renamed"),
            );
            yield* until(asThere, (is) => is);
            const bob = yield* admin((of) =>
              of.users.create({ username: "bob", enabled: true, groups: ["/lead"] }),
            );
            yield* until(asThere, (is) => is);
            yield* having(
              (of) => of.users.update({ id: bob.id }, { enabled: false }),
              ours(pulled),
              ({ users }) => users.includes(`${bob.id} bob false`),
            );
            yield* having(
              (of) => of.users.del({ id: bob.id }),
              ours(pulled),
              ({ users }) => !users.some((line) => line.startsWith(bob.id)),
            );
            yield* until(asThere, (is) => is);
          });
          yield* Effect.raceFirst(
            work,
            Effect.provide(Effect.never, Layer.mergeAll(syncWorker, followWorker, reconcileWorker)),
          );
          console.log(`effects after ${seconds.map((one) => one.toFixed(1)).join(", ")} s`);
          expect(Math.max(...seconds)).toBeLessThan(30);
          const [state] = yield* inTenant(pulled, listSyncStates);
          expect(state).toMatchObject({ followFailures: 0, failures: 0 });
        }),
      ),
    240_000,
  );
});
