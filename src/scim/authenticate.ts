import { Effect } from "effect";
import { type ConnectionId, type Origin, Unauthenticated } from "../domain/index.ts";
import {
  type ConnectionProfile,
  findAccessCredential,
  findCredential,
  noteTokenUse,
  type TenantTx,
} from "../store/index.ts";
import { bearerOf, type ParsedToken, parseToken, sameHash } from "../tenancy/index.ts";

const detail = "Send a valid SCIM token of this organization in the Authorization header, as a bearer token.";
const missing = new Unauthenticated({ detail });
const refused = new Unauthenticated({ detail, presented: true });

/** What a request shows: a token made by an operator, or one that an OAuth client was given. */
export interface ClaimedToken extends ParsedToken {
  readonly kind: "scim-token" | "scim-client";
}

const parsed = (bearer: string): ClaimedToken | undefined => {
  const token = parseToken("rbs", bearer);
  if (token !== undefined) return { ...token, kind: "scim-token" };
  const access = parseToken("rba", bearer);
  return access === undefined ? undefined : { ...access, kind: "scim-client" };
};

/** What the header claims. Whether it is true, the organization's own transaction tells. */
export const claimedToken = (header: string | undefined): Effect.Effect<ClaimedToken, Unauthenticated> => {
  const bearer = bearerOf(header);
  if (bearer === undefined) return Effect.fail(missing);
  const token = parsed(bearer);
  return token === undefined ? Effect.fail(refused) : Effect.succeed(token);
};

/** Whoever asks, and through which connection. */
interface Known {
  readonly actor: Origin["actor"];
  readonly connection: ConnectionId;
  readonly settings: ConnectionProfile;
}

const knownToken = Effect.fnUntraced(function* (tx: TenantTx, { id, hash }: ParsedToken) {
  const found = yield* findCredential(tx, { id });
  if (found === undefined || !found.live || !sameHash(found.hash, hash)) return undefined;
  if (found.stale) yield* noteTokenUse(tx, id);
  return {
    actor: { kind: "scim-token", id },
    connection: found.connectionId,
    settings: found,
  } satisfies Known as Known;
});

const knownClient = Effect.fnUntraced(function* (tx: TenantTx, { id, hash }: ParsedToken) {
  const found = yield* findAccessCredential(tx, { id });
  if (found === undefined || !found.live || !sameHash(found.hash, hash)) return undefined;
  const { clientId, connectionId: connection } = found;
  return {
    actor: { kind: "scim-client", id: clientId },
    connection,
    settings: found,
  } satisfies Known as Known;
});

/**
 * Checks the token against its row and gives whom and what it stands for. Unknown, expired, revoked, of a
 * disabled connection: one answer for all, so that it tells nothing.
 */
export const authenticate = Effect.fn("authenticate")(function* (
  tx: TenantTx,
  token: ClaimedToken,
  requestId: string,
) {
  const known = yield* (token.kind === "scim-token" ? knownToken : knownClient)(tx, token);
  if (known === undefined) return yield* refused;
  const { actor, connection, settings } = known;
  const origin: Origin = { actor, connection, request: requestId };
  return { connection, origin, settings };
});
