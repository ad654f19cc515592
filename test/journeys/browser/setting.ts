/**
 * Two ways in for an organization, both of one realm of a real Keycloak: `sso` by OpenID Connect and `saml`. Each with the
 * demo application in a process of its own. Members of team1 read, those of team2 write.
 */
import { spawn } from "node:child_process";
import { Effect } from "effect";
import type { sql } from "kysely";
import type { Page } from "playwright-core";
import { afterAll, inject } from "vitest";
import { findOrganization, Store } from "../../../src/store/index.ts";
import { run } from "../../cli/support.ts";
import { makeRealm, type TestRealm } from "../../connectors/keycloak/realm.ts";
import { certificateOf, samlClient } from "../../login/saml.ts";
import { addPerson, loginClient, password } from "../../login/setting.ts";
import { asker } from "../../rest/support.ts";
import { type KeycloakServer, keycloakAnswers } from "../../support/keycloak.ts";
import { freePort } from "../../support/private-postgres.ts";
import { startServer } from "../../support/server.ts";
import { noChromium } from "./chromium.ts";
import { groupsOf } from "./groups.ts";

export const protocols = [
  { name: "OpenID Connect", slug: "sso" },
  { name: "SAML", slug: "saml" },
] as const;
export type Slug = (typeof protocols)[number]["slug"];

const demoFile = new URL("../../../docs/demo-application/demo.ts", import.meta.url).pathname;

const startDemo = async (env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [demoFile], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  afterAll(() => child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("ready") && resolve());
    child.once("exit", (code) => reject(new Error(`The demo ended with ${code}.`)));
  });
  return child;
};

const clientOfSaml = (url: string) =>
  samlClient(`${url}/login/acme/saml/metadata`, `${url}/login/acme/saml/callback`, [
    "username",
    "email",
    "firstName",
    "lastName",
  ]);

const settingsOf = async (slug: Slug, issuer: string): Promise<Readonly<Record<string, string>>> =>
  slug === "sso"
    ? { issuer, clientId: "rolebridge-login", clientSecret: password, preset: "keycloak" }
    : {
        idpEntityId: issuer,
        ssoUrl: `${issuer}/protocol/saml`,
        certificates: await certificateOf(issuer),
        preset: "keycloak",
        emailsAreVerified: "true",
      };

const grants = (connection: Slug) =>
  [
    ["/team1", "reader"],
    ["/team2", "writer"],
  ].map(([id, role]) => ({
    id: `${connection}-${role}`,
    when: { externalGroup: { connection, id } },
    grant: [role],
  }));

