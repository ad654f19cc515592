/**
 * Facts, what operators decide, and time, in any order: the assignments are always what a second, simpler reckoning gives,
 * and no role is there without a reason that lives.
 */
import { Clock, Effect } from "effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AccountId,
  type ConnectionId,
  type DirectoryGroupId,
  type DirectoryUserId,
  type EventId,
  type OperatorId,
  type OrganizationId,
  systemOrigin,
} from "../../src/domain/index.ts";
import { desiredRoles, difference } from "../../src/mapping/index.ts";
import {
  accountsOf,
  addMembers,
  insertGroup,
  insertUser,
  listDecided,
  loadAssignments,
  loadFacts,
  newGroupId,
  newId,
  newUserId,
  removeMembers,
  Store,
  type TenantTx,
} from "../../src/store/index.ts";
import { correlateAll, publishedMapping, settleUsers, sweep, workPending } from "../../src/sync/index.ts";
import {
  type Caller,
  excludeRole,
  grantRole,
  includeRole,
  resumeAccount,
  revokeRole,
  suspendAccount,
} from "../../src/tenancy/index.ts";
import { newOrganization, openWorld, publishRules, type World } from "../support/world.ts";

const roles = ["r0", "r1"];
const rules = roles.map((role, at) => ({
  id: `rule-${at}`,
  when: { groupName: { equals: `G${at}` } },
  grant: [role],
}));

type Command =
  | { readonly do: "join" | "leave" | "revoke" | "include"; readonly role: number }
  | { readonly do: "grant" | "exclude"; readonly role: number; readonly days: number | null }
  | { readonly do: "suspend" | "resume" }
  | { readonly do: "wait"; readonly days: number }
  | { readonly do: "sweep" };

const role = fc.integer({ min: 0, max: roles.length - 1 });
const days = fc.option(fc.integer({ min: 1, max: 5 }));
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constantFrom("join" as const, "leave" as const, "revoke" as const, "include" as const),
    role,
  }),
  fc.record({ do: fc.constantFrom("grant" as const, "exclude" as const), role, days }),
  fc.record({ do: fc.constantFrom("suspend" as const, "resume" as const, "resume" as const) }),
  fc.record({ do: fc.constant("wait" as const), days: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant("sweep" as const) }),
);

/** The same as simply as possible; shares no code with the product. An end is a day, or never. */
class Model {
  day = 0;
  suspended = false;
  readonly groups = new Set<number>();
  readonly granted = new Map<number, number>();
  readonly excluded = new Map<number, number>();

  apply(one: Command): void {
    const end = "days" in one && one.do !== "wait" ? this.day + (one.days ?? Infinity) : 0;
    if (one.do === "join") this.groups.add(one.role);
    if (one.do === "leave") this.groups.delete(one.role);
    if (one.do === "grant") this.granted.set(one.role, end);
    if (one.do === "exclude") this.excluded.set(one.role, end);
    if (one.do === "revoke") this.granted.delete(one.role);
    if (one.do === "include") this.excluded.delete(one.role);
    if (one.do === "suspend") this.suspended = true;
    if (one.do === "resume") this.suspended = false;
    if (one.do === "wait") this.day += one.days;
  }

  roles(): ReadonlyArray<string> {
    if (this.suspended) return [];
    const lasts = (ends: ReadonlyMap<number, number>, at: number) => (ends.get(at) ?? 0) > this.day;
    return roles.filter(
      (_, at) => (this.groups.has(at) || lasts(this.granted, at)) && !lasts(this.excluded, at),
    );
  }
}

const caller: Caller = {
  id: newId<OperatorId>(),
  name: "test",
  role: "owner",
  organizationId: null,
  request: "test",
};
const cause = () => ({ event: newId<EventId>(), origin: systemOrigin });
const dayMillis = 86_400_000;

const arrive = (tx: TenantTx, connection: ConnectionId) =>
  Effect.gen(function* () {
    const resource = { userName: "ada" };
    const state = { externalId: null, userNameKey: "ada", emailKey: null, active: true, resource };
    const id = newUserId();
    yield* insertUser(tx, connection, id, state, newId<EventId>());
    yield* correlateAll(tx, connection, [{ user: id, keys: state, cause: newId<EventId>() }], systemOrigin);
    yield* settleUsers(tx, [id], cause(), false);
    const groups: Array<DirectoryGroupId> = [];
    for (const at of roles.keys()) {
      const group = newGroupId();
      const displayName = `G${at}`;
      const of = { externalId: null, displayName, displayNameKey: displayName, resource: { displayName } };
      yield* insertGroup(tx, connection, group, of, newId<EventId>());
      groups.push(group);
    }
    return { user: id, groups, account: (yield* accountsOf(tx, [id]))[0] as AccountId };
  });

interface Setting {
  readonly id: OrganizationId;
  readonly slug: string;
  readonly user: DirectoryUserId;
  readonly account: AccountId;
  readonly groups: ReadonlyArray<DirectoryGroupId>;
}

