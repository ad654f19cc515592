/** A server with an application in an organization, and what its tests say to it. */
import { describe } from "vitest";
import { type EngineCase, engines } from "../support/engines.ts";
import { type Answer, startServer, type TestServer } from "../support/server.ts";

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** GraphQL that must go well, for `organization` in its variables. */
export const asker =
  (server: TestServer, organization = "acme") =>
  async (query: string, variables: object = {}): Promise<Answer["body"]> => {
    const { body } = await server.graphql(query, { organization, ...variables });
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
    return body.data;
  };

export type Ask = ReturnType<typeof asker>;

/** Makes an application and gives its secret. */
export const addApplication = async (ask: Ask, slug = "shop"): Promise<string> => {
  const made = await ask(
    `mutation($organization: String!, $slug: String!) { createApplication(organization: $organization, slug: $slug,
      returnAddresses: ["https://shop.acme.test/signed-in"]) { secret } }`,
    { slug },
  );
  return made.createApplication.secret;
};

/** What an application reads: `path` below `/v1`. */
/** Whoever is in the group /team1 of the connection `sso` is a member. */
export const publishMembers = async (ask: Ask): Promise<void> => {
  await ask(
    `mutation($organization: String!) { createRole(organization: $organization, key: "member") { key } }`,
  );
  const when = { externalGroup: { connection: "sso", id: "/team1" } };
  await ask(
    `mutation($organization: String!, $document: JSON!) { draftMapping(organization: $organization, document: $document) { version } }`,
    { document: { rules: [{ id: "members", when, grant: ["member"] }] } },
  );
  await ask(`mutation($organization: String!) { publishMapping(organization: $organization) { version } }`);
};

export const reader =
  (server: TestServer, secret: string) =>
  (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    server.request(`/v1${path}`, { headers: { authorization: `Bearer ${secret}`, ...headers } });

const made = ({ status, body }: Answer): string => {
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
};

/** The directory as its identity provider changes it. */
export const pusher = (server: TestServer, token = server.quickStart.scimToken) => ({
  user: async (userName: string, more: object = {}) =>
    made(await server.scim("POST", "/Users", { schemas: [userUrn], userName, ...more }, token)),
  group: async (displayName: string, members: ReadonlyArray<string>) => {
    const body = { schemas: [groupUrn], displayName, members: members.map((value) => ({ value })) };
    return made(await server.scim("POST", "/Groups", body, token));
  },
  patch: (path: string, ...Operations: ReadonlyArray<object>) =>
    server.scim("PATCH", path, { schemas: [patchUrn], Operations }, token),
});

/** The suite once on each engine, over HTTP. */
export const onEachEngine = async (suite: (server: TestServer) => void): Promise<void> => {
  const started = async (engine: EngineCase) => ({
    ...engine,
    server: engine.skip ? undefined : await startServer({}, await engine.location()),
  });
  for (const engine of engines) {
    const { name, server } = await started(engine);
    describe.skipIf(server === undefined)(`on ${name}`, () => {
      if (server !== undefined) suite(server);
    });
  }
};
