/** What operators do with connections. What these are for and how they are reached is the connectors' matter. */
import { Effect } from "effect";
import {
  type ConnectionId,
  InvalidValue,
  type JsonObject,
  NotFound,
  type Origin,
} from "../../domain/index.ts";
import {
  type ConnectionRow,
  findConnection,
  listConnections,
  lockConnection,
  lockConnections,
  markForEnvironment,
  newId,
  recordEvent,
  recordEvents,
  type TenantTx,
  updateConnection,
} from "../../store/index.ts";
import { askForRun, findConnector, keepingOwnership, settleConnection } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";

/** A connection, with the slugs of those declared the same directory. */
export interface ConnectionView extends ConnectionRow {
  readonly sameDirectoryAs: ReadonlyArray<string>;
}

/** Every connection of the organization, in one query. */
export const viewConnections = Effect.fn("viewConnections")(function* (tx: TenantTx) {
  const rows = yield* listConnections(tx);
  const directories = Map.groupBy(rows, (row) => row.directoryId);
  return rows.map((row): ConnectionView => {
    const others = (directories.get(row.directoryId) ?? []).filter((other) => other !== row);
    return { ...row, sameDirectoryAs: others.map((other) => other.slug) };
  });
});

const unknownConnection = (slug: string) => new NotFound({ kind: "connection", id: slug });

/** Fails with NotFound where there is none of this name. */
export const namedConnection = Effect.fnUntraced(function* (tx: TenantTx, slug: string) {
  return (yield* findConnection(tx, slug)) ?? (yield* unknownConnection(slug));
});

export const viewConnection = Effect.fnUntraced(function* (tx: TenantTx, slug: string) {
  const found = (yield* viewConnections(tx)).find((connection) => connection.slug === slug);
  return found ?? (yield* unknownConnection(slug));
});

/**
 * The connection, which nobody else changes until the transaction ends. The lock also waits for whoever is just
 * adding people through it: those it settles afterwards are all there are.
 */
export const lockedConnection = Effect.fn("lockedConnection")(function* (tx: TenantTx, slug: string) {
  return (yield* lockConnection(tx, slug)) ?? (yield* unknownConnection(slug));
});

/** An event about a connection. */
export const happened = (type: string, origin: Origin, id: ConnectionId, data: JsonObject) => ({
  type,
  origin,
  subject: { kind: "connection", id },
  data,
});

type Setting = Pick<Parameters<typeof updateConnection>[2], "enabled" | "lifecycleAuthority">;

const isSet = (
  before: ConnectionRow,
  { enabled = before.enabled, lifecycleAuthority = before.lifecycleAuthority }: Setting,
): boolean => before.enabled === enabled && before.lifecycleAuthority === lifecycleAuthority;

/** What it said before may be long ago. */
const readAgain = Effect.fnUntraced(function* (tx: TenantTx, { id, kind }: ConnectionRow, caller: Caller) {
  const connector = yield* findConnector(kind);
  if (connector !== undefined && connector.signsIn !== true) yield* askForRun(tx, id, null, caller.id);
});

/** Changes a setting and brings everyone it decides about up to date. Nothing happens where it is so already. */
const change = (
  caller: Caller,
  target: Target,
  slug: string,
  setting: Setting & JsonObject,
  { type, loses }: { readonly type: string; readonly loses: boolean },
) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const before = yield* lockedConnection(tx, slug);
      if (!isSet(before, setting)) {
        yield* keepingOwnership(tx, updateConnection(tx, before.id, setting));
        const event = yield* recordEvent(tx, happened(type, origin, before.id, setting));
        // It is the operator who says it: nothing that somebody would hold.
        yield* settleConnection(tx, before.id, { event, origin, named: true }, loses);
        if (setting.enabled === true) yield* readAgain(tx, before, caller);
      }
      return yield* viewConnection(tx, slug);
    }),
  );

/** A disabled connection gives no roles and is refused at the door, at once. One that is enabled again is read. */
export const setConnectionEnabled = (caller: Caller, target: Target, slug: string, enabled: boolean) =>
  change(
    caller,
    target,
    slug,
    { enabled },
    { type: enabled ? "connection.enabled" : "connection.disabled", loses: !enabled },
  );

/** May the connection say that an account is inactive? Null: as its kind does by default. */
export const setLifecycleAuthority = (
  caller: Caller,
  target: Target,
  slug: string,
  lifecycleAuthority: boolean | null,
) =>
  change(caller, target, slug, { lifecycleAuthority }, { type: "connection.authority-changed", loses: true });

const allOf = Effect.fnUntraced(function* (tx: TenantTx, slugs: ReadonlySet<string>) {
  const found = (yield* viewConnections(tx)).filter(({ slug }) => slugs.has(slug));
  const missing = [...slugs].find((slug) => !found.some((connection) => connection.slug === slug));
  return missing === undefined ? found : yield* unknownConnection(missing);
});

/** Makes these connections, and no others, one directory. */
const declare = Effect.fnUntraced(function* (tx: TenantTx, origin: Origin, wanted: ReadonlySet<string>) {
  const [first, ...others] = yield* allOf(tx, wanted);
  if (first === undefined) {
    return yield* new InvalidValue({ detail: "connections: name at least one connection." });
  }
  const directory = others.length === 0 ? first.id : newId();
  const named = [first, ...others];
  for (const { id } of named) yield* updateConnection(tx, id, { directoryId: directory });
  const data = { directory, connections: named.map(({ id }) => id) };
  yield* recordEvents(
    tx,
    named.map(({ id }) => happened("connection.same-directory-declared", origin, id, data)),
  );
});

/** Declares that the connection is the same directory as the other one, with all that are that already. */
export const joinDirectory = Effect.fn("joinDirectory")(function* (
  tx: TenantTx,
  origin: Origin,
  slug: string,
  other: string,
) {
  const { sameDirectoryAs } = yield* viewConnection(tx, other);
  yield* declare(tx, origin, new Set([slug, other, ...sameDirectoryAs]));
});

/**
 * Declares that these connections, and no others, are the same directory: from now on their people join by
 * themselves. Of one connection alone it ends the declaration.
 */
export const declareSameDirectory = (caller: Caller, target: Target, slugs: ReadonlyArray<string>) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const wanted = new Set(slugs);
      yield* keepingOwnership(tx, declare(tx, origin, wanted));
      return yield* allOf(tx, wanted);
    }),
  );

/** The connection that the environment's tokens write to, and no other; null: none. Gives every connection. */
export const markConnection = (caller: Caller, target: Target, slug: string | null) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      // The lock makes two who mark at once come one after the other.
      const rows = yield* lockConnections(tx);
      const wanted = rows.find((row) => row.slug === slug);
      if (slug !== null && wanted === undefined) return yield* unknownConnection(slug);
      if (wanted !== undefined && wanted.kind !== "scim") {
        return yield* new InvalidValue({
          detail: `connection: nobody pushes to ${wanted.slug}; name a SCIM connection.`,
        });
      }
      const before = rows.find((row) => row.forEnvironment);
      if (before?.id !== wanted?.id) {
        yield* markForEnvironment(tx, wanted?.id ?? null);
        const changes = [
          ...(before === undefined ? [] : [happened("connection.unmarked", origin, before.id, {})]),
          ...(wanted === undefined ? [] : [happened("connection.marked", origin, wanted.id, {})]),
        ];
        yield* recordEvents(tx, changes);
      }
      return yield* viewConnections(tx);
    }),
  );
