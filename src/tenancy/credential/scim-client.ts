/** OAuth clients of SCIM connections, as operators manage them. How a client signs in is not decided here. */
import { Effect, type Redacted } from "effect";
import {
  InvalidValue,
  isUuid,
  NotFound,
  type Origin,
  type ScimClientId,
  TooMany,
} from "../../domain/index.ts";
import {
  addClientSecret,
  addScimClient,
  countLiveClients,
  endScimClient,
  findScimClient,
  lockScimClient,
  newId,
  recordEvent,
  retireSecrets,
  type ScimClientRow,
  type TenantTx,
} from "../../store/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { lockedConnection } from "../connection/index.ts";
import { expiryOf, graceOf, labelOf } from "../input.ts";
import { clientIdOf, mintSecret } from "../token.ts";
import { type GivenRules, readRules } from "./assertion-rules.ts";

/** Two, so that one can take over from the other. */
const mostLive = 2;

/** A client's names, and its secret where it has one: in the answer and nowhere else. */
export interface NewClient {
  readonly id: ScimClientId;
  readonly clientId: string;
  readonly secret: Redacted.Redacted<string> | null;
}

const happened = (type: string, origin: Origin, id: string, data: NonNullable<Event["data"]>) => ({
  type,
  origin,
  subject: { kind: "scim-client", id },
  data,
});
type Event = Parameters<typeof recordEvent>[1];

const addSecret = Effect.fnUntraced(function* (tx: TenantTx, clientId: ScimClientId, expiresAt: Date | null) {
  const { secret, hash } = mintSecret();
  yield* addClientSecret(tx, { id: newId(), clientId, hash, expiresAt });
  return secret;
});

const mustHaveRoom = Effect.fnUntraced(function* (
  tx: TenantTx,
  { id, slug, kind }: { id: Parameters<typeof countLiveClients>[1]; slug: string; kind: string },
) {
  if (kind !== "scim") {
    return yield* new InvalidValue({
      detail: `connection: nobody signs in to ${slug}; name a SCIM connection.`,
    });
  }
  if ((yield* countLiveClients(tx, id)) >= mostLive) {
    return yield* new TooMany({
      detail: `The connection ${slug} has ${mostLive} live OAuth clients. Revoke one of them first.`,
    });
  }
});

interface Wanted {
  readonly connection: string;
  readonly label: string;
  /** When its first secret ends. */
  readonly expiresAt: Date | null;
  /** Instead of a secret: what its assertions must hold. */
  readonly assertion: GivenRules | null;
}

const firstProof = Effect.fnUntraced(function* ({ assertion, expiresAt }: Wanted) {
  if (assertion === null) return { rules: null, expiresAt: yield* expiryOf(expiresAt) };
  if (expiresAt === null) return { rules: yield* readRules(assertion), expiresAt: null };
  return yield* new InvalidValue({
    detail: "expiresAt: a client that signs in with assertions has no secret to expire.",
  });
});

/** Makes an OAuth client: with a first secret, or for assertions. */
export const issueScimClient = Effect.fn("issueScimClient")(function* (
  caller: Caller,
  target: Target,
  wanted: Wanted,
) {
  const organization = yield* organizationFor(caller, target, "token:write");
  const label = yield* labelOf("label", wanted.label);
  // Asks name servers: not while a transaction is open.
  const { rules, expiresAt } = yield* firstProof(wanted);
  return yield* inOrganization(
    caller,
    organization,
    "token:write",
    Effect.fnUntraced(function* (tx, origin) {
      // The lock makes two requests at once count one after the other.
      const connection = yield* lockedConnection(tx, wanted.connection);
      yield* mustHaveRoom(tx, connection);
      const id = newId<ScimClientId>();
      yield* addScimClient(tx, { id, connectionId: connection.id, label }, rules);
      const secret = rules === null ? yield* addSecret(tx, id, expiresAt) : null;
      const method = rules === null ? "secret" : "assertion";
      const data = { connection: connection.id, method, expires: expiresAt?.toISOString() ?? null };
      yield* recordEvent(tx, happened("client.created", origin, id, data));
      return { id, clientId: clientIdOf(tx.organization, id), secret } satisfies NewClient as NewClient;
    }),
  );
});

const known = Effect.fnUntraced(function* (tx: TenantTx, id: string) {
  const found = isUuid(id) ? yield* findScimClient(tx, id) : undefined;
  return found ?? (yield* new NotFound({ kind: "client", id }));
});

const mustHaveSecrets = ({ revokedAt, label, jwks, jwksUrl }: ScimClientRow) => {
  if (revokedAt !== null) {
    return Effect.fail(new InvalidValue({ detail: `id: the client ${label} was revoked; make a new one.` }));
  }
  return jwks === null && jwksUrl === null
    ? Effect.void
    : Effect.fail(
        new InvalidValue({ detail: `id: the client ${label} signs in with assertions, not secrets.` }),
      );
};

interface Rotation {
  readonly expiresAt: Date | null;
  /** Hours that the secret before still works; 0 ends it, and what it was given, at once. */
  readonly graceHours: number;
}

/** Gives a client a new secret. The one before works on for a while, any older one ends. */
export const rotateScimClientSecret = (caller: Caller, target: Target, id: string, wanted: Rotation) =>
  inOrganization(
    caller,
    target,
    "token:write",
    Effect.fnUntraced(function* (tx, origin) {
      const expiresAt = yield* expiryOf(wanted.expiresAt);
      const grace = yield* graceOf("graceHours", wanted.graceHours);
      // Two rotations at once come one after the other: at most two secrets live.
      if (isUuid(id)) yield* lockScimClient(tx, id);
      const client = yield* known(tx, id);
      yield* mustHaveSecrets(client);
      yield* retireSecrets(tx, client.id, grace * 3600);
      const secret = yield* addSecret(tx, client.id, expiresAt);
      const data = {
        connection: client.connectionId,
        expires: expiresAt?.toISOString() ?? null,
        graceHours: grace,
      };
      yield* recordEvent(tx, happened("client.secret-rotated", origin, client.id, data));
      const clientId = clientIdOf(tx.organization, client.id);
      return { id: client.id, clientId, secret } satisfies NewClient as NewClient;
    }),
  );

/** Ends a client and every access token it was given, at once. One that was ended before stays as it is. */
export const revokeScimClient = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "token:write",
    Effect.fnUntraced(function* (tx, origin) {
      const ended = isUuid(id) ? yield* endScimClient(tx, id) : undefined;
      if (ended !== undefined) {
        const data = { connection: ended.connectionId };
        yield* recordEvent(tx, happened("client.revoked", origin, ended.id, data));
      }
      return yield* known(tx, id);
    }),
  );
