/** What is written through a connection: checked, held against the ownership graph, kept. */
import { Effect, Schema } from "effect";
import type { Connection, ConnectorFailure } from "../../../connectors/connector.ts";
import {
  type GroupKind,
  InvalidValue,
  NotSupported,
  noPush,
  type PushMode,
  PushSettings,
  pushedKinds,
} from "../../domain/index.ts";
import {
  type ConnectionRow,
  findPush,
  holdMapping,
  knownRoles,
  listSyncStates,
  namedGroups,
  noteIdentity,
  type TenantTx,
} from "../../store/index.ts";
import { setPush as keep, openConnection, requireFewTaken, requireOwnership } from "../../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import {
  connectorFor,
  lockedConnection,
  namedConnection,
  unreadable,
  viewConnection,
  withPatience,
} from "../connection/index.ts";

/** Null: as it is. */
export interface WantedPush {
  readonly mode: PushMode | null;
  readonly creates: PushSettings["creates"] | null;
  readonly leaving: PushSettings["leaving"] | null;
  readonly owns: PushSettings["owns"] | null;
  readonly drift: PushSettings["drift"] | null;
  readonly roles: ReadonlyArray<{
    readonly role: string;
    readonly scope: string;
    readonly group: string;
    /** Null: as it was read; of what was never read, a group. */
    readonly kind: GroupKind | null;
  }> | null;
  /** So many people may lose something there by it, also where the guard lets fewer pass unseen. */
  readonly confirm: number | null;
}

const decode = Schema.decodeUnknownEffect(PushSettings);

const unique = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

type WantedRole = NonNullable<WantedPush["roles"]>[number];

/** Of each group its kind. What the connection reads and does not know is most likely a slip of the pen. */
const kindsOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  { id, slug }: ConnectionRow,
  roles: ReadonlyArray<WantedRole>,
) {
  const externals = roles.map(({ group }) => ({ connection: id, id: group }));
  const known =
    externals.length === 0 ? [] : yield* namedGroups(tx, { ids: [], externals, names: [], patterns: [] });
  const kinds = new Map(known.map(({ externalId, kind }) => [externalId, kind]));
  const isRead = (yield* listSyncStates(tx)).some(
    ({ connectionId, lastSuccessAt }) => connectionId === id && lastSuccessAt !== null,
  );
  const strange = roles.find(
    ({ group, kind }) => isRead && kind !== "client-role" && (kinds.get(group) ?? null) === null,
  );
  if (strange !== undefined) {
    return yield* new InvalidValue({
      detail: `roles: ${slug} has no group or role with the id ${strange.group}. "rolebridge group list" shows them; one made a moment ago is there after: rolebridge sync now ${slug}`,
    });
  }
  const other = roles.find(({ group, kind }) => kind !== null && (kinds.get(group) ?? kind) !== kind);
  if (other !== undefined) {
    return yield* new InvalidValue({
      detail: `roles: ${other.group} of ${slug} is a ${kinds.get(other.group)}, not a ${other.kind}. Leave the kind out.`,
    });
  }
  return kinds;
});

const isOnlyRead = (kind: GroupKind | null) => kind !== null && !pushedKinds.some((one) => one === kind);

const rolesOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  row: ConnectionRow,
  wanted: ReadonlyArray<WantedRole>,
) {
  const known = new Set<string>(
    (yield* knownRoles(
      tx,
      wanted.map(({ role }) => role),
    )).map(({ key }) => key),
  );
  const missing = wanted.find(({ role }) => !known.has(role));
  if (missing !== undefined) {
    return yield* new InvalidValue({
      detail: `roles: there is no role ${missing.role.slice(0, 100)}. Create it first.`,
    });
  }
  const kinds = yield* kindsOf(tx, row, wanted);
  const unwritable = wanted.find(({ group, kind }) => isOnlyRead(kinds.get(group) ?? kind));
  if (unwritable !== undefined) {
    return yield* new InvalidValue({
      detail: `roles: ${unwritable.group} of ${row.slug} is an organization or a group of one, which are only read. Name a group of the realm.`,
    });
  }
  return unique(
    wanted.map(({ role, scope, group, kind }) => ({
      role,
      scope,
      group,
      kind: kinds.get(group) ?? kind ?? ("group" as const),
    })),
  );
});

