/** An organization with a connection that is read, over a directory in memory that the test may change. */
import { Effect } from "effect";
import { sql } from "kysely";
import { type Connector, ConnectorFailure } from "../../../connectors/connector.ts";
import { type Directory, type Fault, openDirectory } from "../../../connectors/memory/index.ts";
import type {
  ConnectionId,
  DirectoryUserId,
  GroupKind,
  OrganizationId,
  Run,
} from "../../../src/domain/index.ts";
import {
  addConnection,
  addSyncState,
  createOrganization,
  findRun,
  newId,
  Store,
  type TenantTx,
} from "../../../src/store/index.ts";
import { askForRun, syncConnection } from "../../../src/sync/index.ts";

export interface Upstream {
  readonly directory: Directory;
  fault: Fault | undefined;
  /** Called for every chunk... before the source is opened: to do something while a run is at work. */
  opened: Effect.Effect<void, ConnectorFailure>;
}

export const emptyDirectory = (): Directory => ({ users: [], groups: [], memberships: [] });

/** A connector whose connections are told apart by the setting `upstream`. */
export const upstreams = new Map<string, Upstream>();

export const testConnector: Connector = {
  kind: "keycloak",
  title: "A directory in memory",
  fields: [],
  open: (settings) => {
    const name = (settings as { readonly upstream: string }).upstream;
    const upstream = upstreams.get(name);
    if (upstream === undefined) {
      return Effect.fail(new ConnectorFailure({ reason: "unavailable", detail: "No such directory." }));
    }
    return Effect.andThen(
      upstream.opened,
      Effect.suspend(() => openDirectory(upstream.directory, upstream.fault)),
    );
  },
};

export interface Pulled {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly upstream: Upstream;
}

export const addPulled = Effect.fnUntraced(function* (
  organization: OrganizationId,
  slug: string,
  waits = false,
) {
  const name = newId();
  const upstream: Upstream = { directory: emptyDirectory(), fault: undefined, opened: Effect.void };
  upstreams.set(name, upstream);
  const store = yield* Store;
  const connection = yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const id = yield* addConnection(tx, {
        kind: "keycloak",
        slug,
        name: slug,
        settings: { upstream: name },
        waits,
      });
      yield* addSyncState(tx, id, null);
      return id;
    }),
  );
  return { organization, connection, upstream } satisfies Pulled;
});

export const newPulled = Effect.gen(function* () {
  const slug = `o-${newId().slice(-12)}`;
  const id = yield* createOrganization({ slug, name: slug, project: "test", environment: "test" });
  return yield* addPulled(id, "kc");
});

/** Asks for a run, works it here, and gives it as it ended. */
export const sync = Effect.fnUntraced(function* (
  { organization, connection }: Omit<Pulled, "upstream">,
  user: DirectoryUserId | null = null,
) {
  const store = yield* Store;
  const asked = yield* store.tenant(organization, (tx) => askForRun(tx, connection, user, null));
  yield* syncConnection(organization, connection);
  const run = yield* store.tenant(organization, (tx) => findRun(tx, asked?.id ?? newId()));
  return run as Run;
});

export const user = (id: string, name = id, active = true) => ({
  _tag: "User" as const,
  id,
  resource: { userName: name, active },
});
export const group = (id: string, name = id, parent: string | null = null, kind: GroupKind = "group") => ({
  _tag: "Group" as const,
  id,
  name,
  kind,
  parent,
});
export const member = (of: string, who: string) => ({ _tag: "Membership" as const, group: of, user: who });

const rows = <T>(tx: TenantTx, query: ReturnType<typeof sql<T>>) =>
  Effect.promise(async () => (await query.execute(tx.db)).rows);

/** What we hold of a connection's directory, in the source's own terms, sorted. */
export const held = Effect.fnUntraced(function* ({ organization, connection }: Omit<Pulled, "upstream">) {
  const store = yield* Store;
  return yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      return {
        users: yield* rows(
          tx,
          sql<{ id: string; name: string; active: boolean }>`
            select source_id as id, resource->>'userName' as name, active from directory_user
            where connection_id = ${connection} order by 1`,
        ),
        groups: yield* rows(
          tx,
          sql<{ id: string; name: string; kind: string; parent: string | null }>`
            select source_id as id, display_name as name, kind, parent_source_id as parent from directory_group
            where connection_id = ${connection} order by 1`,
        ),
        memberships: yield* rows(
          tx,
          sql<{ group: string; user: string }>`
            select g.source_id as "group", u.source_id as "user" from membership m
            join directory_group g on g.id = m.group_id join directory_user u on u.id = m.user_id
            where g.connection_id = ${connection} order by 1, 2`,
        ),
      };
    }),
  );
});

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The same of what the source has. */
export const has = ({ users, groups, memberships }: Directory) => ({
  users: users
    .map(({ id, resource }) => ({
      id,
      name: resource["userName"],
      active: resource["active"],
    }))
    .toSorted((a, b) => byText(a.id, b.id)),
  groups: groups
    .map(({ id, name, kind, parent }) => ({ id, name, kind, parent }))
    .toSorted((a, b) => byText(a.id, b.id)),
  memberships: memberships
    .map(({ group: of, user: who }) => ({ group: of, user: who }))
    .toSorted((a, b) => byText(a.group, b.group) || byText(a.user, b.user)),
});
