/** A small directory to plan for, and what is seen of it. */
import { Effect } from "effect";
import {
  type EventId,
  type OrganizationId,
  type Origin,
  type PlanId,
  systemOrigin,
} from "../../../src/domain/index.ts";
import {
  addMembers,
  type ConnectionProfile,
  everyone,
  findPlan,
  insertGroup,
  insertUser,
  listPlanItems,
  newGroupId,
  newId,
  newUserId,
  nobody,
  type PlanRow,
  removeOthers,
  Store,
  type TenantTx,
} from "../../../src/store/index.ts";
import {
  applyPlan,
  correlateAll,
  draftMapping,
  previewMapping,
  publishMapping,
  settleUsers,
  workPending,
  workPlan,
} from "../../../src/sync/index.ts";
import { newOrganization, publishRules } from "../../support/world.ts";

export type { ConnectionProfile };

export const operatorOrigin: Origin = {
  actor: { kind: "operator", id: newId() },
  connection: null,
  request: "request-1",
};

export const roles = ["r0", "r1", "r2", "r3"];

const cause = () => ({ event: newId<EventId>(), origin: systemOrigin });

const inTenant = <A, E, R>(id: OrganizationId, body: (tx: TenantTx) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Store, (store) => store.tenant(id, body));

export const draft = (id: OrganizationId, rules: ReadonlyArray<object>) =>
  inTenant(id, (tx) => draftMapping(tx, { rules }, systemOrigin));

/** Puts the rules in force and has everyone brought up to date by jobs, as `publish --apply` does. */
export const publishToAll = Effect.fnUntraced(function* (id: OrganizationId, rules: ReadonlyArray<object>) {
  yield* draft(id, rules);
  yield* inTenant(id, (tx) => publishMapping(tx, systemOrigin, true));
  yield* workPending(id);
});

/** People p0, p1, … and groups G0, G1, …; `members` says for each group who is in it. */
export const directory = Effect.fnUntraced(function* (
  people: number,
  members: ReadonlyArray<ReadonlyArray<number>>,
) {
  const { id, connections } = yield* newOrganization("okta");
  const [connection] = connections;
  if (connection === undefined) return yield* Effect.die("no connection");
  yield* publishRules(id, roles, []);
  return yield* inTenant(
    id,
    Effect.fnUntraced(function* (tx) {
      const users = yield* Effect.forEach(Array.from({ length: people }), (_, at) => newUser(at));
      const newcomers = users.map(({ user, keys }) => ({ user, keys, cause: newId<EventId>() }));
      yield* correlateAll(tx, connection, newcomers, systemOrigin);
      const groups = yield* Effect.forEach(members, (_, at) => newGroup(at));
      const ids = users.map(({ user }) => user);
      for (const [at, group] of groups.entries()) {
        const who = (members[at] ?? []).flatMap((one) => ids[one] ?? []);
        if (who.length > 0) yield* addMembers(tx, group, who, newId<EventId>());
      }
      return { id, connection, users: ids, groups };

      function newUser(at: number) {
        const keys = { externalId: null, userNameKey: `p${at}`, emailKey: null };
        const state = { ...keys, active: true, resource: { userName: `p${at}` } };
        const user = newUserId();
        return Effect.as(insertUser(tx, connection as never, user, state, newId<EventId>()), { user, keys });
      }
      function newGroup(at: number) {
        const name = `G${at}`;
        const state = {
          externalId: name,
          displayName: name,
          displayNameKey: name,
          resource: { displayName: name },
        };
        const group = newGroupId();
        return Effect.as(insertGroup(tx, connection as never, group, state, newId<EventId>()), group);
      }
    }),
  );
});

export type Directory = Effect.Success<ReturnType<typeof directory>>;

/** The source says who is in the group now; whoever was touched is reconciled at once, as in a request. */
export const setMembers = ({ id, users, groups }: Directory, group: number, who: ReadonlyArray<number>) =>
  inTenant(
    id,
    Effect.fnUntraced(function* (tx) {
      const of = groups[group];
      if (of === undefined) return yield* Effect.die("no group");
      const kept = who.flatMap((at) => users[at] ?? []);
      yield* removeOthers(tx, of, kept);
      if (kept.length > 0) yield* addMembers(tx, of, kept, newId<EventId>());
      yield* settleUsers(tx, users, cause(), false);
    }),
  );

/** Everybody with their roles, reasons and state, by names: the same for two organizations where all is the same. */
export const seenOf = ({ id, users, groups, connection }: Directory) =>
  inTenant(
    id,
    Effect.fnUntraced(function* (tx) {
      const names = new Map<string, string>([
        ...users.map((user, at) => [user, `p${at}`] as const),
        ...groups.map((group, at) => [group, `G${at}`] as const),
        [connection, "okta"],
      ]);
      const name = (of: string | null) => (of === null ? null : (names.get(of) ?? "?"));
      const page = yield* (yield* everyone(tx, 10_000, true))(nobody);
      return page
        .map(({ people, roles: has, state }) => ({
          who: people.map((person) => name(person.id)).join(),
          active: state.active,
          because: state.because,
          dueAt: state.dueAt,
          roles: has.map(({ role, scope, reasons }) => ({
            role,
            scope,
            reasons: reasons
              .map((reason) => ({
                rule: reason.rule,
                person: name(reason.person),
                group: name(reason.group),
                because: reason.because,
              }))
              .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
          })),
        }))
        .toSorted((a, b) => (a.who < b.who ? -1 : 1));
    }),
  );

export const rolesOf = (directory: Directory) =>
  Effect.map(seenOf(directory), (all) =>
    Object.fromEntries(all.map(({ who, roles: has }) => [who, has.map(({ role }) => role as string)])),
  );

export const planOf = (id: OrganizationId, plan: PlanId) =>
  Effect.flatMap(
    inTenant(id, (tx) => findPlan(tx, plan)),
    (found) => (found === undefined ? Effect.die("no plan") : Effect.succeed(found)),
  );

/** A plan asked for by `make`, evaluated. */
export const planned = Effect.fnUntraced(function* <E, R>(
  id: OrganizationId,
  make: (tx: TenantTx, origin: Origin) => Effect.Effect<PlanRow, E, R>,
) {
  const { id: plan } = yield* inTenant(id, (tx) => make(tx, operatorOrigin));
  yield* workPlan(id, plan);
  return yield* planOf(id, plan);
});

export const preview = (id: OrganizationId) => planned(id, previewMapping);

export const ask = (
  id: OrganizationId,
  plan: PlanRow,
  order: (tx: TenantTx, origin: Origin, plan: string, hash: string) => Effect.Effect<PlanRow, unknown>,
) => inTenant(id, (tx) => order(tx, operatorOrigin, plan.id, plan.hash ?? ""));

/** Applies the plan as its hash was shown, to its end: applied, or stale. */
export const applied = Effect.fnUntraced(function* (id: OrganizationId, plan: PlanRow) {
  yield* ask(id, plan, applyPlan);
  yield* workPlan(id, plan.id);
  yield* workPending(id);
  return yield* planOf(id, plan.id);
});

export const itemsOf = (id: OrganizationId, plan: PlanId) =>
  inTenant(id, (tx) => listPlanItems(tx, plan, { limit: 10_000 }));
