/** What a branch is made of, and that it stood still while it was read. */
import { Effect } from "effect";
import { type Branch, ConnectorFailure, type GroupFact } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent } from "../failure.ts";
import type { Settings } from "../settings.ts";
import { isPerson } from "../users.ts";
import type { Member } from "../wire.ts";

export const moved = new ConnectorFailure({
  reason: "conflict",
  detail: "A group or role changed while it was read. Nothing was concluded; it is read again.",
});

/** Not found, of something found a moment ago: deleted since, or Keycloak contradicts itself. */
export const unlessStillThere =
  (again: Effect.Effect<unknown, ConnectorFailure>) =>
  <A>(look: Effect.Effect<A, ConnectorFailure>) =>
    Effect.catchIf(look, absent, () => Effect.andThen(again, Effect.fail(moved)));

/** People only: service accounts are nobody here. */
export const idsOf = (ask: Ask, { concurrency }: Settings, members: ReadonlyArray<Member>) =>
  Effect.map(
    Effect.filter(members, (member) => isPerson(ask, member), { concurrency }),
    (people) => people.map(({ id }) => id),
  );

export interface Read {
  readonly group: GroupFact;
  readonly ids: ReadonlyArray<string>;
}

export const branchOf = (read: ReadonlyArray<Read>): Branch => ({
  _tag: "Branch",
  groups: read.map(({ group }) => group),
  members: new Map(read.map(({ group, ids }) => [group.id, ids])),
});
