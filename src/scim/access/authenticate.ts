import { Effect } from "effect";
import { type ConnectionId, type EnvironmentId, type Origin, Unauthenticated } from "../../domain/index.ts";
import {
  type ConnectionProfile,
  findAccessCredential,
  findCredential,
  findEnvironmentCredential,
  noteEnvironmentTokenUse,
  noteTokenUse,
  type TenantTx,
} from "../../store/index.ts";
import {
  bearerOf,
  type ParsedToken,
  parseEnvironmentToken,
  parseToken,
  sameHash,
} from "../../tenancy/index.ts";

const detail = "Send a valid SCIM token of this organization in the Authorization header, as a bearer token.";
const missing = new Unauthenticated({ detail });
/** Unknown, expired, revoked, of a disabled connection, for another address: one answer for all. */
export const refused = new Unauthenticated({ detail, presented: true });

/** A token made by an operator for one connection, or one that an OAuth client was given. */
export interface OrganizationToken extends ParsedToken {
  readonly kind: "scim-token" | "scim-client";
}

/** A token of an environment. */
export interface EnvironmentToken extends Omit<ParsedToken, "scope"> {
  readonly kind: "environment-token";
  readonly environment: EnvironmentId;
}

export type ClaimedToken = OrganizationToken | EnvironmentToken;

const parsed = (bearer: string): ClaimedToken | undefined => {
  const token = parseToken("rbs", bearer);
  if (token !== undefined) return { ...token, kind: "scim-token" };
  const access = parseToken("rba", bearer);
  if (access !== undefined) return { ...access, kind: "scim-client" };
  const environment = parseEnvironmentToken(bearer);
  return environment === undefined ? undefined : { ...environment, kind: "environment-token" };
};

/** What the header claims. Whether it is true, the organization's own transaction tells. */
export const claimedToken = (header: string | undefined): Effect.Effect<ClaimedToken, Unauthenticated> => {
  const bearer = bearerOf(header);
  if (bearer === undefined) return Effect.fail(missing);
  const token = parsed(bearer);
  return token === undefined ? Effect.fail(refused) : Effect.succeed(token);
};

/** Whoever asks, and through which connection; null: their credential is good, but the organization marks none. */
export interface Known {
  readonly actor: Origin["actor"];
  readonly connection: ConnectionId | null;
  readonly settings: ConnectionProfile;
}

const knownToken = Effect.fnUntraced(function* (tx: TenantTx, { id, hash }: OrganizationToken) {
  const found = yield* findCredential(tx, { id });
  if (found === undefined || !found.live || !sameHash(found.hash, hash)) return undefined;
  if (found.stale) yield* noteTokenUse(tx, id);
  return {
    actor: { kind: "scim-token", id },
    connection: found.connectionId,
    settings: found,
  } satisfies Known as Known;
});

const knownClient = Effect.fnUntraced(function* (tx: TenantTx, { id, hash }: OrganizationToken) {
  const found = yield* findAccessCredential(tx, { id });
  if (found === undefined || !found.live || !sameHash(found.hash, hash)) return undefined;
  const { clientId, connectionId: connection } = found;
  return {
    actor: { kind: "scim-client", id: clientId },
    connection,
    settings: found,
  } satisfies Known as Known;
});

const knownEnvironment = Effect.fnUntraced(function* (tx: TenantTx, token: EnvironmentToken) {
  const found = yield* findEnvironmentCredential(tx, token);
  if (found === undefined || !found.live || !sameHash(found.hash, token.hash)) return undefined;
  const { connectionId: connection } = found;
  if (connection !== null && !found.open) return undefined;
  if (found.stale) yield* noteEnvironmentTokenUse(tx, token.id);
  return {
    actor: { kind: "environment-token", id: token.id },
    connection,
    settings: found,
  } satisfies Known as Known;
});

/** Checks the token against its row and gives whom and what it stands for, or refuses it. */
export const authenticate = Effect.fn("authenticate")(function* (tx: TenantTx, token: ClaimedToken) {
  const known = yield* token.kind === "environment-token"
    ? knownEnvironment(tx, token)
    : (token.kind === "scim-token" ? knownToken : knownClient)(tx, token);
  return known ?? (yield* refused);
});
