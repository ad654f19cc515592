/** Logging in to a realm through another one: a bare browser, and the two realms' settings for each other. */

export const secret = "only-for-tests";
export const back = "http://127.0.0.1:9/back";

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

/** The realm that people come from, which knows `realm` on the same server as its client. */
export const upstreamRealm = (
  url: string,
  upstream: string,
  realm: string,
  guests: ReadonlyArray<string>,
) => ({
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
  users: guests.map((username) => ({
    username,
    enabled: true,
    email: `${username}@acme.test`,
    emailVerified: true,
    firstName: "Engineer",
    lastName: "Guest",
    credentials: [{ type: "password", value: secret }],
  })),
});

export const provider = (url: string, upstream: string) => ({
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

/** In the group, by its path, whoever is called Engineer upstream, for as long as they are. */
export const mapperInto = (group: string) => ({
  name: "team",
  identityProviderAlias: "upstream",
  identityProviderMapper: "oidc-advanced-group-idp-mapper",
  config: {
    syncMode: "FORCE",
    claims: JSON.stringify([{ key: "given_name", value: "Engineer" }]),
    "are.claim.values.regex": "false",
    group,
  },
});

/** What the realm that people come to needs for it. */
export const app = {
  clientId: "app",
  publicClient: true,
  enabled: true,
  redirectUris: [`${back}*`],
};

/** A login of somebody from upstream. Gives where the browser ended, with a code where it went well. */
export const brokeredLogin = (url: string, realm: string, username: string) => {
  const query = new URLSearchParams({
    client_id: app.clientId,
    response_type: "code",
    scope: "openid",
    redirect_uri: back,
    kc_idp_hint: "upstream",
  });
  return login(`${url}/realms/${realm}/protocol/openid-connect/auth?${query}`, username, secret);
};
