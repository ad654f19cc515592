/**
 * Everybody in the realm as facts. Reads only; never believes a list it cannot check. Owns the order in which facts
 * are told and what is read for them; who is gone is asked next door, in `by-id`.
 */
import { Effect, Stream } from "effect";
import type { ConnectorFailure, Fact, GroupFact, MembershipFact, Proof, Source } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { listGroups, listGroupsWithRoles, listMembers } from "../groups.ts";
import { naming, remedies } from "../lack.ts";
import { listRoles, partsOf } from "../roles.ts";
import type { Settings } from "../settings.ts";
import { listUsers } from "../users.ts";
import { userFact } from "../wire.ts";
import { ahead } from "./ahead.ts";
import { withOrganizations } from "./organizations.ts";
import { directly, effectively, type Plan, type Read } from "./plan.ts";

type Ids = ReadonlyArray<string>;

interface Told {
  /** Ids by themselves: lists that are kept share these strings. */
  readonly users: Map<string, string>;
  readonly kept: Map<string, Ids>;
  groups: number;
  memberships: number;
}

interface Answer {
  readonly read: Read;
  readonly listed: ReadonlyArray<{ readonly id: string }>;
}

const people = (ask: Ask, settings: Settings, told: Told) =>
  listUsers(ask, settings.pageSize).pipe(
    Stream.mapError(naming(remedies.viewUsers)),
    Stream.map((user) => {
      told.users.set(user.id, user.id);
      return userFact(user);
    }),
  );

/** Whoever joined after the people were listed comes with the next run, as do service accounts never. */
const known = (told: Told, listed: ReadonlyArray<{ readonly id: string }>): Ids =>
  listed.map(({ id }) => told.users.get(id)).filter((id) => id !== undefined);

const peopleOf = (told: Told, plan: Plan, group: string, read: Read, ids: Ids): Ids => {
  const sources = plan.sources(group);
  if (sources.length === 1 && sources[0] === read.id) return ids;
  return [...new Set(sources.flatMap((id) => (id === read.id ? ids : (told.kept.get(id) ?? []))))];
};

const membershipsOf = (told: Told, plan: Plan, { read, listed }: Answer) => {
  const ids = known(told, listed);
  if (plan.kept.has(read.id)) told.kept.set(read.id, ids);
  return Stream.fromIterable(read.tell).pipe(
    Stream.flatMap(({ id: group }) => {
      const users = peopleOf(told, plan, group, read, ids);
      told.memberships += users.length;
      return Stream.fromArray(users.map((user): MembershipFact => ({ _tag: "Membership", group, user })));
    }),
  );
};

const planned = Effect.fn("keycloak.planned")(function* (ask: Ask, settings: Settings) {
  const both = { concurrency: 2 };
  const needsUsers = Effect.mapError(naming(remedies.viewUsers));
  const membersOf = (id: string) => needsUsers(listMembers(ask, id));
  if (!settings.effectiveRoles) {
    const [groups, roles] = yield* Effect.all(
      [needsUsers(listGroups(ask, settings)), listRoles(ask, settings)],
      both,
    );
    return directly(groups, roles, membersOf);
  }
  const [groups, roles] = yield* Effect.all(
    [needsUsers(listGroupsWithRoles(ask, settings)), listRoles(ask, settings)],
    both,
  );
  const composites = roles.filter(({ role }) => role.composite !== false);
  const parts = yield* Effect.forEach(
    composites,
    ({ role }) => Effect.map(partsOf(ask, role), (all): [string, Ids] => [role.id, all.map(({ id }) => id)]),
    { concurrency: settings.concurrency },
  );
  return effectively(groups, roles, new Map(parts), membersOf);
});

/** One role with all who hold it in any way; nothing, of what is no role that is told of. */
export const effectiveHolders = Effect.fn("keycloak.effectiveHolders")(function* (
  ask: Ask,
  settings: Settings,
  id: string,
) {
  const plan = yield* planned(ask, settings);
  const fact = plan.facts.find((each) => each.id === id && each.kind !== "group");
  if (fact === undefined) return undefined;
  const sources = new Set(plan.sources(id));
  const lists = yield* Effect.forEach(
    plan.reads.filter((read) => sources.has(read.id)),
    ({ people }) => people,
    { concurrency: settings.concurrency },
  );
  return { fact, holders: [...new Map(lists.flat().map((each) => [each.id, each])).values()] };
});

// About 10 MiB of ids and names. The people of a realm of 10,000 are still being listed when that many members are read.
const mostAhead = 50_000;

const answers = (plan: Plan, { concurrency }: Settings): Stream.Stream<Answer, ConnectorFailure> =>
  Stream.fromIterable(plan.reads).pipe(
    Stream.mapEffect((read) => Effect.map(read.people, (listed) => ({ read, listed })), { concurrency }),
  );

/** Groups, roles and their people are asked for at once; they are told when the stream is drawn from. */
const groupsAndMembers = Effect.fn("keycloak.groupsAndMembers")(function* (
  ask: Ask,
  settings: Settings,
  told: Told,
) {
  const whole = Effect.flatMap(planned(ask, settings), (plan) => withOrganizations(ask, settings, plan));
  const plan = yield* Effect.cached(whole);
  const listed = yield* ahead(
    Stream.unwrap(Effect.map(plan, (known) => answers(known, settings))),
    (answer) => answer.listed.length,
    mostAhead,
  );
  const facts = Effect.map(plan, (known): Stream.Stream<GroupFact | MembershipFact, ConnectorFailure> => {
    told.groups = known.facts.length;
    return Stream.concat(
      Stream.fromIterable(known.facts),
      Stream.flatMap(listed, (answer) => membershipsOf(told, known, answer)),
    );
  });
  return Stream.unwrap(facts);
});

// Users and groups were compared with Keycloak's counts before this is reached, as exactly as the realm held still:
// who came or went meanwhile is asked for by id. Roles and memberships it does not count: there the seams between pages
// had to fit, and the empty list of a filtered credential was refused.
const proof = (told: Told): Proof => ({
  _tag: "Proof",
  users: { listed: told.users.size, counted: told.users.size },
  groups: { listed: told.groups, counted: told.groups },
  memberships: { listed: told.memberships, counted: null },
});

export const everyone = (ask: Ask, settings: Settings): Source["everyone"] =>
  Stream.unwrap(
    Effect.gen(function* () {
      const told: Told = { users: new Map(), kept: new Map(), groups: 0, memberships: 0 };
      const users: Stream.Stream<Fact | Proof, ConnectorFailure> = people(ask, settings, told);
      const rest = yield* groupsAndMembers(ask, settings, told);
      return users.pipe(Stream.concat(rest), Stream.concat(Stream.sync(() => proof(told))));
    }),
  );
