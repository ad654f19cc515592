/** A server, its organizations, and logins through a connection of the row's own: metadata and keys are kept for each. */
import { Effect } from "effect";
import { sql } from "kysely";
import { Outbound } from "../../../connectors/connector.ts";
import { oidc } from "../../../connectors/oidc/index.ts";
import { findOrganization, Store } from "../../../src/store/index.ts";
import { addApplication, asker } from "../../rest/support.ts";
import { startNameServer } from "../../support/name-server.ts";
import { startServer } from "../../support/server.ts";
import { type Browser, newBrowser } from "../browser.ts";
import { clientId, clientSecret, startHostileProvider } from "./provider.ts";
import type { Bend, Brought, Came, Others } from "./row.ts";

const returnTo = "https://shop.acme.test/signed-in";

/** The server's own, save that it waits seconds for a provider that is slow, and not half a minute. */
const impatient = {
  ...oidc,
  open: (settings: Parameters<typeof oidc.open>[0]) =>
    Effect.flatMap(Outbound, (rules) =>
      Effect.provideService(oidc.open(settings), Outbound, { ...rules, timeoutMillis: 3_000 }),
    ),
};

const entrance = (url: string, organization: string, slug: string) =>
  `${url}/login/${organization}/${slug}?${new URLSearchParams({ application: "shop", return_to: returnTo, state: "mine-and-random" })}`;

const add = `mutation($organization: String!, $slug: String!, $settings: [SettingInput!]!, $same: String) {
  addConnection(organization: $organization, kind: OIDC, slug: $slug, settings: $settings, unchecked: true,
    sameDirectoryAs: $same) { slug } }`;

export const openHostileWorld = async () => {
  const provider = await startHostileProvider();
  const dns = await startNameServer();
  const server = await startServer(
    { ROLEBRIDGE_ALLOWED_ORIGINS: provider.origin, ROLEBRIDGE_DNS_SERVERS: dns.address },
    { _tag: "Memory" },
    { connectors: [impatient] },
  );
  const ask = asker(server);
  await ask("mutation($organization: String!) { createOrganization(slug: $organization) { id } }", {
    organization: "globex",
  });
  const secret = await addApplication(ask);
  await addApplication(asker(server, "globex"));

  /** `same`: declared one directory with that one. */
  const connect = async (slug: string, bend: Bend, organization = "acme", same?: string) => {
    const issuer = provider.issuer(`${organization}-${slug}`, bend);
    const settings = { issuer: issuer.url, clientId, clientSecret, ...bend.settings };
    await asker(server, organization)(add, {
      slug,
      same,
      settings: Object.entries(settings).map(([name, value]) => ({ name, value })),
    });
    return issuer;
  };
  const { addDomain } = await ask(
    'mutation($organization: String!) { addDomain(organization: $organization, name: "acme.test") { recordName recordValue } }',
  );
  dns.publish(addDomain.recordName, [[addDomain.recordValue]]);
  await ask(
    'mutation($organization: String!) { verifyDomain(organization: $organization, name: "acme.test") { outcome } }',
  );
  await connect("elsewhere", {});
  await connect("abroad", {}, "globex");

  const come = async (
    slug: string,
    organization = "acme",
    browser: Browser = newBrowser(),
  ): Promise<Came> => {
    const callback = `/login/${organization}/${slug}/callback`;
    const step = await browser.follow(entrance(server.url, organization, slug), (url) =>
      url.includes(callback),
    );
    return { browser, reply: new URL(step.location ?? "about:blank") };
  };
  const others = (slug: string): Others => ({
    again: (browser) => come(slug, "acme", browser),
    elsewhere: () => come("elsewhere"),
    abroad: () => come("abroad", "globex"),
    stranger: newBrowser,
  });
  /** A whole login. Where it cannot even begin, what was answered to that. */
  const login = async (slug: string, { bring }: Bend = {}): Promise<Brought> => {
    const browser = newBrowser();
    const callback = `/login/acme/${slug}/callback`;
    const step = await browser.follow(entrance(server.url, "acme", slug), (url) => url.includes(callback));
    if (step.location === null) return step;
    const came = { browser, reply: new URL(step.location) };
    return bring === undefined ? browser.open(came.reply.href) : bring(came, others(slug));
  };

  const count = (organization: string) =>
    server.run(
      Effect.gen(function* () {
        const store = yield* Store;
        const found = yield* findOrganization(organization);
        if (found === undefined) return yield* Effect.die(new Error(`There is no ${organization}.`));
        return yield* store.tenant(found.id, (tx) =>
          Effect.promise(async () => {
            const { rows } = await sql<{ accounts: number; people: number; codes: ReadonlyArray<string> }>`
              select (select count(*)::int from account) accounts, (select count(*)::int from directory_user) people,
                array(select id::text from login_code) codes`.execute(tx.db);
            return rows;
          }),
        );
      }),
    );
  return {
    server,
    provider,
    ask,
    connect,
    login,
    post: (path: string, body: object) =>
      server.request(path, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    /** What a login leaves behind where it is taken. */
    kept: async () => {
      const all = [...(await count("acme")), ...(await count("globex"))];
      return {
        rows: all.map(({ accounts, people }) => ({ accounts, people })),
        codes: all.flatMap(({ codes }) => codes),
      };
    },
    trace: async (id: string) => {
      const { organization } = await ask(
        `query($organization: String!, $id: ID!) { organization(slug: $organization) {
          login(id: $id) { outcome account checks { name passed detail } } } }`,
        { id },
      );
      return organization.login;
    },
  };
};

export type HostileWorld = Awaited<ReturnType<typeof openHostileWorld>>;
