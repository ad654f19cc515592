import { Clock, Effect } from "effect";
import {
  type ConnectionId,
  isUuid,
  NotFound,
  NotSupported,
  type Origin,
  type TokenId,
  TooMany,
} from "../../domain/index.ts";
import {
  addScimToken,
  countLiveTokens,
  revokeScimToken as endScimToken,
  findScimToken,
  newId,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { lockedConnection } from "../connection/index.ts";
import { expiryOf, labelOf } from "../input.ts";
import { mintToken } from "../token.ts";

/** Two for a rotation: the new one is set up while the old one still works. */
const mostLive = 2;
/** Several people may test at once, or end a test before it ends its token. */
const mostTests = 5;
const testMillis = 10 * 60_000;

/** Makes a SCIM token for a connection. The token is in the answer and nowhere else. */
export const createScimToken = Effect.fn("createScimToken")(function* (
  tx: TenantTx,
  wanted: {
    readonly connection: ConnectionId;
    readonly label: string;
    readonly expiresAt: Date | null;
    readonly forTest?: boolean;
  },
  origin: Origin,
) {
  const id = newId<TokenId>();
  const { token, hash } = mintToken("rbs", tx.organization, id);
  yield* addScimToken(tx, { id, hash, connectionId: wanted.connection, forTest: false, ...wanted });
  yield* recordEvent(tx, {
    type: "token.created",
    origin,
    subject: { kind: "scim-token", id },
    data: { connection: wanted.connection, expires: wanted.expiresAt?.toISOString() ?? null },
  });
  return { id, token };
});

const notPushed = new NotSupported({
  detail: "Only SCIM connections are tested with a token: this one is read, nobody pushes to it.",
});

interface Wanted {
  readonly connection: string;
  readonly label: string;
  readonly expiresAt: Date | null;
}

/** The same for an operator: of a connection that has at most one token yet. */
export const issueScimToken = (caller: Caller, target: Target, wanted: Wanted) =>
  inOrganization(
    caller,
    target,
    "token:write",
    Effect.fnUntraced(function* (tx, origin) {
      const label = yield* labelOf("label", wanted.label);
      const expiresAt = yield* expiryOf(wanted.expiresAt);
      // The lock makes two requests at once count one after the other.
      const connection = yield* lockedConnection(tx, wanted.connection);
      if ((yield* countLiveTokens(tx, connection.id, false)) >= mostLive) {
        return yield* new TooMany({
          detail: `The connection ${connection.slug} has ${mostLive} live tokens. Revoke one of them first.`,
        });
      }
      return yield* createScimToken(tx, { connection: connection.id, label, expiresAt }, origin);
    }),
  );

/**
 * A token for one test of a connection: ends by itself after ten minutes, and takes no place among the tokens of the
 * connection's client.
 */
export const issueTestToken = (caller: Caller, target: Target, slug: string) =>
  inOrganization(
    caller,
    target,
    "token:write",
    Effect.fnUntraced(function* (tx, origin) {
      const connection = yield* lockedConnection(tx, slug);
      if (connection.kind !== "scim") return yield* notPushed;
      if ((yield* countLiveTokens(tx, connection.id, true)) >= mostTests) {
        return yield* new TooMany({
          detail: `${mostTests} tests of ${connection.slug} are under way or ended early. Their tokens end within ten minutes: try again then.`,
        });
      }
      const expiresAt = new Date((yield* Clock.currentTimeMillis) + testMillis);
      const wanted = { connection: connection.id, label: "connection test", expiresAt, forTest: true };
      return yield* createScimToken(tx, wanted, origin);
    }),
  );

/** Ends a token at once. One that was ended before stays as it is. */
export const revokeScimToken = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "token:write",
    Effect.fnUntraced(function* (tx, origin) {
      const revoked = isUuid(id) ? yield* endScimToken(tx, id) : undefined;
      if (revoked !== undefined) {
        yield* recordEvent(tx, {
          type: "token.revoked",
          origin,
          subject: { kind: "scim-token", id },
          data: { connection: revoked.connectionId },
        });
      }
      const token = isUuid(id) ? yield* findScimToken(tx, id) : undefined;
      return token ?? (yield* new NotFound({ kind: "token", id }));
    }),
  );
