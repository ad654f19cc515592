/** Okta's people, and a realm that is written: what suites about writing begin with. */
import { Effect } from "effect";
import { sql } from "kysely";
import { noPush, type PushSettings, systemOrigin } from "../../../src/domain/index.ts";
import { findPush, listOpenExceptions } from "../../../src/store/index.ts";
import { retryPush } from "../../../src/sync/index.ts";
import { publishRules } from "../../support/world.ts";
import {
  addRealm,
  addScim,
  enforce,
  group,
  inTenant,
  intentsOf,
  newOrganization,
  push,
  type Realm,
  read,
  state,
} from "./support.ts";

/** Whoever is in that group of that connection has the role. */
export const fromGroup = (connection: string, id: string, role: string) => ({
  id: `${connection}-${id}`,
  when: { externalGroup: { connection, id } },
  grant: [role],
});

/** The realm with these groups, read once, and the rules in force. */
export const newAcme = Effect.fnUntraced(function* (
  groups: ReadonlyArray<string>,
  roles: ReadonlyArray<string>,
  rules: ReadonlyArray<object>,
) {
  const organization = yield* newOrganization;
  const okta = yield* addScim(organization);
  const realm = yield* addRealm(organization, "kc");
  realm.outside.directory.groups = groups.map((id) => group(id));
  yield* publishRules(organization, roles, rules);
  yield* read(realm);
  return { organization, okta, realm };
});
type Acme = Effect.Success<ReturnType<typeof newAcme>>;

/** Enforced, and ada of Okta's engineers written. */
export const withAda = Effect.fnUntraced(function* (acme: Acme, settings: Partial<PushSettings>) {
  const { organization, okta, realm } = acme;
  yield* enforce(realm, settings);
  yield* state(organization, okta, "ada", { groups: ["eng"] });
  yield* push(realm);
  return { ...acme, settings };
});

/** Kinds of the exceptions that are open. */
export const exceptionsOf = ({ organization }: Realm) =>
  Effect.map(
    inTenant(organization, (tx) => listOpenExceptions(tx, 50)),
    (all) => all.map(({ kind }) => kind),
  );

export const marksOf = (realm: Realm) =>
  Effect.map(intentsOf(realm), (all) => all.map(({ fact, state: is }) => `${fact} ${is}`));

export const settingsOf = ({ organization, connection }: Realm) =>
  Effect.map(
    inTenant(organization, (tx) => findPush(tx, connection)),
    (row) => row?.settings ?? noPush,
  );

export const retry = ({ organization, connection }: Realm) =>
  inTenant(organization, (tx) => retryPush(tx, connection, null, systemOrigin));

export const inSql = ({ organization }: Realm, statement: ReturnType<typeof sql>) =>
  inTenant(organization, (tx) => Effect.promise(() => statement.execute(tx.db)));

/** The pause that the system asked for is over. */
export const pauseOver = (realm: Realm) => inSql(realm, sql`update push set retry_at = null`);
