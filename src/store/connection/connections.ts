import { Effect } from "effect";
import type { ConnectionFact, ConnectionId, ConnectionKind, JsonObject } from "../../domain/index.ts";
import { first, jsonb, run, runUnique } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { TenantTx } from "../store.ts";

export interface ConnectionRow extends ConnectionFact {
  readonly waits: boolean;
  readonly name: string;
  /** Equal for connections that are the same directory; its own id where it stands alone. */
  readonly directoryId: string;
  /** Does its environment's credential write to it? */
  readonly forEnvironment: boolean;
  readonly settings: JsonObject;
  readonly createdAt: Date;
}

const columns = [
  "id",
  "kind",
  "slug",
  "name",
  "enabled",
  "lifecycle_authority as lifecycleAuthority",
  "waits",
  "directory_id as directoryId",
  "for_environment as forEnvironment",
  "settings",
  "created_at as createdAt",
] as const;

export interface NewConnection {
  readonly kind: ConnectionKind;
  readonly slug: string;
  readonly name: string;
  /** Without secrets: these are kept by `putSecret`. */
  readonly settings?: JsonObject;
  /** It does not count before the plan of its first sync is applied. */
  readonly waits?: boolean;
}

export const addConnection = Effect.fn("addConnection")(function* (
  tx: TenantTx,
  { settings = {}, waits = false, ...connection }: NewConnection,
) {
  const id = newId<ConnectionId>();
  yield* runUnique(
    tx.db.insertInto("connection").values({
      organization_id: tx.organization,
      id,
      ...connection,
      settings: jsonb(settings),
      enabled: true,
      for_environment: false,
      lifecycle_authority: null,
      waits,
      directory_id: id,
    }),
    { connection_organization_id_slug_key: `There is already a connection named ${connection.slug}.` },
  );
  return id;
});

export const listConnections = (tx: TenantTx) =>
  run(tx.db.selectFrom("connection").select(columns).orderBy("id").$castTo<ConnectionRow>());

export const findConnection = (tx: TenantTx, slug: string) =>
  first(tx.db.selectFrom("connection").select(columns).where("slug", "=", slug).$castTo<ConnectionRow>());

export const findConnectionById = (tx: TenantTx, id: ConnectionId) =>
  first(tx.db.selectFrom("connection").select(columns).where("id", "=", id).$castTo<ConnectionRow>());

/** The same, and nobody else may change it or what hangs on it by this lock until the transaction ends. */
export const lockConnection = (tx: TenantTx, slug: string) =>
  first(
    tx.db
      .selectFrom("connection")
      .select(columns)
      .where("slug", "=", slug)
      .forUpdate()
      .$castTo<ConnectionRow>(),
  );

/** Every connection of the organization, under the same lock. */
export const lockConnections = (tx: TenantTx) =>
  run(tx.db.selectFrom("connection").select(columns).orderBy("id").forUpdate().$castTo<ConnectionRow>());

/** Changes what an operator may set. `directoryId` declares (or ends) "the same directory". */
export const updateConnection = (
  tx: TenantTx,
  id: ConnectionId,
  change: {
    readonly enabled?: boolean;
    readonly lifecycleAuthority?: boolean | null;
    readonly directoryId?: string;
    readonly settings?: JsonObject;
    /** It counts from now on. */
    readonly waits?: false;
  },
) =>
  run(
    tx.db
      .updateTable("connection")
      .set({
        ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
        ...(change.lifecycleAuthority === undefined
          ? {}
          : { lifecycle_authority: change.lifecycleAuthority }),
        ...(change.directoryId === undefined ? {} : { directory_id: change.directoryId }),
        ...(change.waits === undefined ? {} : { waits: change.waits }),
        ...(change.settings === undefined ? {} : { settings: jsonb(change.settings) }),
      })
      .where("id", "=", id),
  );

/** The environment's credential writes to this connection from now on, and to no other; null: to none. */
export const markForEnvironment = Effect.fn("markForEnvironment")(function* (
  tx: TenantTx,
  id: ConnectionId | null,
) {
  const marked = (is: boolean) => tx.db.updateTable("connection").set({ for_environment: is });
  yield* run(marked(false).where("for_environment", "=", true));
  if (id !== null) yield* run(marked(true).where("id", "=", id));
});
