/** An organization fed by SCIM-like people, with directories in memory that are read and written. */
import { Effect, Stream } from "effect";
import { sql } from "kysely";
import { type Connector, ConnectorFailure, type Source, type Target } from "../../../connectors/connector.ts";
import { type Directory, type Fault, openDirectory } from "../../../connectors/memory/index.ts";
import {
  type AccountId,
  type ConnectionId,
  type DirectoryUserId,
  noPush,
  type OrganizationId,
  type PushSettings,
  type RoleKey,
  systemOrigin,
} from "../../../src/domain/index.ts";
import {
  addConnection,
  addSyncState,
  createOrganization,
  findSyncState,
  listIntents,
  newId,
  recordEvent,
  Store,
  type TenantTx,
} from "../../../src/store/index.ts";
import {
  askForRun,
  correlateAll,
  performPush,
  setPush,
  settleUsers,
  syncConnection,
  workPending,
} from "../../../src/sync/index.ts";

export interface Outside {
  directory: Directory;
  fault: Fault | undefined;
  /** How many questions and calls. */
  asked: number;
  /** Done before and after each call that writes. */
  around: Effect.Effect<void>;
  /** The next reading shows these memberships, and this happens before it shows anything. */
  stale?: { readonly memberships: Directory["memberships"]; meanwhile: Effect.Effect<void> } | undefined;
}

/** A connector whose connections are told apart by the setting `upstream`: several may name one. */
export const outsides = new Map<string, Outside>();

/** What was seen before something happened, told after it. */
const everyoneOf = (outside: Outside, usual: Source["everyone"]) =>
  Effect.gen(function* () {
    const { stale } = outside;
    if (stale === undefined) return usual;
    const { directory } = outside;
    const seen = { ...directory, memberships: stale.memberships };
    yield* stale.meanwhile;
    const opened = yield* openDirectory(seen);
    return opened.source.everyone;
  });

export const testConnector: Connector = {
  kind: "keycloak",
  title: "A directory in memory",
  fields: [],
  open: (settings) => {
    const outside = outsides.get((settings as { readonly upstream: string }).upstream);
    if (outside === undefined)
      return Effect.fail(new ConnectorFailure({ reason: "unavailable", detail: "No such directory." }));
    return Effect.suspend(() => openDirectory(outside.directory, outside.fault)).pipe(
      Effect.map((connection) => {
        const { source, target } = connection as typeof connection & {
          readonly target?: Target;
        };
        const count = <A>(effect: A): A => {
          outside.asked += 1;
          return effect;
        };
        const identity = outside.directory.identity;
        return {
          ...connection,
          source: {
            ...source,
            everyone: Stream.unwrap(everyoneOf(outside, source.everyone)),
            ...(identity === undefined ? {} : { identity: Effect.succeed(identity) }),
          },
          ...(target === undefined
            ? {}
            : {
                target: {
                  ...target,
                  one: (id: string) => count(target.one(id)),
                  find: (person: Parameters<typeof target.find>[0]) => count(target.find(person)),
                  apply: (change: Parameters<typeof target.apply>[0]) =>
                    count(
                      Effect.suspend(() => outside.around).pipe(
                        Effect.andThen(target.apply(change)),
                        Effect.tap(() => outside.around),
                      ),
                    ),
                },
              }),
        };
      }),
    );
  },
};

export interface Realm {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly outside: Outside;
  readonly upstream: string;
}

export const emptyDirectory = (identity: string): Directory => ({
  // Somebody is always there: nothing can be said of a directory that shows nobody.
  users: [{ _tag: "User", id: "canary", resource: { userName: "canary", active: true } }],
  groups: [],
  memberships: [],
  identity,
});

export const newOrganization = Effect.gen(function* () {
  const slug = `o-${newId().slice(-12)}`;
  return yield* createOrganization({ slug, name: slug, project: "test", environment: "test" });
});

/** A connection to a directory; `of`: to the same one as another connection. */
export const addRealm = Effect.fnUntraced(function* (organization: OrganizationId, slug: string, of?: Realm) {
  const upstream = of?.upstream ?? newId();
  const outside = of?.outside ?? {
    directory: emptyDirectory(upstream),
    fault: undefined,
    asked: 0,
    around: Effect.void,
  };
  outsides.set(upstream, outside);
  const store = yield* Store;
  const connection = yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const id = yield* addConnection(tx, { kind: "keycloak", slug, name: slug, settings: { upstream } });
      yield* addSyncState(tx, id, null);
      return id;
    }),
  );
  return { organization, connection, outside, upstream } satisfies Realm;
});

/** A connection that clients push to. */
export const addScim = Effect.fnUntraced(function* (organization: OrganizationId, slug = "okta") {
  const store = yield* Store;
  return yield* store.tenant(organization, (tx) => addConnection(tx, { kind: "scim", slug, name: slug }));
});

const inTenant = Effect.fnUntraced(function* <A, E, R>(
  organization: OrganizationId,
  body: (tx: TenantTx) => Effect.Effect<A, E, R>,
) {
  const store = yield* Store;
  return yield* store.tenant(organization, body);
});

export { inTenant };

/** Reads a connection in whole, and brings everyone up to date. */
export const read = Effect.fnUntraced(function* ({ organization, connection }: Realm) {
  yield* inTenant(organization, (tx) => askForRun(tx, connection, null, null));
  yield* syncConnection(organization, connection);
});

export const push = ({ organization, connection }: Realm) => performPush(organization, connection);

