/** A login through another realm changes a person's groups without any admin event: user events hint at it. */
import { assert, describe, it } from "@effect/vitest";
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import { afterAll, beforeAll, inject } from "vitest";
import { one } from "../../../contracts/connector.ts";
import { signIn } from "../realm.ts";
import { missing, onRealm } from "../support.ts";
import { brief, changesOf, drained, record } from "./support.ts";

const server = inject("keycloak");
const { ready, open } = onRealm(3);
const secret = "only-for-tests";
const upstream = `Upstream-${crypto.randomUUID().slice(0, 8)}`;
const back = "http://127.0.0.1:9/back";

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** A browser that follows redirects, keeps the cookies of both realms apart, and fills in one login form. */
const login = async (start: string, username: string, password: string): Promise<string> => {
  const jar = new Map<string, Cookie>();
  const cookiesFor = (url: string) =>
    [...jar.values()].filter(({ path }) => new URL(url).pathname.startsWith(path));
  const visit = async (url: string, body?: URLSearchParams): Promise<{ url: string; text: string }> => {
    const answer = await fetch(url, {
      redirect: "manual",
      method: body === undefined ? "GET" : "POST",
      headers: {
        cookie: cookiesFor(url)
          .map(({ name, value }) => `${name}=${value}`)
          .join("; "),
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      const path = /;\s*path=([^;]*)/i.exec(cookie)?.[1] ?? "/";
      jar.set(`${path} ${name}`, { name, value, path });
    }
    const location = answer.headers.get("location");
    if (location === null) return { url, text: await answer.text() };
    return location.startsWith(back) ? { url: location, text: "" } : visit(new URL(location, url).href);
  };
  const form = await visit(start);
  const action = /action="([^"]+)"/.exec(form.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const done = await visit(action, new URLSearchParams({ username, password }));
  return done.url;
};

const upstreamRealm = (url: string, realm: string) => ({
  realm: upstream,
  enabled: true,
  clients: [
    {
      clientId: "broker",
      secret,
      enabled: true,
      redirectUris: [`${url}/realms/${realm}/broker/upstream/endpoint*`],
    },
  ],
  users: [
    {
      username: "guest",
      enabled: true,
      email: "guest@acme.test",
      emailVerified: true,
      firstName: "Engineer",
      lastName: "Guest",
      credentials: [{ type: "password", value: secret }],
    },
  ],
});

const provider = (url: string) => ({
  alias: "upstream",
  providerId: "oidc",
  enabled: true,
  trustEmail: true,
  config: {
    clientId: "broker",
    clientSecret: secret,
    clientAuthMethod: "client_secret_post",
    syncMode: "FORCE",
    authorizationUrl: `${url}/realms/${upstream}/protocol/openid-connect/auth`,
    tokenUrl: `${url}/realms/${upstream}/protocol/openid-connect/token`,
    userInfoUrl: `${url}/realms/${upstream}/protocol/openid-connect/userinfo`,
    issuer: `${url}/realms/${upstream}`,
    jwksUrl: `${url}/realms/${upstream}/protocol/openid-connect/certs`,
    useJwksUrl: "true",
    validateSignature: "true",
    defaultScope: "openid profile email",
  },
});

/** In team1 whoever is called Engineer upstream, for as long as they are. */
const mapper = {
  name: "team",
  identityProviderAlias: "upstream",
  identityProviderMapper: "oidc-advanced-group-idp-mapper",
  config: {
    syncMode: "FORCE",
    claims: JSON.stringify([{ key: "given_name", value: "Engineer" }]),
    "are.claim.values.regex": "false",
    group: "/team1",
  },
};

describe.skipIf(missing)("a brokered login", () => {
  let admin: KeycloakAdminClient | undefined;
  beforeAll(async () => {
    if ("missing" in server) return;
    const { admin: here, name } = ready().realm;
    await record(here, name);
    admin = await signIn(server);
    await admin.realms.create(upstreamRealm(server.url, name));
    admin.setConfig({ realmName: upstream });
    await here.identityProviders.create(provider(server.url));
    await here.identityProviders.createMapper({ alias: "upstream", identityProviderMapper: mapper });
    await here.clients.create({
      clientId: "app",
      publicClient: true,
      enabled: true,
      redirectUris: [`${back}*`],
    });
  });
  afterAll(async () => {
    await admin?.realms.del({ realm: upstream });
  });

  const signedIn = Effect.promise(() => {
    const { realm } = ready();
    const url = "missing" in server ? "" : server.url;
    const query = new URLSearchParams({
      client_id: "app",
      response_type: "code",
      scope: "openid",
      redirect_uri: back,
      kc_idp_hint: "upstream",
    });
    return login(`${url}/realms/${realm.name}/protocol/openid-connect/auth?${query}`, "guest", secret);
  });

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
