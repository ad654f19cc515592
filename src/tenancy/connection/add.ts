/** New connections: those that systems push to, and those that we read. */
import { Effect } from "effect";
import type { Connector } from "../../../connectors/connector.ts";
import {
  type ConnectionKind,
  InvalidValue,
  NotSupported,
  NotUnique,
  type Origin,
} from "../../domain/index.ts";
import {
  addSyncState,
  findConnection,
  addConnection as insertConnection,
  type NewConnection,
  putSecret,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";
import { askForRun, findConnector, keepingOwnership, type PlainSettings } from "../../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { intervalOf, labelOf, slugOf } from "../input.ts";
import { happened, joinDirectory, viewConnection } from "./connections.ts";
import { usualFollowing } from "./follow.ts";
import { describedSettings } from "./metadata/index.ts";
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
  /** The provider's own description of itself, for the settings that it gives. */
  readonly metadata?: string | null;
  /** Slug of the connection that it shows the same directory as. */
  readonly sameDirectoryAs?: string | null;
}

/** As part of the directory that it is said to be, before anybody looks at who owns what. */
const insertInto = Effect.fnUntraced(function* (
  tx: TenantTx,
  origin: Origin,
  connection: NewConnection,
  { sameDirectoryAs = null }: Pick<Wanted, "sameDirectoryAs">,
) {
  const added = insertConnection(tx, connection);
  if (sameDirectoryAs === null) return yield* keepingOwnership(tx, added);
  const joined = Effect.tap(added, () => joinDirectory(tx, origin, connection.slug, sameDirectoryAs));
  return yield* keepingOwnership(tx, joined);
});

const insert = Effect.fnUntraced(function* (
  caller: Caller,
  target: Target,
  connection: NewConnection,
  wanted: Wanted,
) {
  return yield* inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { kind, slug } = connection;
      const id = yield* insertInto(tx, origin, connection, wanted);
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
  return yield* insert(caller, target, { kind, slug, name }, wanted);
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
  wanted: Wanted,
  /** How it is read; `null`: people sign in through it. */
  reading: { readonly every: number | null; readonly followSeconds: number | null } | null,
) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { kind, slug, waits = false } = connection;
      const { unchecked = false } = wanted;
      const id = yield* insertInto(tx, origin, connection, wanted);
      for (const [field, secret] of Object.entries(secrets)) {
        // A data key that the master key does not open is no fault of whoever asks: it breaks here, and is logged.
        yield* putSecret(tx, id, field, secret).pipe(Effect.catchTag("SecretUnreadable", Effect.die));
      }
      const data = { kind, slug, ...(waits ? { waits } : {}) };
      yield* recordEvent(tx, happened("connection.created", origin, id, data));
      if (reading !== null) {
        const { every, followSeconds } = reading;
        yield* addSyncState(tx, id, every, { atOnce: !unchecked, followSeconds });
        if (!unchecked) yield* askForRun(tx, id, null, caller.id);
      }
      return yield* viewConnection(tx, slug);
    }),
  );

const notRead = new NotSupported({
  detail:
    "Nothing is read from this connection, so there is no first sync to plan: people sign in through it.",
});

/** A new connection has its first key from the beginning: providers want to know it beforehand. */
const withFirstKey = Effect.fnUntraced(function* (
  { ownKeys }: Connector,
  plain: PlainSettings,
  slug: string,
) {
  if (ownKeys === undefined) return plain;
  const made = yield* ownKeys.make(slug);
  const first = yield* Effect.fromResult(ownKeys.change(undefined, { step: "next", made })).pipe(
    Effect.mapError(({ detail }) => new InvalidValue({ detail: `key: ${detail}` })),
  );
  return {
    ...plain,
    secrets: { ...plain.secrets, [ownKeys.secret]: first },
  } satisfies PlainSettings as PlainSettings;
});

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
    metadata = null,
  } = wanted;
  if (every !== null) yield* intervalOf("every", every);
  const written = yield* readSettings(connector, given, certificateAuthority || null);
  const described = yield* describedSettings(connector, written, metadata);
  yield* mustBeComplete(connector, described);
  yield* inOrganization(caller, target, "connection:write", (tx) => mustBeFree(tx, slug));
  const plain = yield* withFirstKey(connector, described, slug);
  yield* mustWork(kind, plain, unchecked);
  const connection = { kind, slug, name, settings: plain.settings, waits: planFirst };
  if (connector.signsIn === true) {
    if (planFirst) return yield* notRead;
    return yield* store(caller, target, connection, plain.secrets, wanted, null);
  }
  const followSeconds = yield* usualFollowing(kind, plain);
  return yield* store(caller, target, connection, plain.secrets, wanted, { every, followSeconds });
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