/** Rules of the mapping beside those of the logins. */
const openSetting = async (keycloak: KeycloakServer, rules: ReadonlyArray<object>) => {
  await keycloakAnswers(keycloak);
  const server = await startServer({ ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url });
  const ask = asker(server);
  const realm: TestRealm = await makeRealm(keycloak, 0);
  afterAll(() => realm.remove());
  const issuer = `${keycloak.url}/realms/${realm.name}`;
  await realm.admin.clients.create(loginClient(server.url));
  await realm.admin.clients.create(clientOfSaml(server.url));
  for (const key of ["reader", "writer"]) {
    await ask(
      `mutation($organization: String!, $key: String!) { createRole(organization: $organization, key: $key) { key } }`,
      { key },
    );
  }
  const addWay = async (slug: Slug) => {
    const settings = Object.entries(await settingsOf(slug, issuer)).map(([name, value]) => ({ name, value }));
    await ask(
      `mutation($organization: String!, $kind: ConnectionKind!, $slug: String!, $settings: [SettingInput!]!) {
        addConnection(organization: $organization, kind: $kind, slug: $slug, settings: $settings) { slug } }`,
      { kind: slug === "sso" ? "OIDC" : "SAML", slug, settings },
    );
    const port = String(await freePort());
    const url = `http://localhost:${port}`;
    const { createApplication } = await ask(
      `mutation($organization: String!, $slug: String!, $returnAddresses: [String!]!) {
        createApplication(organization: $organization, slug: $slug, returnAddresses: $returnAddresses) { secret } }`,
      { slug: `demo-${slug}`, returnAddresses: [`${url}/signed-in`] },
    );
    const child = await startDemo({
      ROLEBRIDGE_URL: server.url,
      ORGANIZATION: "acme",
      CONNECTION: slug,
      APPLICATION: `demo-${slug}`,
      APPLICATION_SECRET: createApplication.secret,
      PORT: port,
    });
    return { url, child };
  };
  const demos = { sso: await addWay("sso"), saml: await addWay("saml") };
  await ask(
    `mutation($organization: String!, $document: JSON!) {
      draftMapping(organization: $organization, document: $document) { version }
      publishMapping(organization: $organization) { version } }`,
    { document: { rules: [...grants("sso"), ...grants("saml"), ...rules] } },
  );
  const admin = realm.admin;
  const groupOf = async (name: string) =>
    (await admin.groups.find({ search: name, exact: true }))[0]?.id ?? "";
  return {
    server,
    ask,
    realm,
    demos,
    groupsOf: (slug: Slug) =>
      groupsOf(realm, slug, slug === "sso" ? "rolebridge-login" : `${server.url}/login/acme/saml/metadata`),
    addPerson: (username: string, groups: ReadonlyArray<string>) => addPerson(realm, username, groups),
    join: async (id: string, group: string) => admin.users.addToGroup({ id, groupId: await groupOf(group) }),
    leave: async (id: string, group: string) =>
      admin.users.delFromGroup({ id, groupId: await groupOf(group) }),
    /** As far as Keycloak's form, or back where Keycloak still knows them. */
    begin: async (page: Page, slug: Slug) => {
      await page.goto(demos[slug].url);
      await page.getByRole("link", { name: "Sign in" }).click();
    },
    /** A command line, as whoever looks after the organization types it. */
    rolebridge: async (...args: ReadonlyArray<string>) => {
      const env = { ROLEBRIDGE_URL: server.url, ROLEBRIDGE_TOKEN: server.quickStart.operatorToken };
      const { code, stdout, stderr } = await run([...args, "--organization", "acme"], { env });
      if (code !== 0) throw new Error(stderr);
      return stdout;
    },
    /** Changes rows of acme, to move what is kept of time. */
    change: (statement: ReturnType<typeof sql>) =>
      server.run(
        Effect.gen(function* () {
          const store = yield* Store;
          const found = yield* findOrganization("acme");
          if (found === undefined) throw new Error("There is no acme.");
          yield* store.tenant(found.id, (tx) => Effect.promise(() => statement.execute(tx.db)));
        }),
      ),
  };
};

export type Setting = Awaited<ReturnType<typeof openSetting>>;

interface AtBrowser {
  /** Only for tests that are not skipped. */
  readonly here: Setting;
  readonly missing: string | undefined;
  /** For a title: says why they are skipped, where they are. */
  readonly because: string;
}

/** The setting, where a browser and a Keycloak are found. */
export const atBrowser = async (rules: ReadonlyArray<object> = []): Promise<AtBrowser> => {
  const keycloak = inject("keycloak");
  const missing = noChromium ?? ("missing" in keycloak ? keycloak.missing : undefined);
  return missing !== undefined || "missing" in keycloak
    ? { here: undefined as never, missing, because: ` (skipped, because ${missing})` }
    : { here: await openSetting(keycloak, rules), missing, because: "" };
};

/** Fills in Keycloak's form. */
export const enter = async (page: Page, username: string) => {
  await page.locator("#username").fill(username);
  await page.locator("#password").fill(password);
  await page.locator("#kc-login").click();
};

/** What the demo shows of whoever is signed in. */
export const shown = async (page: Page) => {
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return {
    title: await page.locator("h1").innerText(),
    roles: (await page.locator("li").allInnerTexts()).toSorted(),
  };
};
