/** Accounts and roles written into a real realm, and read back from it without becoming a reason. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keycloak } from "../../../connectors/keycloak/index.ts";
import { type ConnectionId, noPush, systemOrigin } from "../../../src/domain/index.ts";
import { findPush, newId } from "../../../src/store/index.ts";
import { performPush, previewPush, setPush } from "../../../src/sync/index.ts";
import { hasty, missing, onRealm } from "../../connectors/keycloak/support.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import { sync } from "../pull/support.ts";
import { connectWriter } from "./realm.ts";
import { addScim, inTenant, newOrganization, role, rolesOf, settle, state } from "./support.ts";

const { ready } = onRealm(20);
let world: World;
beforeAll(async () => {
  if (!missing) world = await openWorld({ _tag: "Memory" }, [keycloak], () => hasty);
});
afterAll(() => world?.dispose());

const connect = (organization: Effect.Success<typeof newOrganization>) =>
  connectWriter(ready(), organization);

const ask = <A>(what: (admin: ReturnType<typeof ready>["realm"]["admin"]) => Promise<A>) =>
  Effect.promise(() => what(ready().realm.admin));

/** A person as an administrator of the realm sees them. */
const seen = (username: string) =>
  ask(async (admin) => {
    const [user] = await admin.users.find({ username, exact: true });
    if (user?.id === undefined) return undefined;
    const groups = await admin.users.listGroups({ id: user.id });
    const roles = await admin.users.listRealmRoleMappings({ id: user.id });
    const names = [...groups, ...roles].map(({ name = "" }) => name);
    return {
      enabled: user.enabled,
      email: user.email,
      name: `${user.firstName} ${user.lastName}`,
      in: names.filter((name) => !name.startsWith("default-roles-")).toSorted(),
    };
  });

const newsOf = (connection: ConnectionId, organization: Effect.Success<typeof newOrganization>) =>
  inTenant(organization, (tx) =>
    Effect.promise(
      async () =>
        (
          await sql<{ type: string }>`select e.type from event e join directory_user u on u.id = e.subject_id
            where u.connection_id = ${connection} and e.type = 'user.updated'`.execute(tx.db)
        ).rows.length,
    ),
  );

describe("a real realm that is written", () => {
  it.skipIf(missing)(
    "gets people with their groups and roles, and loses what is ours when the origin drops it",
    () =>
      world.runPromise(
        Effect.gen(function* () {
          const organization = yield* newOrganization;
          const okta = yield* addScim(organization);
          const connection = yield* connect(organization);
          const pulled = { organization, connection };
          expect(yield* sync(pulled)).toMatchObject({ state: "done", detail: null });
          const team = yield* ask(
            async (admin) => (await admin.groups.find({ search: "team1" }))[0]?.id ?? "",
          );
          const auditor = yield* ask(
            async (admin) => (await admin.roles.findOneByName({ name: "auditor" }))?.id ?? "",
          );
          yield* publishRules(
            organization,
            ["developer", "echo"],
            [
              { id: "eng", when: { externalGroup: { connection: "okta", id: "eng" } }, grant: ["developer"] },
              {
                id: "back",
                when: { externalGroup: { connection: "kc", id: team } },
                grant: ["developer", "echo"],
              },
            ],
          );
          const named = { id: role("developer"), scope: "" };
          yield* inTenant(organization, (tx) =>
            setPush(
              tx,
              connection,
              "enforce",
              {
                ...noPush,
                creates: "with-roles",
                leaving: "disable",
                roles: [
                  { role: named.id, scope: "", group: team, kind: "group" },
                  { role: named.id, scope: "", group: auditor, kind: "realm-role" },
                ],
              },
              systemOrigin,
            ),
          );
          const userName = `ada-${newId().slice(-6)}`;
          const more = {
            name: { givenName: "Ada", familyName: "Lovelace" },
            emails: [{ value: `${userName}@acme.test`, primary: true }],
          };
          const mine = Effect.map(rolesOf(organization), (all) =>
            all.filter((one) => one.startsWith(userName)),
          );
          const write = performPush(organization, connection);
          yield* state(organization, okta, userName, { groups: ["eng"], more });
          yield* write;
          const row = yield* inTenant(organization, (tx) => findPush(tx, connection));
          expect(row).toMatchObject({ reason: null, detail: null });
          const there = {
            enabled: true,
            email: `${userName}@acme.test`,
            name: "Ada Lovelace",
            in: ["auditor", "team1"],
          };
          expect(yield* seen(userName)).toEqual(there);
          yield* sync(pulled);
          yield* settle(organization);
          expect(yield* mine).toEqual([`${userName} developer`]);
          expect(yield* newsOf(connection, organization)).toBe(0);

          yield* state(organization, okta, userName, { active: false, more });
          yield* write;
          expect(yield* seen(userName)).toEqual({ ...there, enabled: false, in: [] });
          yield* sync(pulled);
          yield* state(organization, okta, userName, { groups: ["eng"], more });
          yield* write;
          yield* sync(pulled);
          expect(yield* seen(userName)).toEqual(there);
          expect(yield* mine).toEqual([`${userName} developer`]);
          yield* state(organization, okta, userName, { more });
          yield* write;
          yield* sync(pulled);
          expect(yield* seen(userName)).toMatchObject({ enabled: false, in: [] });
          expect(yield* mine).toEqual([]);
        }),
      ),
    180_000,
  );

  it.skipIf(missing)(
    "where the email is the user name, calls people so, and nothing is written again",
    () =>
      world.runPromise(
        Effect.gen(function* () {
          const organization = yield* newOrganization;
          const okta = yield* addScim(organization);
          const connection = yield* connect(organization);
          const byEmail = (registrationEmailAsUsername: boolean) =>
            ask((admin) =>
              admin.realms.update({ realm: ready().realm.name }, { registrationEmailAsUsername }),
            );
          yield* byEmail(true);
          yield* Effect.addFinalizer(() => Effect.orDie(byEmail(false)));
          yield* sync({ organization, connection });
          yield* inTenant(organization, (tx) =>
            setPush(tx, connection, "enforce", { ...noPush, creates: "everyone" }, systemOrigin),
          );
          const userName = `eve-${newId().slice(-6)}`;
          const named = (email: string) => ({ more: { emails: [{ value: email, primary: true }] } });
          for (const email of [`${userName}.one@acme.test`, `${userName}.two@acme.test`]) {
            yield* state(organization, okta, userName, named(email));
            yield* performPush(organization, connection);
            const [there] = yield* ask((admin) => admin.users.find({ email, exact: true }));
            expect(there?.username).toBe(email);
            yield* sync({ organization, connection });
            yield* settle(organization);
            const plan = yield* inTenant(organization, (tx) =>
              previewPush(tx, connection, { limit: 200, after: null }),
            );
            const own = plan.changes.filter(({ change }) => "user" in change && change.user === there?.id);
            expect({ own, troubles: plan.troubles }).toEqual({ own: [], troubles: [] });
          }
        }).pipe(Effect.scoped),
      ),
    180_000,
  );
});
