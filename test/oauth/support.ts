/** What the suites about OAuth clients share: making clients, asking for tokens, using them. */
import { expect } from "vitest";
import type { Answer, TestServer } from "../support/server.ts";

export interface Made {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const create = `mutation ($organization: String!, $connection: String!, $expiresAt: DateTime) {
  answer: createScimClient(organization: $organization, connection: $connection, label: "test", expiresAt: $expiresAt) {
    id clientId clientSecret } }`;
const rotate = `mutation ($id: ID!, $graceHours: Int) {
  answer: rotateScimClientSecret(organization: "acme", id: $id, graceHours: $graceHours) { id clientId clientSecret } }`;
const revoke = `mutation ($id: ID!) { answer: revokeScimClient(organization: "acme", id: $id) { revokedAt } }`;
const enable = `mutation ($connection: String!, $enabled: Boolean!) {
  answer: setConnectionEnabled(organization: "acme", connection: $connection, enabled: $enabled) { id } }`;
const add =
  'mutation ($slug: String!) { answer: addConnection(organization: "acme", kind: SCIM, slug: $slug) { id } }';

export const form = (fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams(fields).toString();
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`;

let connections = 0;

export const oauthOf = (server: TestServer) => {
  const change = async (mutation: string, variables: object) => {
    const answer = await server.graphql(mutation, variables);
    expect(answer.body.errors).toBeUndefined();
    return answer.body.data.answer;
  };
  /** A token request: `body` as it is. */
  const post = (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    server.request("/oauth/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body,
    });
  const ask = ({ clientId, clientSecret }: Pick<Made, "clientId" | "clientSecret">) =>
    post(form({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }));
  return {
    server,
    post,
    ask,
    change,
    /** A SCIM connection of its own: at most two clients live in each. */
    connection: async (): Promise<string> => {
      connections += 1;
      await change(add, { slug: `c${connections}` });
      return `c${connections}`;
    },
    client: (connection: string, expiresAt?: Date): Promise<Made> =>
      change(create, { organization: "acme", connection, expiresAt }),
    rotate: (id: string, graceHours: number): Promise<Made> => change(rotate, { id, graceHours }),
    revoke: (id: string) => change(revoke, { id }),
    enable: (connection: string, enabled: boolean) => change(enable, { connection, enabled }),
    /** The access token, of a request that must go well. */
    token: async (made: Made): Promise<string> => {
      const answer = await ask(made);
      expect(answer.status).toBe(200);
      return answer.body.access_token;
    },
    /** The status of a request with this token. */
    use: async (token: string) => (await server.scim("GET", "/Users?count=0", undefined, token)).status,
  };
};

export type OAuth = ReturnType<typeof oauthOf>;
