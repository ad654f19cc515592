/** What the suites about addresses share: organizations with credentials, and requests at any address. */
import { expect } from "vitest";
import { dataOf } from "../../graphql/support.ts";
import { raw } from "../../support/raw.ts";
import type { TestServer } from "../../support/server.ts";

export const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
export const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const bulkUrn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

export const worldOf = (server: TestServer) => {
  const run = async (document: string, variables: object = {}) =>
    dataOf(await server.graphql(document, variables));

  /** An organization with a SCIM connection, and a token of that. */
  const organization = async (slug: string, project = "default", environment = "production") => {
    await run(
      `mutation { createOrganization(slug: "${slug}", project: "${project}", environment: "${environment}") { id } }`,
    );
    await run(`mutation { addConnection(organization: "${slug}", kind: SCIM, slug: "scim") { id } }`);
    const { createScimToken } = await run(
      `mutation { createScimToken(organization: "${slug}", connection: "scim", label: "x") { id token } }`,
    );
    return createScimToken as { readonly id: string; readonly token: string };
  };

  const environmentToken = async (project = "default", environment = "production") => {
    const { createEnvironmentToken } = await run(
      `mutation { createEnvironmentToken(project: "${project}", environment: "${environment}", label: "x") { id token } }`,
    );
    return createEnvironmentToken as { readonly id: string; readonly token: string };
  };

  const mark = (slug: string, connection: string | null = "scim") =>
    run(
      "mutation ($slug: String!, $connection: String) { markConnection(organization: $slug, connection: $connection) { id } }",
      {
        slug,
        connection,
      },
    );

  /** Any target as it is written, which `fetch` would tidy. */
  const ask = (
    token: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    raw(
      `${server.url}${path}`,
      method,
      {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/scim+json" }),
        ...headers,
      },
      body === undefined ? undefined : JSON.stringify(body),
    );

  const events = async (slug: string, type: string) => {
    const { organization } = await run(
      `{ organization(slug: "${slug}") { events(first: 200) { type actorKind actorId subjectId connection data } } }`,
    );
    return organization.events.filter((event: { type: string }) => event.type === type);
  };

  const systemEvents = async (type: string) => {
    const { systemEvents: all } = await run(
      "{ systemEvents(first: 200) { type actorKind actorId subjectId data } }",
    );
    return all.filter((event: { type: string }) => event.type === type);
  };

  return { run, organization, environmentToken, mark, ask, events, systemEvents };
};

type Asked = Awaited<ReturnType<ReturnType<typeof worldOf>["ask"]>>;

/** Everything but what differs from one request to the next. */
const seen = ({ status, headers, body }: Asked) => {
  const { date, "x-request-id": _id, ...rest } = headers;
  return { status, headers: rest, body };
};

export const expectSame = (answer: Asked, stranger: Asked) => expect(seen(answer)).toEqual(seen(stranger));

let people = 0;
export const person = (more: object = {}) => {
  people += 1;
  return { schemas: [userUrn], userName: `p${people}@acme.test`, ...more };
};
