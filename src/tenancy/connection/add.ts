/** New connections: those that systems push to, and those that we read. */
import { Effect } from "effect";
import type { Connector } from "../../../connectors/connector.ts";
import { type ConnectionKind, NotSupported, NotUnique } from "../../domain/index.ts";
import {
  addSyncState,
  findConnection,
  addConnection as insertConnection,
  type NewConnection,
  putSecret,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";
import { askForRun, findConnector, type PlainSettings } from "../../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { intervalOf, labelOf, slugOf } from "../input.ts";
import { happened, viewConnection } from "./connections.ts";
import { usualFollowing } from "./follow.ts";
import { mustWork } from "./probe.ts";
import { type Given, mustBeComplete, readSettings } from "./settings.ts";

interface Wanted {
  readonly kind: ConnectionKind;
  readonly slug: string;
  readonly name: string | null;
  readonly settings?: ReadonlyArray<Given>;
  /** Seconds between scheduled runs; null: only when asked. */
  readonly every?: number | null;
  /** PEM text, trusted for this connection besides the usual authorities. */
  readonly certificateAuthority?: string | null;
  /** Store it without asking the system, and do not read it at once. */
  readonly unchecked?: boolean;
  /** Read it, and have it count only as the plan of its first sync is applied. */
  readonly planFirst?: boolean;
}

const insert = Effect.fnUntraced(function* (caller: Caller, target: Target, connection: NewConnection) {
  return yield* inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { kind, slug } = connection;
      const id = yield* insertConnection(tx, connection);
      yield* recordEvent(tx, happened("connection.created", origin, id, { kind, slug }));
      return yield* viewConnection(tx, slug);
    }),
  );
});

const addPushed = Effect.fnUntraced(function* (caller: Caller, target: Target, wanted: Wanted, name: string) {
  const { kind, slug, settings = [], certificateAuthority = null, planFirst = false } = wanted;
  if (kind !== "scim") {
    return yield* new NotSupported({ detail: `Connections of the kind ${kind} cannot be added yet.` });
  }
  if (planFirst) {
    return yield* new NotSupported({
      detail: `Only a connection that is read is read first: to ${kind}, its system pushes one by one.`,
    });
  }
  if (settings.length > 0 || certificateAuthority !== null) {
    return yield* new NotSupported({
      detail: "A SCIM connection has no settings: its system pushes to us. Give it a token instead.",
    });
  }
  return yield* insert(caller, target, { kind, slug, name });
});

/** Before the system is asked: nobody waits for an answer that comes to nothing. */
const mustBeFree = Effect.fnUntraced(function* (tx: TenantTx, slug: string) {
  if ((yield* findConnection(tx, slug)) === undefined) return;
  return yield* new NotUnique({ detail: `There is already a connection named ${slug}.` });
});

const store = (
  caller: Caller,
  target: Target,
  connection: NewConnection,
  secrets: PlainSettings["secrets"],
  { every = 900, unchecked = false }: Wanted,
  followSeconds: number | null,
) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { kind, slug, waits = false } = connection;
      const id = yield* insertConnection(tx, connection);
      for (const [field, secret] of Object.entries(secrets)) {
        // A data key that the master key does not open is no fault of whoever asks: it breaks here, and is logged.
        yield* putSecret(tx, id, field, secret).pipe(Effect.catchTag("SecretUnreadable", Effect.die));
      }
      yield* addSyncState(tx, id, every, { atOnce: !unchecked, followSeconds });
      const data = { kind, slug, ...(waits ? { waits } : {}) };
      yield* recordEvent(tx, happened("connection.created", origin, id, data));
      if (!unchecked) yield* askForRun(tx, id, null, caller.id);
      return yield* viewConnection(tx, slug);
    }),
  );

const addRead = Effect.fnUntraced(function* (
  caller: Caller,
  target: Target,
  wanted: Wanted,
  name: string,
  connector: Connector,
) {
  const {
    kind,
    slug,
    settings: given = [],
    every = 900,
    certificateAuthority,
    unchecked = false,
    planFirst = false,
  } = wanted;
  if (every !== null) yield* intervalOf("every", every);
  const plain = yield* readSettings(connector, given, certificateAuthority || null);
  yield* mustBeComplete(connector, plain);
  yield* inOrganization(caller, target, "connection:write", (tx) => mustBeFree(tx, slug));
  yield* mustWork(kind, plain, unchecked);
  const connection = { kind, slug, name, settings: plain.settings, waits: planFirst };
  const following = yield* usualFollowing(kind, plain);
  return yield* store(caller, target, connection, plain.secrets, wanted, following);
});

/**
 * Adds a connection. One that we read is tried first, and nothing is stored where it does not work; then it is read
 * at once, whatever its schedule.
 */
export const addConnection = Effect.fn("addConnection")(function* (
  caller: Caller,
  target: Target,
  wanted: Wanted,
) {
  // The gate first: nobody learns from a complaint about a value what they may not do anyway.
  yield* organizationFor(caller, target, "connection:write");
  yield* slugOf("slug", wanted.slug);
  const name = wanted.name === null ? wanted.slug : yield* labelOf("name", wanted.name);
  const connector = yield* findConnector(wanted.kind);
  return yield* connector === undefined
    ? addPushed(caller, target, wanted, name)
    : addRead(caller, target, wanted, name, connector);
});
