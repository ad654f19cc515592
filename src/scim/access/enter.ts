/** From a credential and an address to a transaction of the organization that both stand for. */
import { Effect, Option } from "effect";
import type { ConnectionId, Origin } from "../../domain/index.ts";
import {
  type ConnectionProfile,
  findEnvironmentAccess,
  isAt,
  recordEventOnce,
  recordOutside,
  Store,
  type TenantTx,
} from "../../store/index.ts";
import { sameHash } from "../../tenancy/index.ts";
import type { ScimAddress } from "./address.ts";
import {
  authenticate,
  type ClaimedToken,
  type EnvironmentToken,
  type OrganizationToken,
  refused,
} from "./authenticate.ts";

/** Who wants to get in where. */
export interface Asked {
  readonly token: ClaimedToken;
  readonly address: ScimAddress;
  readonly requestId: string;
}

/** What there is inside. */
export interface Entered {
  readonly tx: TenantTx;
  readonly connection: ConnectionId;
  readonly origin: Origin;
  readonly settings: ConnectionProfile;
}

type Work<A, E, R> = (entered: Entered) => Effect.Effect<A, E, R>;

const refusals = {
  "scim-token": "token.refused",
  "scim-client": "client.refused",
  "environment-token": "environment-token.refused",
} as const;

/** A good credential where it opens nothing is news, though its sender is answered as a stranger. */
const misuse = (kind: ClaimedToken["kind"], origin: Origin, { base }: ScimAddress, why: string) => ({
  type: refusals[kind],
  origin,
  subject: { kind, id: origin.actor.id ?? "" },
  data: { address: base, why },
});

/** Runs `work` for a good credential at its address; none where that is good, but not here: then an event is left. */
const inside = <A, E, R>({ token, address, requestId }: Asked, work: Work<A, E, R>) =>
  Effect.fnUntraced(function* (tx: TenantTx) {
    const { actor, connection, settings } = yield* authenticate(tx, token);
    const origin: Origin = { actor, connection, request: requestId };
    if (connection === null) {
      yield* recordEventOnce(tx, misuse(token.kind, origin, address, "no connection is marked"));
      return Option.none<A>();
    }
    // Of an environment's token, the organization was found by the address.
    const elsewhere = token.kind !== "environment-token" && address.place !== undefined;
    if (elsewhere && !(yield* isAt(tx, address.place))) {
      yield* recordEventOnce(tx, misuse(token.kind, origin, address, "not its address"));
      return Option.none<A>();
    }
    return Option.some(yield* work({ tx, connection, origin, settings }));
  });

const organizationOf = ({ scope }: OrganizationToken) => Effect.succeed(scope);

/** Nothing is written in an organization that is none of the environment's. */
const organizationIn = Effect.fnUntraced(function* (
  token: EnvironmentToken,
  { address, requestId: request }: Asked,
) {
  const found = yield* findEnvironmentAccess(token, address.place);
  if (found === undefined || !found.live || !sameHash(found.hash, token.hash)) return yield* refused;
  if (found.organizationId !== null) return found.organizationId;
  const origin: Origin = { actor: { kind: token.kind, id: token.id }, connection: null, request };
  yield* recordOutside(misuse(token.kind, origin, address, "not its address"));
  return yield* refused;
});

/**
 * Runs `work` in a transaction of the organization, once the credential was found good in it and for this address.
 * Fails with Unauthenticated, whatever is wrong with either.
 */
export const enter = Effect.fn("enter")(function* <A, E, R>(asked: Asked, work: Work<A, E, R>) {
  const { token } = asked;
  const store = yield* Store;
  const organization = yield* token.kind === "environment-token"
    ? organizationIn(token, asked)
    : organizationOf(token);
  const done = yield* store.tenant(organization, inside(asked, work));
  return Option.isSome(done) ? done.value : yield* refused;
});
