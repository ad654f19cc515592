/** Everybody in the realm as facts. Reads only; never believes a list it cannot check. */
import { Effect, Stream } from "effect";
import type { ConnectorFailure, Fact, GroupFact, MembershipFact, Proof, Source } from "../connector.ts";
import { makeCanaries } from "./canary.ts";
import type { Ask } from "./client.ts";
import { confirm } from "./confirm.ts";
import { listGroups, listMembers } from "./groups.ts";
import { naming, remedies } from "./lack.ts";
import { one } from "./one.ts";
import { type Held, listRoles } from "./roles.ts";
import type { Settings } from "./settings.ts";
import { listUsers } from "./users.ts";
import { groupFact, userFact } from "./wire.ts";

interface Told {
  readonly users: Set<string>;
  groups: number;
  memberships: number;
}

const people = (ask: Ask, settings: Settings, told: Told) =>
  listUsers(ask, settings.pageSize).pipe(
    Stream.mapError(naming(remedies.viewUsers)),
    Stream.map((user) => {
      told.users.add(user.id);
      return userFact(user);
    }),
  );

/** Whoever joined after the people were listed comes with the next run, as do service accounts never. */
const membershipsOf = (told: Told, { fact, holders }: Held) =>
  Effect.map(holders, (ids) => {
    const known = ids.filter(({ id }) => told.users.has(id));
    told.memberships += known.length;
    return known.map(({ id }): MembershipFact => ({ _tag: "Membership", group: fact.id, user: id }));
  });

const allHeld = Effect.fn("keycloak.allHeld")(function* (ask: Ask, settings: Settings) {
  const groups = yield* Effect.mapError(listGroups(ask, settings.concurrency), naming(remedies.viewUsers));
  const roles = yield* listRoles(ask, settings);
  const members = groups.map(
    (group): Held => ({
      fact: groupFact(group),
      holders: Effect.mapError(listMembers(ask, group.id), naming(remedies.viewUsers)),
    }),
  );
  return [...members, ...roles];
});

const groupsAndMembers = (
  ask: Ask,
  settings: Settings,
  told: Told,
): Stream.Stream<GroupFact | MembershipFact, ConnectorFailure> =>
  Stream.unwrap(
    Effect.map(allHeld(ask, settings), (held) => {
      told.groups = held.length;
      const memberships = Stream.fromIterable(held).pipe(
        Stream.mapEffect((one) => membershipsOf(told, one), { concurrency: settings.concurrency }),
        Stream.flatMap(Stream.fromIterable),
      );
      return Stream.concat(Stream.fromIterable(held.map(({ fact }) => fact)), memberships);
    }),
  );

// Users and groups were compared with Keycloak's counts before this is reached. Roles and memberships it does not
// count: there the seams between pages had to fit, and the empty list of a filtered credential was refused.
const proof = (told: Told): Proof => ({
  _tag: "Proof",
  users: { listed: told.users.size, counted: told.users.size },
  groups: { listed: told.groups, counted: told.groups },
  memberships: { listed: told.memberships, counted: null },
});

const everyone = (ask: Ask, settings: Settings): Source["everyone"] =>
  Stream.suspend((): Stream.Stream<Fact | Proof, ConnectorFailure> => {
    const told: Told = { users: new Set(), groups: 0, memberships: 0 };
    return people(ask, settings, told).pipe(
      Stream.concat(groupsAndMembers(ask, settings, told)),
      Stream.concat(Stream.sync(() => proof(told))),
    );
  });

export const makeSource = (ask: Ask, settings: Settings): Source => {
  const canaries = makeCanaries(ask);
  return {
    everyone: everyone(ask, settings),
    one: one(ask, settings, canaries),
    confirm: confirm(ask, settings, canaries),
  };
};
