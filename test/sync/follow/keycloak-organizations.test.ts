/** Organizations of a real realm that is followed: each change there has its effect here within seconds, by itself. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect, Layer } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import { listSyncStates, setFollow } from "../../../src/store/index.ts";
import { followWorker, reconcileWorker, syncWorker } from "../../../src/sync/index.ts";
import { record } from "../../connectors/keycloak/changes/support.ts";
import {
  addGroup,
  addOrganization,
  join,
  joinGroup,
  readBareOrganizations,
  switchOn,
} from "../../connectors/keycloak/organizations.ts";
import { hasty, missing, onRealm } from "../../connectors/keycloak/support.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { connectRealm, ours, parentOf, rolesOf, theirs } from "../pull/realm.ts";
import { sync } from "../pull/support.ts";
import { inTenant, until } from "./support.ts";

const { ready, admin } = onRealm(20);
let world: World;
beforeAll(async () => {
  if (!missing) world = await openWorld({ _tag: "Memory" }, [keycloak], () => hasty);
});
afterAll(() => world?.dispose());

const theirsInAll = Effect.gen(function* () {
  const { users, memberships } = yield* theirs(ready());
  const within = yield* admin(readBareOrganizations);
  return { users, memberships: [...memberships, ...within].toSorted() };
});

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A group by its id, one by its name, and any organization at all. */
const rulesFor = (acme: string, staff: string) => [
  {
    id: "staff",
    when: { externalGroup: { connection: "kc", id: `${acme}/${staff}` } },
    grant: ["staff"],
  },
  {
    id: "core",
    when: { groupName: { equals: "acme:Core", kind: "organization-group" } },
    grant: ["core"],
  },
  { id: "member", when: { groupKind: "organization" }, grant: ["member"] },
];

describe.skipIf(missing)("organizations of a real realm that is followed", () => {
  it(
    "give and take roles within seconds of what becomes of them, their groups and who is in them",
    () =>
      world.runPromise(
        Effect.gen(function* () {
          const { name } = ready().realm;
          yield* admin((of) => record(of, name));
          yield* admin((of) => switchOn(of, name));
          const acme = yield* admin((of) => addOrganization(of, "acme"));
          const staff = yield* admin((of) => addGroup(of, acme, "Staff"));
          const ada = (yield* admin((of) => of.users.create({ username: "ada", enabled: true }))).id;
          yield* admin((of) => join(of, acme, ada));
          yield* admin((of) => joinGroup(of, acme, staff, ada));

          const pulled = yield* connectRealm(ready(), { clientId: "hub", organizations: true });
          yield* publishRules(pulled.organization, ["staff", "member"], rulesFor(acme, staff));
          yield* inTenant(pulled, (tx) => setFollow(tx, pulled.connection, 1));
          expect(yield* sync(pulled)).toMatchObject({ state: "done", detail: null });
          const held = (who: string, ...roles: ReadonlyArray<string>) =>
            until(rolesOf(pulled, who), (all) => same(all, roles.toSorted()), 600);
          const asThere = until(
            Effect.gen(function* () {
              const [here, there] = [yield* ours(pulled), yield* theirsInAll];
              return same(here, there) ? "equal" : { here, there };
            }),
            (is) => is === "equal",
            600,
          );
          const work = Effect.gen(function* () {
            yield* held("ada", "member", "staff");
            yield* asThere;

            const groups = (of: KeycloakAdminClient) => of.organizations.groups(acme);
            const core = yield* admin((of) => addGroup(of, acme, "Core", staff));
            const bob = (yield* admin((of) => of.users.create({ username: "bob", enabled: true }))).id;
            yield* admin((of) => join(of, acme, bob));
            yield* held("bob", "member");
            yield* admin((of) => joinGroup(of, acme, core, bob));
            yield* held("bob", "core", "member");
            yield* admin((of) => groups(of).update({ id: core }, { name: "Inner" }));
            yield* held("bob", "member");
            yield* admin((of) => groups(of).update({ id: core }, { name: "Core" }));
            yield* held("bob", "core", "member");
            yield* asThere;

            // Below another group, which is deleted with it.
            const dept = yield* admin((of) => addGroup(of, acme, "Dept"));
            yield* admin((of) => groups(of).updateChildGroup({ id: dept }, { id: core, name: "Core" }));
            const below = `${acme}/${dept}`;
            yield* until(parentOf(pulled, `${acme}/${core}`), (parent) => parent === below, 600);
            yield* admin((of) => groups(of).del({ id: dept }));
            yield* held("bob", "member");
            yield* asThere;

            // One event, and none for the group.
            yield* admin((of) => of.organizations.delMember({ orgId: acme, userId: ada }));
            yield* held("ada");
            yield* admin((of) => join(of, acme, ada));
            yield* held("ada", "member");
            yield* admin((of) => joinGroup(of, acme, staff, ada));
            yield* held("ada", "member", "staff");
            yield* admin((of) => groups(of).removeMemberFromOrgGroup({ groupId: staff, userId: ada }));
            yield* held("ada", "member");
            yield* admin((of) => joinGroup(of, acme, staff, ada));
            yield* held("ada", "member", "staff");

            const whole = yield* admin((of) => of.organizations.findOne({ id: acme }));
            const set = (more: Record<string, unknown>) =>
              admin((of) => of.organizations.updateById({ id: acme }, { ...whole, ...more }));
            yield* set({ name: "Renamed Inc." });
            yield* set({ enabled: false });
            yield* held("ada");
            yield* set({ enabled: true });
            yield* held("ada", "member", "staff");
            yield* asThere;

            const beta = yield* admin((of) => addOrganization(of, "beta"));
            yield* admin((of) => join(of, beta, bob));
            yield* asThere;
            yield* admin((of) => of.organizations.delById({ id: acme }));
            yield* held("ada");
            yield* held("bob", "member");
            yield* admin((of) => of.users.del({ id: bob }));
            yield* admin((of) => join(of, beta, ada));
            yield* held("ada", "member");
            yield* asThere;
          });
          yield* Effect.raceFirst(
            work,
            Effect.provide(Effect.never, Layer.mergeAll(syncWorker, followWorker, reconcileWorker)),
          );
          const [state] = yield* inTenant(pulled, listSyncStates);
          expect(state).toMatchObject({ followFailures: 0, failures: 0 });

          // What cannot be asked ends nothing.
          const before = yield* ours(pulled);
          yield* admin((of) => switchOn(of, name, false));
          expect(yield* sync(pulled)).toMatchObject({ state: "failed", reason: "refused" });
          expect(yield* ours(pulled)).toEqual(before);
        }),
      ),
    300_000,
  );
});
