/** A login through another realm changes a person's groups without any admin event: user events hint at it. */
import { assert, describe, it } from "@effect/vitest";
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import { afterAll, beforeAll, inject } from "vitest";
import { one } from "../../../contracts/connector.ts";
import { app, brokeredLogin, mapperInto, provider, upstreamRealm } from "../broker.ts";
import { signIn } from "../realm.ts";
import { missing, onRealm } from "../support.ts";
import { brief, changesOf, drained, record } from "./support.ts";

const server = inject("keycloak");
const { ready, open } = onRealm(3);
const upstream = `Upstream-${crypto.randomUUID().slice(0, 8)}`;

describe.skipIf(missing)("a brokered login", () => {
  let admin: KeycloakAdminClient | undefined;
  beforeAll(async () => {
    if ("missing" in server) return;
    const { admin: here, name } = ready().realm;
    await record(here, name);
    admin = await signIn(server);
    await admin.realms.create(upstreamRealm(server.url, upstream, name, ["guest"]));
    admin.setConfig({ realmName: upstream });
    await here.identityProviders.create(provider(server.url, upstream));
    await here.identityProviders.createMapper({
      alias: "upstream",
      identityProviderMapper: mapperInto("/team1"),
    });
    await here.clients.create(app);
  });
  afterAll(async () => {
    await admin?.realms.del({ realm: upstream });
  });

  const signedIn = Effect.promise(() =>
    brokeredLogin("missing" in server ? "" : server.url, ready().realm.name, "guest"),
  );

  it.live("hints at the person who came, and again when the next login takes a group away", () =>
    Effect.gen(function* () {
      const { realm } = ready();
      const changes = changesOf(yield* open());
      const start = yield* changes(null);
      assert.match(yield* signedIn, /^http:\/\/127\.0\.0\.1:9\/back\?.*code=/);
      const [guest] = yield* Effect.promise(() => realm.admin.users.find({ username: "guest", exact: true }));
      const id = guest?.id ?? "";
      const came = yield* drained(changes, start.cursor);
      assert.deepStrictEqual(came.hints.map(brief), [`user ${id}`]);
      const teams = Effect.map(one(open(), id), (answer) =>
        answer._tag === "Found"
          ? answer.groups.filter(({ kind }) => kind === "group").map(({ name }) => name)
          : [],
      );
      assert.deepStrictEqual(yield* teams, ["team1"]);
      yield* Effect.promise(async () => {
        const [there] = (await admin?.users.find({ username: "guest", exact: true })) ?? [];
        await admin?.users.update({ id: there?.id ?? "" }, { ...there, firstName: "Sales" });
      });
      assert.deepStrictEqual((yield* drained(changes, came.cursor)).hints, []);
      assert.match(yield* signedIn, /^http:\/\/127\.0\.0\.1:9\/back\?.*code=/);
      const left = yield* drained(changes, came.cursor);
      assert.deepStrictEqual(left.hints.map(brief), [`user ${id}`]);
      assert.deepStrictEqual(yield* teams, []);
    }).pipe(Effect.scoped),
  );
});
