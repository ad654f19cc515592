/** Writers at work while the log is followed: whoever they changed is hinted at, and nobody is missed. */
import { assert, describe, it } from "@effect/vitest";
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect, Fiber } from "effect";
import * as fc from "fast-check";
import { beforeAll } from "vitest";
import type { Hint } from "../../../../connectors/connector.ts";
import type { JsonObject } from "../../../../src/domain/index.ts";
import { missing, onRealm } from "../support.ts";
import { brief, changesOf, drained, record } from "./support.ts";

const people = 40;
const { ready, open } = onRealm(people);

type Step =
  | {
      readonly kind: "join" | "leave" | "toggle" | "grant" | "revoke";
      readonly person: number;
      readonly team: number;
    }
  | { readonly kind: "come" | "rename" | "nest" | "remove"; readonly person: number; readonly team: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("join", "leave", "toggle", "grant", "revoke", "come", "rename", "nest", "remove"),
  person: fc.nat(people - 1),
  team: fc.nat(9),
});

interface World {
  readonly admin: KeycloakAdminClient;
  readonly users: ReadonlyArray<string>;
  readonly teams: ReadonlyArray<string>;
  readonly role: { readonly id: string; readonly name: string };
}

const worldOf = async (admin: KeycloakAdminClient): Promise<World> => {
  const users = await admin.users.find({ max: -1 });
  const teams = await admin.groups.find({ max: -1 });
  const role = await admin.roles.findOneByName({ name: "auditor" });
  return {
    admin,
    users: users.map(({ id = "" }) => id),
    teams: teams.filter(({ name }) => name !== "steady").map(({ id = "" }) => id),
    role: { id: role?.id ?? "", name: "auditor" },
  };
};

let made = 0;

/** Makes the change; says who must be read afresh because of it. */
const change = async (world: World, { kind, person, team }: Step): Promise<string> => {
  const { admin, role } = world;
  const id = world.users[person % world.users.length] ?? "";
  const groupId = world.teams[team % world.teams.length] ?? "";
  const user = `user ${id}`;
  const name = `made-${made++}`;
  switch (kind) {
    case "join": {
      const fresh = await admin.groups.create({ name });
      await admin.users.addToGroup({ id, groupId: fresh.id });
      return user;
    }
    case "leave": {
      const [held] = await admin.users.listGroups({ id });
      if (held === undefined) return change(world, { kind: "join", person, team });
      await admin.users.delFromGroup({ id, groupId: held.id ?? "" });
      return user;
    }
    case "toggle":
      await admin.users.update({ id }, { enabled: person % 2 === 0 });
      return user;
    case "grant":
      await admin.users.addRealmRoleMappings({ id, roles: [role] });
      return user;
    case "revoke":
      await admin.users.delRealmRoleMappings({ id, roles: [role] });
      return user;
    case "come": {
      const came = await admin.users.create({ username: name, enabled: true, groups: ["/steady"] });
      return `user ${came.id}`;
    }
    case "rename":
      await admin.groups.update({ id: groupId }, { name });
      return `group ${groupId}`;
    case "nest":
      await admin.groups.createChildGroup({ id: groupId }, { name });
      return `group ${groupId}`;
    case "remove": {
      const fresh = await admin.users.create({ username: name, enabled: true });
      await admin.users.del({ id: fresh.id });
      return `user ${fresh.id}`;
    }
  }
};

const writers = 6;

describe.skipIf(missing)("the log of a busy realm", () => {
  beforeAll(async () => {
    const { admin, name } = ready().realm;
    await record(admin, name);
    // Never renamed, so that people can be created in it.
    await admin.groups.create({ name: "steady" });
  });

  it.live(
    "is followed without missing anybody, and hints at nobody again once it is quiet",
    () =>
      Effect.gen(function* () {
        const steps = fc.sample(step, 240);
        const world = yield* Effect.promise(() => worldOf(ready().realm.admin));
        const changes = changesOf(yield* open());
        let { cursor } = yield* changes(null);
        const expected = new Set<string>();
        const writing = yield* Effect.forkChild(
          Effect.forEach(
            steps,
            (each) =>
              Effect.map(
                Effect.promise(() => change(world, each)),
                (who) => expected.add(who),
              ),
            { concurrency: writers, discard: true },
          ),
        );
        const hinted = new Set<string>();
        const causes: Array<Hint> = [];
        let looks = 0;
        for (let busy = true; busy; looks++) {
          // Looked at first: the last look comes after the last change.
          busy = writing.pollUnsafe() === undefined;
          const answer = yield* drained(changes, cursor);
          for (const hint of answer.hints) hinted.add(brief(hint));
          causes.push(...answer.hints);
          cursor = answer.cursor;
        }
        yield* Fiber.join(writing);
        assert.isAbove(looks, 5, "it was looked at while they wrote");
        assert.deepStrictEqual(
          [...expected].filter((who) => !hinted.has(who)),
          [],
        );
        assert.notInclude([...hinted], "everyone");
        // Kept as text and read again it is the same.
        const kept: JsonObject = JSON.parse(JSON.stringify(cursor));
        assert.deepStrictEqual((yield* drained(changes, kept)).hints, []);
        const events = causes.map(({ because }) => because.event);
        assert.strictEqual(new Set(events).size, events.length, "no event is told twice");
      }).pipe(Effect.scoped),
    120_000,
  );

  it.live(
    "of more than one look is told in parts, each person once in each",
    () =>
      Effect.gen(function* () {
        const { admin } = ready().realm;
        const changes = changesOf(yield* open());
        const { cursor: start } = yield* changes(null);
        const world = yield* Effect.promise(() => worldOf(admin));
        const ids = world.users.slice(0, 30);
        yield* Effect.forEach(
          Array.from({ length: 1_100 }, (_, i) => ids[i % ids.length] ?? ""),
          (id) => Effect.promise(() => admin.users.update({ id }, { enabled: true })),
          { concurrency: 8, discard: true },
        );
        const first = yield* changes(start);
        assert.isTrue(first.more);
        assert.isAtMost(first.hints.length, ids.length + 1);
        assert.isAtMost(JSON.stringify(first.cursor).length, 400_000);
        const rest = yield* drained(changes, first.cursor);
        assert.sameMembers(
          [...new Set([...first.hints, ...rest.hints].map(brief))].filter((who) =>
            ids.includes(who.slice(5)),
          ),
          ids.map((id) => `user ${id}`),
        );
        assert.deepStrictEqual((yield* drained(changes, rest.cursor)).hints, []);
        // Where a look is cut among events of one millisecond, which Keycloak gives in any order, is not the same twice.
        const again = yield* drained(changes, start);
        const told = ({ hints }: { readonly hints: ReadonlyArray<Hint> }) => hints.map(brief);
        assert.sameMembers([...new Set(told(again))], [...new Set([...told(first), ...told(rest)])]);
      }).pipe(Effect.scoped),
    120_000,
  );
});
