/** How long what logins said of groups is believed: from the last reply that told it, and no longer. */
import { Effect } from "effect";
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import type { GroupFact, ToldGroups } from "../../../connectors/connector.ts";
import type { ConnectionId, DirectoryUserId, OrganizationId } from "../../../src/domain/index.ts";
import { findPulledUserById, groupsHeld, listPulledGroups, type Store } from "../../../src/store/index.ts";
import { type MappingCache, NotWelcome } from "../../../src/sync/index.ts";
import { lapseLogins } from "../../../src/sync/login/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { inTenant, newOrganization } from "../push/support.ts";
import { addLogin, arrive, groupFact, replyOf } from "./support.ts";

const lapseDays = 10;
const settings = { provisioning: "create" as const, lapseDays };

const ids: Readonly<Record<"group" | "realm-role", ReadonlyArray<string>>> = {
  group: ["/a", "/b"],
  "realm-role": ["realm-role:x"],
};

/** Days after the one before, and of each kind what it tells; undefined: the reply does not speak of it. */
interface Step {
  readonly days: number;
  readonly group: ReadonlyArray<string> | undefined;
  readonly "realm-role": ReadonlyArray<string> | undefined;
}

const toldBy = (step: Step): ToldGroups => {
  const kinds = (["group", "realm-role"] as const).filter((kind) => step[kind] !== undefined);
  const facts = kinds.flatMap((kind) => (step[kind] ?? []).map((id): GroupFact => groupFact(id, kind)));
  return { groups: facts, complete: kinds, missing: kinds.length === 2 ? null : "Not all was said." };
};

const stepOf = fc.record({
  days: fc.integer({ min: 1, max: 13 }),
  group: fc.option(fc.subarray([...ids.group]), { nil: undefined }),
  "realm-role": fc.option(fc.subarray([...ids["realm-role"]]), { nil: undefined }),
});

/** As if so many days had gone by, and the sweep had come. */
const pass = Effect.fnUntraced(function* (organization: OrganizationId, days: number) {
  yield* inTenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      yield* Effect.promise(() =>
        sql`update login_facts set until = until - make_interval(days => ${days}::int)`.execute(tx.db),
      );
      yield* lapseLogins(tx);
    }),
  );
});

const seen = Effect.fnUntraced(function* (
  organization: OrganizationId,
  connection: ConnectionId,
  user: DirectoryUserId,
) {
  return yield* inTenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const held = new Set<string>((yield* groupsHeld(tx, user)).map(({ id }) => id));
      const known = yield* listPulledGroups(tx, connection);
      const person = yield* findPulledUserById(tx, connection, user);
      const groups = known.filter(({ id }) => held.has(id)).map(({ sourceId }) => sourceId);
      return { groups: groups.toSorted(), active: person?.active === true };
    }),
  );
});

/** Signs in at each step, and looks before each and after the last what is still believed. */
const live = Effect.fnUntraced(function* (steps: ReadonlyArray<Step>) {
  const organization = yield* newOrganization;
  const sso = yield* addLogin(organization);
  const toldOn = new Map<string, number>();
  let day = 0;
  let before:
    | { readonly user: DirectoryUserId; readonly groups: ReadonlyArray<string>; all: boolean }
    | undefined;
  for (const step of [...steps, { days: 9, group: undefined, "realm-role": undefined }]) {
    day += step.days;
    yield* pass(organization, step.days);
    if (before !== undefined) {
      const now = yield* seen(organization, sso, before.user);
      for (const id of now.groups) expect(day - (toldOn.get(id) ?? -1_000)).toBeLessThan(lapseDays);
      if (step.days < lapseDays && before.groups.length === 0) expect(now.active).toBe(true);
      if (step.days < lapseDays && before.all) expect(now).toEqual({ groups: before.groups, active: true });
    }
    const told = toldBy(step);
    const came = yield* arrive(organization, sso, replyOf("s", "ada", { groups: told }), settings);
    if (came instanceof NotWelcome) return yield* came;
    for (const { id } of told.groups) toldOn.set(id, day);
    const { groups } = yield* seen(organization, sso, came.user);
    before = { user: came.user, groups, all: told.complete.length === 2 };
  }
});

for (const engine of engines) {
  describe(`what logins said of groups, on ${engine.name}`, () => {
    const it = suiteOn(engine, [], 240_000);

    it("is not believed longer than its days after the last reply that told it; who holds none never lapses meanwhile", () =>
      Effect.gen(function* () {
        const run = yield* Effect.context<Store | MappingCache>();
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(fc.array(stepOf, { minLength: 1, maxLength: 6 }), (steps) =>
              Effect.runPromiseWith(run)(live(steps)),
            ),
            {
              numRuns: 20,
              examples: [
                // Roles are told at each login, groups once.
                [
                  [
                    { days: 1, group: ["/a"], "realm-role": [] },
                    { days: 6, group: undefined, "realm-role": ["realm-role:x"] },
                    { days: 6, group: undefined, "realm-role": [] },
                  ],
                ],
                // A provider that tells of no groups at all.
                [[6, 6, 6].map((days) => ({ days, group: undefined, "realm-role": undefined }))],
              ],
            },
          ),
        );
      }));
  });
}