const merged = Effect.fnUntraced(function* (tx: TenantTx, row: ConnectionRow, wanted: WantedPush) {
  const before = yield* findPush(tx, row.id);
  const settings = before?.settings ?? noPush;
  const whole = yield* decode({
    creates: wanted.creates ?? settings.creates,
    leaving: wanted.leaving ?? settings.leaving,
    owns: unique(wanted.owns ?? settings.owns),
    drift: wanted.drift ?? settings.drift,
    roles: wanted.roles === null ? settings.roles : yield* rolesOf(tx, row, wanted.roles),
  }).pipe(Effect.mapError(({ message }) => new InvalidValue({ detail: `push: ${message}` })));
  return { mode: wanted.mode ?? before?.mode ?? "off", settings: whole, identity: before?.identity ?? null };
});

const notWritable = ({ slug, kind }: ConnectionRow) =>
  new NotSupported({
    detail: `${slug} is a connection of the kind ${kind}, which is only read: nothing can be written through it.`,
  });

const silent = (why: string) =>
  new InvalidValue({ detail: `It must tell which directory it is before anything is written. ${why}` });

/** Which directory it is, where it is to be written: two connections to one share what was written there. */
const identityOf =
  (row: ConnectionRow, mode: PushMode) =>
  ({ target }: Connection): Effect.Effect<string | null, ConnectorFailure | NotSupported> => {
    if (target === undefined) return Effect.fail(notWritable(row));
    return mode === "enforce" ? target.identity : Effect.succeed(null);
  };

const askIdentity = (row: ConnectionRow, mode: PushMode, open: ReturnType<typeof openConnection>) =>
  withPatience(Effect.scoped(Effect.flatMap(open, identityOf(row, mode)))).pipe(
    Effect.catchTags({
      ConnectorFailure: ({ detail }) => Effect.fail(silent(detail)),
      SecretUnreadable: () => Effect.fail(silent(unreadable)),
    }),
  );

/**
 * Changes what is given. Before anything is written it must have told which directory it is, nobody else may own what
 * it is to write, and no more people may lose something there than the guard lets pass, or were confirmed; who only
 * observes is told of that, not refused.
 */
export const setPush = Effect.fn("setPush")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  wanted: WantedPush,
) {
  const organization = yield* organizationFor(caller, target, "push:write");
  const before = yield* inOrganization(
    caller,
    organization,
    "push:write",
    Effect.fnUntraced(function* (tx) {
      const row = yield* namedConnection(tx, slug);
      yield* connectorFor(row);
      return { row, ...(yield* merged(tx, row, wanted)) };
    }),
  );
  const { row } = before;
  const open = openConnection(organization.id, row.id);
  const told = before.mode === "off" ? null : yield* askIdentity(row, before.mode, open);
  // Before the lock: everyone is looked at.
  if (before.mode === "enforce") {
    yield* inOrganization(caller, organization, "push:write", (tx) =>
      requireFewTaken(tx, row.id, before.settings, wanted.confirm),
    );
  }
  return yield* inOrganization(
    caller,
    organization,
    "push:write",
    Effect.fnUntraced(function* (tx, origin) {
      // The lock, and then the mapping: what is put in force meanwhile is seen by one of the two.
      yield* lockedConnection(tx, slug);
      yield* holdMapping(tx);
      const { mode, settings, identity } = yield* merged(tx, row, wanted);
      if (mode === "enforce")
        yield* requireOwnership(tx, { connection: row.id, mode, identity: told ?? identity, settings });
      yield* keep(tx, row.id, mode, settings, origin);
      if (told !== null) yield* noteIdentity(tx, row.id, told);
      return yield* viewConnection(tx, slug);
    }),
  );
});