export const enforce = (
  { organization, connection }: Realm,
  settings: Partial<PushSettings>,
  mode: "observe" | "enforce" = "enforce",
) => inTenant(organization, (tx) => setPush(tx, connection, mode, { ...noPush, ...settings }, systemOrigin));

/** As a SCIM client states it: a person, whether they are active, and the groups they are in. */
export const state = Effect.fnUntraced(function* (
  organization: OrganizationId,
  connection: ConnectionId,
  userName: string,
  {
    active = true,
    groups = [],
    more = {},
  }: {
    readonly active?: boolean;
    readonly groups?: ReadonlyArray<string>;
    readonly more?: object;
  } = {},
) {
  return yield* inTenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const resource = { userName, active, externalId: `x-${userName}`, ...more };
      const cause = yield* recordEvent(tx, {
        type: "user.updated",
        origin: systemOrigin,
        subject: { kind: "directory-user", id: newId() },
      });
      const rows = yield* Effect.promise(
        async () =>
          (
            await sql<{ id: DirectoryUserId }>`select id from directory_user
            where connection_id = ${connection} and user_name_key = ${userName}`.execute(tx.db)
          ).rows,
      );
      const id = rows[0]?.id ?? newId<DirectoryUserId>();
      yield* Effect.promise(async () => {
        await sql`insert into directory_user (organization_id, id, connection_id, external_id, user_name_key, email_key,
            active, resource, cause_event_id)
          values (${organization}, ${id}, ${connection}, ${`x-${userName}`}, ${userName}, null, ${active},
            ${JSON.stringify(resource)}::jsonb, ${cause})
          on conflict (organization_id, id) do update set active = excluded.active, resource = excluded.resource,
            cause_event_id = excluded.cause_event_id`.execute(tx.db);
        await sql`delete from membership where user_id = ${id}`.execute(tx.db);
        for (const name of groups) {
          const found = await sql<{ id: string }>`select id from directory_group
            where connection_id = ${connection} and display_name = ${name}`.execute(tx.db);
          const group = found.rows[0]?.id ?? newId();
          if (found.rows[0] === undefined)
            await sql`insert into directory_group (organization_id, id, connection_id, external_id, display_name,
                display_name_key, resource, cause_event_id)
              values (${organization}, ${group}, ${connection}, ${name}, ${name}, ${name}, '{}', ${cause})`.execute(
              tx.db,
            );
          await sql`insert into membership (organization_id, group_id, user_id, cause_event_id)
            values (${organization}, ${group}, ${id}, ${cause})`.execute(tx.db);
        }
      });
      if (rows[0] === undefined) {
        const keys = { externalId: `x-${userName}`, userNameKey: userName, emailKey: null };
        yield* correlateAll(tx, connection, [{ user: id, keys, cause }], systemOrigin);
      }
      yield* settleUsers(tx, [id], { event: cause, origin: systemOrigin, named: true }, !active);
      return id;
    }),
  );
});

export const settle = (organization: OrganizationId) => workPending(organization);

/** Until nothing moves any more: read, settle and write every realm, a few times. */
export const converge = Effect.fnUntraced(function* (realms: ReadonlyArray<Realm>, times = 6) {
  for (let round = 0; round < times; round++) {
    for (const realm of realms) {
      yield* read(realm);
      yield* settle(realm.organization);
    }
    for (const realm of realms) {
      yield* push(realm);
      yield* settle(realm.organization);
    }
  }
});

/** Who is in what there, `user group`, by names, sorted. */
export const membersOf = ({ outside: { directory } }: Realm) => {
  const names = new Map(directory.users.map(({ id, resource }) => [id, String(resource["userName"])]));
  return directory.memberships.map(({ group, user }) => `${names.get(user) ?? user} ${group}`).toSorted();
};

export const peopleOf = ({ outside: { directory } }: Realm) =>
  directory.users
    .filter(({ id }) => id !== "canary")
    .map(({ resource }) => `${resource["userName"]}${resource["active"] === false ? " disabled" : ""}`)
    .toSorted();

/** The roles of everyone, `user role`, by the SCIM or first userName. */
export const rolesOf = (organization: OrganizationId) =>
  inTenant(organization, (tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ has: string }>`select (select min(u.user_name_key) from account_link l
          join directory_user u on u.id = l.user_id where l.account_id = a.account_id) || ' ' || a.role as has
        from assignment a order by 1`.execute(tx.db);
      return rows.map(({ has }) => has).filter((has) => !has.startsWith("canary "));
    }),
  );

export const accountOf = (organization: OrganizationId, user: DirectoryUserId) =>
  inTenant(organization, (tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ id: AccountId }>`
        select account_id as id from account_link where user_id = ${user}`.execute(tx.db);
      return rows[0]?.id as AccountId;
    }),
  );

export const intentsOf = ({ organization, connection }: Realm) =>
  inTenant(organization, (tx) => listIntents(tx, { connection, limit: 500 }));

/** The connection has been read once. */
export const known = ({ organization, connection }: Realm) =>
  inTenant(organization, (tx) => findSyncState(tx, connection));

export const role = (key: string) => key as RoleKey;
export const pushed = (key: string, group: string) => ({
  role: role(key),
  scope: "",
  group,
  kind: "group" as const,
});
export const group = (id: string) => ({
  _tag: "Group" as const,
  id,
  name: id,
  kind: "group" as const,
  parent: null,
});
export const user = (id: string, userName = id, active = true) => ({
  _tag: "User" as const,
  id,
  resource: { userName, active },
});
export const member = (of: string, who: string) => ({ _tag: "Membership" as const, group: of, user: who });
