/** A server with a directory in memory behind its connections, and the commands about them. */
import { Logger } from "effect";
import { afterEach, beforeEach, expect } from "vitest";
import { makeOutside, smallDirectory } from "../../support/directory.ts";
import { startServer } from "../../support/server.ts";
import { dataOf } from "../support.ts";

export const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);

export { outside };

const logged: Array<string> = [];
const logger = Logger.make<unknown, void>(({ message, cause }) => {
  logged.push(JSON.stringify([message, cause]));
});
export const server = await startServer({}, undefined, { connectors, logger });

export const address = "https://keycloak.acme.test";
export const required = { baseUrl: address, realm: "acme", clientId: "rolebridge", clientSecret: secret };
export const given = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

export const addition = `mutation ($slug: String!, $settings: [SettingInput!]!, $every: Int, $ca: String, $unchecked: Boolean! = false) {
  addConnection(organization: "acme", kind: KEYCLOAK, slug: $slug, settings: $settings, every: $every,
    certificateAuthority: $ca, unchecked: $unchecked) { id slug settings sync { state everySeconds } } }`;

let made = 0;
export const newSlug = () => {
  made += 1;
  return `kc-${made}`;
};

export const add = (more: object = {}, settings: Readonly<Record<string, string>> = required) =>
  server.graphql(addition, { slug: newSlug(), settings: given(settings), every: null, ...more });

export const added = async (more: object = {}) => dataOf(await add(more)).addConnection;

export const change = (slug: string, settings: Readonly<Record<string, string>>, more: object = {}) =>
  server.graphql(
    `mutation ($slug: String!, $settings: [SettingInput!]!, $ca: String, $unchecked: Boolean! = false) {
      updateConnectionSettings(organization: "acme", connection: $slug, settings: $settings,
        certificateAuthority: $ca, unchecked: $unchecked) { settings } }`,
    { slug, settings: given(settings), ...more },
  );

export const test = (slug: string) =>
  server.graphql(
    `mutation ($slug: String!) { testConnection(organization: "acme", connection: $slug) {
      latencyMillis version sees lacks { what remedy } reason detail } }`,
    { slug },
  );

export const start = (slug: string, person?: string) =>
  server.graphql(
    `mutation ($slug: String!, $person: String) {
      startSync(organization: "acme", connection: $slug, person: $person) { id state trigger userId requestedBy connection } }`,
    { slug, person },
  );

export const acme = async (fields: string) =>
  dataOf(await server.graphql(`{ organization(slug: "acme") { ${fields} } }`)).organization;

const sync =
  "sync { state everySeconds dueAt lastSuccessAt failures quarantinedAt reason detail users groups lastRun { id state } }";
export const connectionOf = async (slug: string) => {
  const { connections } = await acme(`connections { id slug settings enabled ${sync} }`);
  return connections.find((one: { slug: string }) => one.slug === slug);
};

export const runsOf = async (slug: string) =>
  (await acme(`runs(connection: "${slug}") { id state userId reason detail trigger }`)).runs;

/** Waits until nothing of the connection waits or runs. */
export const settled = async (slug: string) => {
  const busy = async () =>
    (await runsOf(slug)).filter(({ state }: { state: string }) => /WAITING|RUNNING/.test(state)).length;
  await expect.poll(busy, { timeout: 20_000 }).toBe(0);
  return connectionOf(slug);
};

export const messages = ({ body }: { body: { errors?: ReadonlyArray<{ message: string }> } }) =>
  (body.errors ?? []).map(({ message }) => message).join("\n");

/** Before each test everything is as usual; after it nothing is under way, and no secret was logged. */
export const around = () => {
  beforeEach(() => {
    outside.directory = smallDirectory();
    outside.secret = secret;
    outside.lacks = [];
    outside.fault = undefined;
    outside.asked.length = 0;
  });

  afterEach(async () => {
    const busy = async () =>
      (await acme("runs(first: 50) { state }")).runs.filter(({ state }: { state: string }) =>
        /WAITING|RUNNING/.test(state),
      ).length;
    // Else what one test began would ask the directory of the next.
    await expect.poll(busy, { timeout: 20_000 }).toBe(0);
    for (const line of logged) expect(line).not.toContain(secret);
  });
};
