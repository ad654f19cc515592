/** Of what logins say of one person, the newest counts, in whatever order it comes. */
import { Effect } from "effect";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Verified } from "../../../connectors/connector.ts";
import { systemOrigin, usualLogin } from "../../../src/domain/index.ts";
import { groupsHeld, loadAssignments, Store, viewAccounts } from "../../../src/store/index.ts";
import { type MappingCache, takeLogin } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { newOrganization, publishRules } from "../../support/world.ts";

const teams = ["/a", "/b", "/c"];

const replyOf = (at: number, name: string, groups: ReadonlyArray<string>): Verified => ({
  user: { _tag: "User", id: "subject-1", resource: { userName: name, displayName: name, active: true } },
  groups: {
    groups: groups.map((id) => ({ _tag: "Group", id, name: id, kind: "group", parent: null })),
    complete: ["group"],
    missing: null,
  },
  at,
  once: { issuer: "https://login.acme.test", id: `${at}`, until: at },
  session: { id: null, until: null },
  checks: [],
});

/** An organization with a role for each team, and what becomes of replies there. */
const organization = Effect.gen(function* () {
  const store = yield* Store;
  const { id, connections } = yield* newOrganization("sso");
  const [connection] = connections;
  if (connection === undefined) return yield* Effect.die("no connection");
  const rules = teams.map((team) => ({
    id: `r${team.slice(1)}`,
    when: { externalGroup: { connection: "sso", id: team } },
    grant: [`role-${team.slice(1)}`],
  }));
  yield* publishRules(
    id,
    teams.map((team) => `role-${team.slice(1)}`),
    rules,
  );
  const origin = { ...systemOrigin, connection };
  const take = (verified: Verified) =>
    store.tenant(id, (tx) => takeLogin(tx, { connection, settings: usualLogin, origin, verified }));
  return { store, id, take };
});

const known = Effect.fnUntraced(function* (
  { store, id }: Effect.Success<typeof organization>,
  { user, account }: Effect.Success<ReturnType<Effect.Success<typeof organization>["take"]>>,
) {
  return yield* store.tenant(
    id,
    Effect.fnUntraced(function* (tx) {
      const [view] = yield* viewAccounts(tx, [account]);
      const groups = yield* groupsHeld(tx, user);
      const roles = (yield* loadAssignments(tx, [account])).get(account) ?? [];
      return {
        name: view?.people[0]?.userName,
        groups: groups.length,
        roles: roles.map(({ role }) => role as string).toSorted(),
      };
    }),
  );
});

const replies = fc
  .uniqueArray(fc.integer({ min: 1_000, max: 9_000 }), { minLength: 2, maxLength: 5 })
  .chain((times) =>
    fc.tuple(...times.map((at) => fc.subarray(teams).map((groups) => ({ at, name: `name-${at}`, groups })))),
  );

for (const engine of engines) {
  describe(`logins of one person on ${engine.name}`, () => {
    const it = suiteOn(engine, [], 120_000);

    it("leave what the newest reply said, in whatever order they come", () =>
      Effect.gen(function* () {
        const run = yield* Effect.context<Store | MappingCache>();
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(replies, (said) =>
              Effect.runPromiseWith(run)(
                Effect.gen(function* () {
                  const world = yield* organization;
                  let last: Effect.Success<ReturnType<typeof world.take>> | undefined;
                  let newest = 0;
                  for (const { at, name, groups } of said) {
                    last = yield* world.take(replyOf(at, name, groups));
                    if (at < newest) expect(last.missing).toContain("newer reply");
                    newest = Math.max(newest, at);
                  }
                  const of = said.find(({ at }) => at === newest);
                  if (last === undefined || of === undefined) return;
                  expect(yield* known(world, last)).toEqual({
                    name: of.name,
                    groups: of.groups.length,
                    roles: of.groups.map((team) => `role-${team.slice(1)}`).toSorted(),
                  });
                }),
              ),
            ),
            { numRuns: 15 },
          ),
        );
      }));

    it("are not kept from counting by a provider whose clock was ahead", () =>
      Effect.gen(function* () {
        const world = yield* organization;
        yield* world.take(replyOf(Date.now() + 3_600_000, "ahead", ["/a"]));
        const last = yield* world.take(replyOf(Date.now() + 1_000, "right", ["/b"]));
        expect(yield* known(world, last)).toEqual({ name: "right", groups: 1, roles: ["role-b"] });
      }));
  });
}
