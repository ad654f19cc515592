/** What a connection says it cannot see, as the settings of a real realm change. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { beforeAll } from "vitest";
import { missing, onRealm } from "../support.ts";
import { record } from "./support.ts";

const { ready, open } = onRealm(3);

const spots = (clientId = "reader", more: Record<string, unknown> = {}) =>
  Effect.scoped(
    Effect.flatMap(
      open(undefined, clientId, more),
      ({ source }) => source?.blindSpots ?? Effect.die("blind spots"),
    ),
  );
/** `coveredBy what -> remedy`, one a line. */
const told = (clientId?: string, more?: Record<string, unknown>) =>
  Effect.map(spots(clientId, more), (all) =>
    all.map(({ what, coveredBy, remedy }) => `${coveredBy}: ${what} -> ${remedy}`).join("\n"),
  );
const set = (settings: Record<string, unknown>) =>
  Effect.promise(() => ready().realm.admin.realms.update({ realm: ready().realm.name }, settings));

describe.skipIf(missing)("the blind spots of a realm", () => {
  beforeAll(() => record(ready().realm.admin, ready().realm.name));

  it.live("are few where everything is recorded, and each is one a person can read", () =>
    Effect.gen(function* () {
      yield* set({ adminEventsDetailsEnabled: true });
      for (const { what, remedy } of yield* spots()) {
        assert.match(what, /\.$/);
        if (remedy !== null) assert.match(remedy, /\.$/);
      }
      const all = yield* told();
      assert.match(all, /nothing: .* already has no event/);
      assert.notMatch(all, /switch on|Admin events are deleted|set the expiration/);
      yield* set({ adminEventsDetailsEnabled: false });
      assert.match(yield* told(), /events: Which values an administrator sent/);
    }),
  );

  it.live("name what is not recorded or not kept, and what to do about it", () =>
    Effect.gen(function* () {
      yield* set({ adminEventsEnabled: false, eventsEnabled: false });
      const off = yield* told();
      assert.match(
        off,
        /sweep: What administrators change.* Admin events settings, and switch on Save events/,
      );
      assert.match(
        off,
        /sweep: What people change themselves.* User events settings, and switch on Save events/,
      );
      yield* set({
        adminEventsEnabled: true,
        eventsEnabled: true,
        enabledEventTypes: ["LOGIN"],
        eventsExpiration: 3600,
        attributes: { adminEventsExpiration: "120" },
      });
      const short = yield* told();
      assert.match(short, /Admin events are deleted after 2 min.*every pause of a minute/);
      assert.match(short, /User events are deleted after 1 h.*two days/);
      assert.match(short, /not recorded: REGISTER, UPDATE_PROFILE/);
      yield* set({ enabledEventTypes: [], eventsExpiration: 0, attributes: { adminEventsExpiration: "" } });
      assert.notMatch(yield* told(), /deleted after|not recorded/);
    }),
  );

  it.live("name roles that the service account lacks", () =>
    Effect.gen(function* () {
      assert.match(yield* told("deaf"), /sweep: What administrators change.* realm-management view-events/);
      assert.match(yield* told("roleless"), /realm-management view-realm/);
    }),
  );

  it.live("name federated people, identity providers, default groups and organizations", () =>
    Effect.gen(function* () {
      const { admin, name: realm } = ready().realm;
      yield* Effect.promise(async () => {
        const [team] = await admin.groups.find({ search: "team1" });
        await admin.realms.addDefaultGroup({ realm, id: team?.id ?? "" });
        await admin.identityProviders.create({ alias: "acme-login", providerId: "oidc", config: {} });
        await admin.components.create({
          name: "Acme LDAP",
          providerId: "ldap",
          providerType: "org.keycloak.storage.UserStorageProvider",
          config: {
            enabled: ["false"],
            connectionUrl: ["ldap://ldap.acme.test"],
            vendor: ["other"],
            editMode: ["READ_ONLY"],
            usersDn: ["ou=people,dc=acme,dc=test"],
            authType: ["none"],
            usernameLDAPAttribute: ["uid"],
            rdnLDAPAttribute: ["uid"],
            uuidLDAPAttribute: ["entryUUID"],
            userObjectClasses: ["inetOrgPerson"],
          },
        });
      });
      yield* set({ organizationsEnabled: true });
      const all = yield* told();
      assert.match(all, /sweep: People and memberships that come from Acme LDAP/);
      assert.match(all, /events: .*default groups \(team1\)/);
      assert.match(all, /nothing: Groups and members of organizations.*setting organizations/);
      assert.match(all, /events: Groups and roles that mappers of an identity provider/);
      yield* set({ eventsEnabled: false });
      assert.match(yield* told(), /sweep: Groups and roles that mappers of an identity provider/);
    }),
  );

  it.live(
    "name of organizations that are read only what no event tells, and what keeps them from being read",
    () =>
      Effect.gen(function* () {
        yield* set({ organizationsEnabled: true, eventsEnabled: true, enabledEventTypes: ["LOGIN"] });
        const read = { organizations: true };
        const all = yield* told("hub", read);
        assert.notMatch(all, /organization/);
        assert.match(all, /not recorded: .*INVITE_ORG/);
        assert.notMatch(yield* told("hub"), /INVITE_ORG/);
        yield* set({ eventsEnabled: false, enabledEventTypes: [] });
        assert.match(yield* told("hub", read), /sweep: Who joins an organization by accepting an invitation/);
        assert.match(yield* told("reader", read), /nothing: Who is in organizations.*view-organizations/);
        yield* set({ organizationsEnabled: false });
        assert.match(yield* told("hub", read), /nothing: Who is in organizations.*switch on Organizations/);
        assert.notMatch(yield* told("hub"), /organization/);
      }),
  );
});
