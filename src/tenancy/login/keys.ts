/** Key pairs of our own that a connection signs requests and decrypts replies with. Private keys never leave the store. */
import { Effect } from "effect";
import type { ConnectorFailure, KeyChange, KeyStep, OwnKey, OwnKeys } from "../../../connectors/connector.ts";
import { InvalidValue, NotSupported } from "../../domain/index.ts";
import { type ConnectionRow, getSecret, putSecret, recordEvent, type TenantTx } from "../../store/index.ts";
import { findConnector } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { lockedConnection, namedConnection } from "../connection/index.ts";

const keysOf = Effect.fnUntraced(function* ({ kind }: ConnectionRow) {
  const connector = yield* findConnector(kind);
  if (connector?.ownKeys !== undefined) return connector.ownKeys;
  return yield* new NotSupported({
    detail: `Connections of the kind ${connector?.title ?? kind} have no keys of their own.`,
  });
});

const unreadable = new InvalidValue({
  detail: "key: this server's master key does not open the keys of this connection.",
});

const keptOf = (tx: TenantTx, { id }: ConnectionRow, { secret }: OwnKeys) =>
  getSecret(tx, id, secret).pipe(Effect.catchTag("SecretUnreadable", () => Effect.fail(unreadable)));

/** The current one first. */
export const viewLoginKeys = (caller: Caller, target: Target, slug: string) =>
  inOrganization(
    caller,
    target,
    "login:read",
    Effect.fnUntraced(function* (tx) {
      const row = yield* namedConnection(tx, slug);
      const keys = yield* keysOf(row);
      return keys.list(yield* keptOf(tx, row, keys));
    }),
  );

const events = { next: "key-made", activate: "key-activated", retire: "key-retired" } as const;

const fingerprints = (keys: ReadonlyArray<OwnKey>) =>
  Object.fromEntries(
    (["current", "next", "old"] as const).map((state) => [
      state,
      keys.filter((key) => key.state === state).map(({ fingerprint }) => fingerprint),
    ]),
  );

const invalid = ({ detail }: ConnectorFailure) => new InvalidValue({ detail: `key: ${detail}` });

/** A new pair takes its time, so that nothing is held meanwhile: not the connection, nor a transaction. */
const changeTo = Effect.fnUntraced(function* (caller: Caller, target: Target, slug: string, step: KeyStep) {
  if (step !== "next") return { step } satisfies KeyChange as KeyChange;
  const keys = yield* inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx) {
      return yield* keysOf(yield* namedConnection(tx, slug));
    }),
  );
  return { step, made: yield* keys.make(slug) } satisfies KeyChange as KeyChange;
});

/** One step of the way from one key to the next. Gives all there are afterwards. */
export const changeLoginKeys = Effect.fn("changeLoginKeys")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  step: KeyStep,
) {
  const change = yield* changeTo(caller, target, slug, step);
  return yield* inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx, origin) {
      const row = yield* lockedConnection(tx, slug);
      const keys = yield* keysOf(row);
      const changed = yield* Effect.fromResult(keys.change(yield* keptOf(tx, row, keys), change)).pipe(
        Effect.mapError(invalid),
      );
      yield* putSecret(tx, row.id, keys.secret, changed).pipe(
        Effect.catchTag("SecretUnreadable", Effect.die),
      );
      const now = keys.list(changed);
      const subject = { kind: "connection", id: row.id };
      yield* recordEvent(tx, {
        type: `connection.${events[step]}`,
        origin,
        subject,
        data: fingerprints(now),
      });
      return now;
    }),
  );
});
