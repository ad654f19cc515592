/** Other settings or another secret for a connection that we read. */
import { isDeepStrictEqual } from "node:util";
import { Effect, type Redacted } from "effect";
import type { Connector } from "../../../connectors/connector.ts";
import { InvalidValue, type Json, type JsonObject } from "../../domain/index.ts";
import {
  type ConnectionRow,
  getSecret,
  hasHadPeople,
  lockSyncState,
  putSecret,
  recordEvent,
  releaseFollow,
  type TenantTx,
  updateConnection,
} from "../../store/index.ts";
import {
  askForRun,
  enqueueFollow,
  keepingOwnership,
  type PlainSettings,
  secretsOf,
} from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { happened, lockedConnection, namedConnection, viewConnection } from "./connections.ts";
import { mustWork } from "./probe.ts";
import { authorityName, type Given, mustBeComplete, readSettings } from "./settings.ts";
import { connectorFor } from "./test.ts";

interface Change {
  readonly settings: ReadonlyArray<Given>;
  /** Null: stays as it is. Empty: none from now on. */
  readonly certificateAuthority: string | null;
  readonly unchecked: boolean;
}

const merged = (before: JsonObject, changed: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...before, ...changed }).filter(
      ([name, value]) => name !== authorityName || value !== "",
    ),
  );

/** A secret goes to the address it was given for: for another one it must be given again. */
const mustNotTravel = (
  { fields }: Connector,
  before: JsonObject,
  after: JsonObject,
  given: PlainSettings["secrets"],
) => {
  const moved = fields.find(({ name, calls }) => calls === true && before[name] !== after[name]);
  const kept = fields.find(({ name, secret }) => secret && !Object.hasOwn(given, name));
  return moved === undefined || kept === undefined
    ? Effect.void
    : Effect.fail(
        new InvalidValue({
          detail: `${kept.name}: give it again, because ${moved.name} changes: a secret is only sent to the address it was given for.`,
        }),
      );
};

/** Whoever came is known by an id, which these settings give its meaning: by others, somebody else may have it. */
const mustMeanTheSame = Effect.fnUntraced(function* (
  tx: TenantTx,
  { naming = [], fields }: Connector,
  row: Pick<ConnectionRow, "id" | "settings">,
  after: JsonObject,
) {
  const usual = new Map<string, Json>(fields.map(({ name, default: otherwise }) => [name, otherwise]));
  const changed = naming.find(
    (name) => (row.settings[name] ?? usual.get(name)) !== (after[name] ?? usual.get(name)),
  );
  if (changed === undefined || !(yield* hasHadPeople(tx, row.id))) return;
  return yield* new InvalidValue({
    detail: `${changed}: it stays as it is, because people came by this connection: with another one the same id may be somebody else's, who would have their account. Add a new connection instead, and disable this one.`,
  });
});

/** One that this server cannot open any more counts as not there: it must be given again. */
const storedSecrets = Effect.fnUntraced(function* (tx: TenantTx, owner: string, connector: Connector) {
  const secrets: Record<string, Redacted.Redacted<string>> = {};
  for (const name of secretsOf(connector)) {
    const secret = yield* getSecret(tx, owner, name).pipe(
      Effect.catchTag("SecretUnreadable", () => Effect.succeed(undefined)),
    );
    if (secret !== undefined) secrets[name] = secret;
  }
  return secrets;
});

const prepare = Effect.fnUntraced(function* (tx: TenantTx, slug: string, change: Change) {
  const row = yield* namedConnection(tx, slug);
  const connector = yield* connectorFor(row);
  const given = yield* readSettings(connector, change.settings, change.certificateAuthority);
  const names = [...Object.keys(given.settings), ...Object.keys(given.secrets)];
  if (names.length === 0) return yield* new InvalidValue({ detail: "settings: name at least one." });
  const settings = merged(row.settings, given.settings);
  yield* mustMeanTheSame(tx, connector, row, settings);
  yield* mustNotTravel(connector, row.settings, settings, given.secrets);
  const whole = { settings, secrets: { ...(yield* storedSecrets(tx, row.id, connector)), ...given.secrets } };
  yield* mustBeComplete(connector, whole);
  return { row, connector, given, names, whole };
});

type Prepared = Effect.Success<ReturnType<typeof prepare>>;

const changedMeanwhile = new InvalidValue({
  detail: "Somebody else changed the connection in the meantime. Look at it and try again.",
});

const store = (
  caller: Caller,
  target: Target,
  { row, connector, given, names, whole }: Prepared,
  unchecked: boolean,
) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const now = yield* lockedConnection(tx, row.slug);
      // Else a secret could end up beside an address that it was not given for.
      if (now.id !== row.id || !isDeepStrictEqual(now.settings, row.settings)) return yield* changedMeanwhile;
      // Again under the lock: logins of the meantime have ended, and none ends before this does.
      yield* mustMeanTheSame(tx, connector, now, whole.settings);
      yield* keepingOwnership(tx, updateConnection(tx, row.id, { settings: whole.settings }));
      for (const [field, secret] of Object.entries(given.secrets)) {
        yield* putSecret(tx, row.id, field, secret).pipe(Effect.catchTag("SecretUnreadable", Effect.die));
      }
      yield* recordEvent(tx, happened("connection.settings-changed", origin, row.id, { settings: names }));
      if ((yield* lockSyncState(tx, row.id)) !== undefined) {
        // Whoever follows it has the settings of before.
        yield* releaseFollow(tx, row.id);
        yield* enqueueFollow(tx, row.id);
        if (!unchecked && now.enabled) yield* askForRun(tx, row.id, null, caller.id);
      }
      return yield* viewConnection(tx, row.slug);
    }),
  );

/** Changes the settings named, tries the whole as a new connection is tried, stores it and reads it at once. */
export const updateConnectionSettings = Effect.fn("updateConnectionSettings")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  change: Change,
) {
  const prepared = yield* inOrganization(caller, target, "connection:write", (tx) =>
    prepare(tx, slug, change),
  );
  yield* mustWork(prepared.row.kind, prepared.whole, change.unchecked);
  return yield* store(caller, target, prepared, change.unchecked);
});
