/** One person into a group or out of it. */
import { Cache, Effect } from "effect";
import type { Ask } from "../client.ts";
import { groupsOf } from "../groups.ts";
import { naming, remedies } from "../lack.ts";
import { addressable, already, changed, type Pair, type Place, send, unlessThere } from "./place.ts";

const isIn = (ask: Ask, { user, group }: Pair) =>
  Effect.mapError(
    Effect.map(groupsOf(ask, user), (groups) => groups.some(({ id }) => id === group.id)),
    naming(remedies.viewUsers),
  );

/** Keycloak answers 204 whether they were in it or not, so it is asked before. */
export const joinGroup = ({ ask, groups }: Place, pair: Pair) => {
  const { user: id, group } = pair;
  const act = Effect.gen(function* () {
    // A group that this account may not see would be missing from the person's groups, and so look like ours.
    yield* Cache.get(groups, group.id);
    if (yield* isIn(ask, pair)) return already(id);
    yield* send(ask, "somebody to join a group", (client) =>
      client.users.addToGroup({ id, groupId: group.id }),
    );
    return changed(id);
  });
  return addressable([id, group.id], act);
};

/** Leaves in any case: what is listed decides only what is said of it. */
export const leaveGroup = ({ ask, canaries }: Place, pair: Pair) => {
  const { user: id, group } = pair;
  const act = Effect.gen(function* () {
    const inside = yield* isIn(ask, pair);
    yield* send(ask, "somebody to leave a group", (client) =>
      client.users.delFromGroup({ id, groupId: group.id }),
    );
    return inside ? changed(id) : already(id);
  });
  return unlessThere({ user: id, act }, [id, group.id], Effect.andThen(canaries.user, canaries.group));
};