const inGroup = ({ id, user, groups }: Setting, joins: boolean, at: number) =>
  Effect.gen(function* () {
    const store = yield* Store;
    const group = groups[at] as DirectoryGroupId;
    yield* store.tenant(
      id,
      Effect.fnUntraced(function* (tx) {
        if (joins) yield* addMembers(tx, group, [user], newId<EventId>());
        else yield* removeMembers(tx, group, [user]);
        yield* settleUsers(tx, [user], cause(), !joins);
      }),
    );
  });

const decide = ({ slug, account }: Setting, one: Command, now: number) => {
  const named = (at: number) => ({ role: roles[at] ?? "", account, scope: null, reason: "test" });
  const lasting = (span: number | null) => ({
    until: span === null ? null : new Date(now + span * dayMillis),
    createScope: false,
  });
  switch (one.do) {
    case "grant":
      return grantRole(caller, slug, { ...named(one.role), ...lasting(one.days) });
    case "exclude":
      return excludeRole(caller, slug, { ...named(one.role), ...lasting(one.days) });
    // Where nothing is open they are refused, and change nothing.
    case "revoke":
      return Effect.exit(revokeRole(caller, slug, named(one.role)));
    case "include":
      return Effect.exit(includeRole(caller, slug, named(one.role)));
    case "suspend":
      return suspendAccount(caller, slug, account, "test");
    case "resume":
      return resumeAccount(caller, slug, account, "test");
    default:
      return Effect.void;
  }
};

/** What the account has, what recomputing says it should have, and which of its reasons live. */
const inspect = ({ id, account }: Setting, now: number) =>
  Effect.gen(function* () {
    const store = yield* Store;
    return yield* store.tenant(
      id,
      Effect.fnUntraced(function* (tx) {
        const has = (yield* loadAssignments(tx, [account])).get(account) ?? [];
        const [facts] = yield* loadFacts(tx, [account]);
        if (facts === undefined) return yield* Effect.die("no account");
        const { mapping } = yield* publishedMapping(tx);
        const grants = yield* listDecided(tx, "grant", { limit: 100, accounts: [account], ended: false });
        const living = new Set([...rules.map((one) => one.id), ...grants.map((one) => `grant:${one.id}`)]);
        const reasons = has.flatMap((one) => one.reasons.map((reason) => reason.rule));
        return {
          has: has.map((one) => one.role as string).sort(),
          drift: difference(has, desiredRoles(facts, mapping, now).roles),
          dead: reasons.filter((rule) => !living.has(rule)),
          bare: has.filter((one) => one.reasons.length === 0),
        };
      }),
    );
  });

/** The clock of the world, put to a moment of the test's own. */
const at = (now: number) => {
  const nanos = BigInt(now) * 1_000_000n;
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => now,
    currentTimeMillis: Effect.succeed(now),
    currentTimeNanosUnsafe: () => nanos,
    currentTimeNanos: Effect.succeed(nanos),
    monotonicTimeNanosUnsafe: () => nanos,
    monotonicTimeNanos: Effect.succeed(nanos),
    sleep: () => Effect.void,
  };
  return <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provideService(effect, Clock.Clock, clock);
};

describe("any sequence of facts, decisions and days", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ _tag: "Memory" });
  });
  afterAll(() => world?.dispose());

  const setting = Effect.gen(function* () {
    const store = yield* Store;
    const { id, slug, connections } = yield* newOrganization("okta");
    yield* publishRules(id, roles, rules);
    const made = yield* store.tenant(id, (tx) => arrive(tx, connections[0] as ConnectionId));
    return { id, slug, ...made } satisfies Setting as Setting;
  });

  it("leaves the roles that a second reckoning gives, each for a living reason", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (sequence) => {
        const here = await world.runPromise(setting);
        const model = new Model();
        const start = Date.now();
        const step = (one: Command) => {
          const now = start + model.day * dayMillis;
          const act =
            one.do === "join" || one.do === "leave"
              ? inGroup(here, one.do === "join", one.role)
              : Effect.asVoid(decide(here, one, now));
          return at(now)(act);
        };
        for (const one of [...sequence, { do: "sweep" } as const]) {
          await world.runPromise(step(one));
          model.apply(one);
          // As the sweeper does every minute.
          const now = start + model.day * dayMillis;
          await world.runPromise(at(now)(Effect.andThen(sweep(), workPending(here.id))));
          const { has, drift, dead, bare } = await world.runPromise(at(now)(inspect(here, now)));
          expect(has, JSON.stringify(one)).toEqual(model.roles());
          expect([...drift.gained, ...drift.lost, ...drift.changed]).toEqual([]);
          expect([...dead, ...bare]).toEqual([]);
        }
      }),
      { numRuns: 12 },
    );
  }, 240_000);
});
