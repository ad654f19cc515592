/** What every write needs: the realm's groups and roles by id, remembered while many people come into the same ones. */
import { Cache, Duration, Effect, Exit, Schema } from "effect";
import { type Applied, ConnectorFailure, type GroupFact } from "../../connector.ts";
import { type Canaries, findGroup, findRole } from "../by-id/index.ts";
import type { Ask } from "../client.ts";
import { absent } from "../failure.ts";
import { naming, remedies } from "../lack.ts";
import type { Settings } from "../settings.ts";
import { type Identified, isId, type Role } from "../wire.ts";

export interface Needs {
  readonly ask: Ask;
  readonly settings: Settings;
  readonly canaries: Canaries;
}

type ById<A> = Cache.Cache<string, A, ConnectorFailure>;

export interface Place extends Needs {
  readonly groups: ById<Identified>;
  readonly roles: ById<Role>;
}

// What is deleted meanwhile answers 404 when it is written to, so that being late here does no harm.
const remembered = Duration.seconds(30);

const byId = <A>(look: (id: string) => Effect.Effect<A, ConnectorFailure>) =>
  Cache.makeWith(look, {
    capacity: 10_000,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? remembered : Duration.zero),
  });

export const makePlace = (needs: Needs) =>
  Effect.gen(function* () {
    const { ask } = needs;
    const groups = yield* byId((id) => Effect.mapError(findGroup(ask, id), naming(remedies.viewUsers)));
    const roles = yield* byId((id) => Effect.mapError(findRole(ask, id), naming(remedies.viewClients)));
    return { ...needs, groups, roles } satisfies Place;
  });

/** What Keycloak answers to a write that it made: nothing. A page of something that stands before it is not that. */
const Nothing = Schema.Literal("");

/** A write that answers nothing. A plain 403 says which role is missing. */
export const send = (ask: Ask, what: string, call: Parameters<Ask>[2]) =>
  Effect.mapError(ask(what, Nothing, call), naming(remedies.manageUsers));

export const changed = (id: string): Applied => ({ _tag: "Changed", id });
export const already = (id: string): Applied => ({ _tag: "Already", id });

/** One person and one group or role. */
export interface Pair {
  readonly user: string;
  readonly group: Pick<GroupFact, "id" | "kind">;
}

const nothing = new ConnectorFailure({
  reason: "missing",
  detail: "Keycloak has nothing with this id: it is empty, too long or not an id at all.",
});

/** Before an id becomes part of an address: `..` there would be another address, and with it another deed. */
export const addressable = <A>(ids: ReadonlyArray<string>, act: Effect.Effect<A, ConnectorFailure>) =>
  ids.every((id) => isId(id)) ? act : Effect.fail(nothing);

/** What is not there, as the canary confirms, was left or removed before. */
export const unlessThere = (
  { user, act }: { readonly user: string; readonly act: Effect.Effect<Applied, ConnectorFailure> },
  ids: ReadonlyArray<string>,
  canary: Effect.Effect<void, ConnectorFailure>,
) =>
  ids.every((id) => isId(id))
    ? Effect.catchIf(act, absent, () => Effect.as(canary, already(user)))
    : Effect.succeed(already(user));
