/** An organization that reads a test realm through the fault proxy, and what both sides have. */
import { Effect, Redacted } from "effect";
import { sql } from "kysely";
import {
  addConnection,
  addSyncState,
  createOrganization,
  newId,
  putSecret,
  Store,
} from "../../../src/store/index.ts";
import { readBare, type TestRealm } from "../../connectors/keycloak/realm.ts";
import type { FaultProxy } from "../../support/fault-proxy.ts";
import { publishRules } from "../../support/world.ts";
import { held, type Pulled } from "./support.ts";

export type Held = Omit<Pulled, "upstream">;

interface Ready {
  readonly realm: TestRealm;
  readonly proxy: FaultProxy;
}

export const connectRealm = Effect.fnUntraced(function* (
  { realm, proxy }: Ready,
  more: Record<string, unknown> = {},
) {
  const slug = `o-${newId().slice(-12)}`;
  const organization = yield* createOrganization({ slug, name: slug, project: "test", environment: "test" });
  proxy.set();
  const { clientSecret, ...settings } = { ...realm.settings("reader", proxy.url), ...more };
  const store = yield* Store;
  const connection = yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const id = yield* addConnection(tx, {
        kind: "keycloak",
        slug: "kc",
        name: "kc",
        settings: settings as Record<string, string>,
      });
      yield* addSyncState(tx, id, null);
      yield* putSecret(tx, id, "clientSecret", Redacted.make(String(clientSecret)));
      return id;
    }),
  );
  const named = (id: string, equals: string) => ({ id, when: { groupName: { equals } }, grant: [id] });
  yield* publishRules(
    organization,
    ["core", "auditor", "editor", "renamed"],
    [
      named("core", "core"),
      named("auditor", "auditor"),
      named("editor", "shop:editor"),
      named("renamed", "renamed"),
    ],
  );
  return { organization, connection } satisfies Held;
});

/** What we hold of a realm, as comparable lines. */
export const ours = Effect.fnUntraced(function* (pulled: Held) {
  const { users, memberships } = yield* held(pulled);
  return {
    users: users.map(({ id, name, active }) => `${id} ${name} ${active}`).toSorted(),
    memberships: memberships.map((one) => `${one.group} ${one.user}`).toSorted(),
  };
});

/** The same as a bare client reads it, person by person. */
export const theirs = ({ realm }: Ready) =>
  Effect.promise(async () => {
    const { users, memberships } = await readBare(realm.admin);
    const short = users
      .map((line) => line.split(" "))
      .map(([id, name, , active]) => `${id} ${name} ${active}`);
    return { users: short.toSorted(), memberships: memberships.toSorted() };
  });

/** The roles of the account of whoever has this user name there. */
export const rolesOf = Effect.fnUntraced(function* ({ organization }: Held, name: string) {
  const store = yield* Store;
  return yield* store.tenant(organization, (tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ role: string }>`
        select distinct a.role from assignment a join account_link l on l.account_id = a.account_id
        join directory_user u on u.id = l.user_id where u.user_name_key = ${name} order by 1`.execute(tx.db);
      return rows.map((row) => row.role);
    }),
  );
});

/** Where our copy has the group. */
export const parentOf = Effect.fnUntraced(function* ({ organization }: Held, id: string) {
  const store = yield* Store;
  return yield* store.tenant(organization, (tx) =>
    Effect.promise(async () => {
      const { rows } = await sql<{ parent: string | null }>`
        select parent_source_id as parent from directory_group where source_id = ${id}`.execute(tx.db);
      return rows[0]?.parent;
    }),
  );
});
