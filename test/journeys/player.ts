/** Plays recorded exchanges over HTTP, as the client sent them, in an organization of their own. */
import { expect } from "vitest";
import { raw } from "../support/raw.ts";
import type { TestServer } from "../support/server.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Besides those of the journey. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Exchange {
  readonly step: string;
  readonly request: Request;
  readonly response: { readonly status: number; readonly has?: object };
  /** Names for parts of the answer: an attribute, or `$requestId`. */
  readonly save?: Readonly<Record<string, string>>;
}

/** Requests that are under way at the same time, all answered alike. */
interface Together {
  readonly step: string;
  readonly together: ReadonlyArray<Request>;
  readonly response: Exchange["response"];
}

interface Explanation {
  readonly step: string;
  readonly explain: string;
  readonly roles: ReadonlyArray<string>;
  readonly active?: boolean;
  readonly because?: Readonly<Record<string, string>>;
}

export interface Journey {
  readonly name: string;
  readonly source: string;
  /** What of it nobody could look up, in words. */
  readonly unverified?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly steps: ReadonlyArray<Exchange | Together | Explanation>;
}

const explain = `query ($slug: String!, $name: String!) { organization(slug: $slug) { explain(name: $name) { account {
  active roles { role reasons { rule group connection requestId } } } } } }`;

/** An organization like the one of the quick start, and the token of its client. */
export interface World {
  readonly server: TestServer;
  readonly slug: string;
  readonly token: string;
}

export const newWorld = async (server: TestServer, slug: string): Promise<World> => {
  const ask = async (document: string, variables: object = {}) => {
    const { body } = await server.graphql(document, variables);
    expect(body.errors).toBeUndefined();
    return body.data;
  };
  const { organization } = await ask('{ organization(slug: "acme") { mapping { document } } }');
  const made = await ask(
    `mutation ($document: JSON!) { createOrganization(slug: "${slug}") { id }
      addConnection(organization: "${slug}", kind: SCIM, slug: "scim") { id }
      createRole(organization: "${slug}", key: "developer") { key }
      draftMapping(organization: "${slug}", document: $document) { version }
      publishMapping(organization: "${slug}") { version }
      createScimToken(organization: "${slug}", connection: "scim", label: "client") { token } }`,
    { document: organization.mapping.document },
  );
  return { server, slug, token: made.createScimToken.token };
};

type Known = Map<string, string>;
const fill = <T>(value: T, known: Known): T =>
  JSON.parse(
    JSON.stringify(value).replaceAll(
      /\{\{(\w+)\}\}/g,
      (_, name) => known.get(name) ?? `no ${name} was saved`,
    ),
  );

const send = async (
  { server, token }: World,
  headers: Journey["headers"],
  exchange: Exchange,
  known: Known,
) => {
  const { method, path, body, headers: own } = fill(exchange.request, known);
  const answer = await raw(
    `${server.url}/scim/v2${path}`,
    method,
    { ...headers, ...own, authorization: `Bearer ${token}` },
    body === undefined ? undefined : JSON.stringify(body),
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(exchange.response.status);
  if (answer.status !== 204) expect(answer.headers["content-type"]).toContain("application/scim+json");
  if (exchange.response.has !== undefined)
    expect(answer.body).toMatchObject(fill(exchange.response.has, known));
  for (const [name, from] of Object.entries(exchange.save ?? {})) {
    known.set(name, from === "$requestId" ? String(answer.headers["x-request-id"]) : answer.body[from]);
  }
};

const check = async ({ server, slug }: World, wanted: Explanation, known: Known) => {
  const { body } = await server.graphql(explain, { slug, name: wanted.explain });
  expect(body.errors).toBeUndefined();
  const [found] = body.data.organization.explain;
  expect(found.account.roles.map((role: { role: string }) => role.role)).toEqual(wanted.roles);
  if (wanted.active !== undefined) expect(found.account.active).toBe(wanted.active);
  if (wanted.because !== undefined) {
    expect(found.account.roles[0].reasons).toEqual([fill(wanted.because, known)]);
  }
};

const act = async (
  world: World,
  headers: Journey["headers"],
  one: Journey["steps"][number],
  known: Known,
) => {
  if ("explain" in one) return check(world, one, known);
  if ("request" in one) return send(world, headers, one, known);
  const { step, together, response } = one;
  await Promise.all(together.map((request) => send(world, headers, { step, request, response }, known)));
};

/** Plays a journey to its end; fails with the step that went otherwise. */
export const play = async (world: World, journey: Journey): Promise<void> => {
  const known: Known = new Map();
  for (const one of journey.steps) {
    await act(world, journey.headers, one, known).catch((error: Error) => {
      throw new Error(`${one.step}: ${error.message}`, { cause: error });
    });
  }
};
