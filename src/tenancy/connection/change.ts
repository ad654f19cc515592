/** Other settings or another secret for a connection that we read. */
import { isDeepStrictEqual } from "node:util";
import { Effect, type Redacted } from "effect";
import type { Connector } from "../../../connectors/connector.ts";
import { InvalidValue, type JsonObject } from "../../domain/index.ts";
import {
  findConnection,
  getSecret,
  putSecret,
  recordEvent,
  releaseFollow,
  type TenantTx,
  updateConnection,
} from "../../store/index.ts";
import { askForRun, enqueueFollow, keepingOwnership, type PlainSettings } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { happened, lockedConnection, unknownConnection, viewConnection } from "./connections.ts";
import { isAddress, mustWork } from "./probe.ts";
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
  const moved = fields.find(
    ({ name }) => before[name] !== after[name] && (isAddress(before[name]) || isAddress(after[name])),
  );
  const kept = fields.find(({ name, secret }) => secret && !Object.hasOwn(given, name));
  return moved === undefined || kept === undefined
    ? Effect.void
    : Effect.fail(
        new InvalidValue({
          detail: `${kept.name}: give it again, because ${moved.name} changes: a secret is only sent to the address it was given for.`,
        }),
      );
};

/** One that this server cannot open any more counts as not there: it must be given again. */
const storedSecrets = Effect.fnUntraced(function* (tx: TenantTx, owner: string, { fields }: Connector) {
  const secrets: Record<string, Redacted.Redacted<string>> = {};
  for (const { name } of fields.filter(({ secret }) => secret)) {
    const secret = yield* getSecret(tx, owner, name).pipe(
      Effect.catchTag("SecretUnreadable", () => Effect.succeed(undefined)),
    );
    if (secret !== undefined) secrets[name] = secret;
  }
  return secrets;
});

const prepare = Effect.fnUntraced(function* (tx: TenantTx, slug: string, change: Change) {
  const row = (yield* findConnection(tx, slug)) ?? (yield* unknownConnection(slug));
  const connector = yield* connectorFor(row);
  const given = yield* readSettings(connector, change.settings, change.certificateAuthority);
  const names = [...Object.keys(given.settings), ...Object.keys(given.secrets)];
  if (names.length === 0) return yield* new InvalidValue({ detail: "settings: name at least one." });
  const settings = merged(row.settings, given.settings);
  yield* mustNotTravel(connector, row.settings, settings, given.secrets);
  const whole = { settings, secrets: { ...(yield* storedSecrets(tx, row.id, connector)), ...given.secrets } };
  yield* mustBeComplete(connector, whole);
  return { row, given, names, whole };
});

type Prepared = Effect.Success<ReturnType<typeof prepare>>;

const changedMeanwhile = new InvalidValue({
  detail: "Somebody else changed the connection in the meantime. Look at it and try again.",
});

const store = (caller: Caller, target: Target, { row, given, names, whole }: Prepared, unchecked: boolean) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const now = yield* lockedConnection(tx, row.slug);
      // Else a secret could end up beside an address that it was not given for.
      if (now.id !== row.id || !isDeepStrictEqual(now.settings, row.settings)) return yield* changedMeanwhile;
      yield* keepingOwnership(tx, updateConnection(tx, row.id, { settings: whole.settings }));
      for (const [field, secret] of Object.entries(given.secrets)) {
        yield* putSecret(tx, row.id, field, secret).pipe(Effect.catchTag("SecretUnreadable", Effect.die));
      }
      yield* recordEvent(tx, happened("connection.settings-changed", origin, row.id, { settings: names }));
      // Whoever follows it has the settings of before.
      yield* releaseFollow(tx, row.id);
      yield* enqueueFollow(tx, row.id);
      if (!unchecked && now.enabled) yield* askForRun(tx, row.id, null, caller.id);
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
