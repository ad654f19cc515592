/** A second connection to a directory whose first run began before anything was written there: marks count from the start. */
import { Effect, Stream } from "effect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connector } from "../../../connectors/connector.ts";
import { findSyncState } from "../../../src/store/index.ts";
import { engines } from "../../support/engines.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import {
  addRealm,
  addScim,
  enforce,
  group,
  inTenant,
  membersOf,
  newOrganization,
  push,
  pushed,
  read,
  rolesOf,
  settle,
  state,
  testConnector,
  user,
} from "./support.ts";

/** What happens after a reading began and before it shows anything, once. */
let meanwhile: Effect.Effect<unknown, unknown, never> | undefined;

const interrupted: Connector = {
  ...testConnector,
  open: (settings) =>
    Effect.map(testConnector.open(settings), (connection) => {
      const { source } = connection;
      if (source === undefined) return connection;
      const everyone = Stream.unwrap(
        Effect.suspend(() => {
          const now = meanwhile ?? Effect.void;
          meanwhile = undefined;
          return Effect.as(Effect.orDie(now), source.everyone);
        }),
      );
      return { ...connection, source: { ...source, everyone } };
    }),
};

describe.each(engines)(
  "a first run that began before anything was written, on the $name engine",
  (engine) => {
    const { location, skip } = engine;
    let world: World;
    beforeAll(async () => {
      if (!skip) world = await openWorld(await location(), [interrupted]);
    });
    afterAll(() => world?.dispose());
    type Needs = Effect.Services<ReturnType<typeof read>>;
    const test = (name: string, body: () => Effect.Effect<unknown, unknown, Needs>) =>
      it.skipIf(skip)(name, () => world.runPromise(body()));

    const acme = Effect.gen(function* () {
      const organization = yield* newOrganization;
      const okta = yield* addScim(organization);
      const realm = yield* addRealm(organization, "kc");
      realm.outside.directory.groups = [group("devs")];
      const when = { externalGroup: { connection: "kc2", id: "devs" } };
      yield* publishRules(
        organization,
        ["developer", "echo"],
        [
          { id: "eng", when: { externalGroup: { connection: "okta", id: "eng" } }, grant: ["developer"] },
          { id: "back", when, grant: ["echo"] },
        ],
      );
      yield* read(realm);
      return { organization, okta, realm };
    });

    test("takes nothing of it for a reason, neither while it runs nor after it", () =>
      Effect.gen(function* () {
        const { organization, okta, realm } = yield* acme;
        const again = yield* addRealm(organization, "kc2", realm);
        yield* enforce(realm, {
          creates: "with-roles",
          leaving: "disable",
          roles: [pushed("developer", "devs")],
        });
        const seen: Array<ReadonlyArray<string>> = [];
        const context = yield* Effect.context<Needs>();
        meanwhile = Effect.provideContext(
          Effect.gen(function* () {
            yield* state(organization, okta, "ada", { groups: ["eng"] });
            yield* push(realm);
            seen.push(membersOf(realm));
          }),
          context,
        );
        yield* read(again);
        expect(seen).toEqual([["ada devs"]]);
        expect(yield* rolesOf(organization)).toEqual(["ada developer"]);
        yield* state(organization, okta, "ada", {});
        yield* settle(organization);
        expect(yield* rolesOf(organization)).toEqual([]);
      }));

    test("that failed binds nobody to the directory it began to read", () =>
      Effect.gen(function* () {
        const { organization } = yield* acme;
        const wrong = yield* addRealm(organization, "kc3");
        wrong.outside.directory.users = [];
        wrong.outside.fault = { _tag: "FailChanges", reason: "forbidden" };
        meanwhile = Effect.die(new Error("It broke."));
        yield* read(wrong);
        const stateOf = inTenant(organization, (tx) => findSyncState(tx, wrong.connection));
        expect(yield* stateOf).toMatchObject({ lastSuccessAt: null });
        wrong.outside.fault = undefined;
        wrong.outside.directory.identity = "another";
        wrong.outside.directory.users = [user("canary")];
        yield* read(wrong);
        expect(yield* stateOf).toMatchObject({ sourceIdentity: "another", failures: 0 });
      }));
  },
);
