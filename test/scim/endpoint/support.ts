/** What the endpoint's suites share: one suite on every engine, requests with headers, short ways to make things. */
import { describe } from "vitest";
import { engines } from "../../support/engines.ts";
import { type Answer, startServer, type TestServer } from "../../support/server.ts";

export const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
export const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const enterpriseUrn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export const patch = (...operations: ReadonlyArray<object>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});

export interface Client {
  readonly server: TestServer;
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  readonly user: (more?: object) => Promise<Answer["body"]>;
  readonly group: (members?: ReadonlyArray<string>, more?: object) => Promise<Answer["body"]>;
}

let count = 0;

export const clientOf = (server: TestServer, token = server.quickStart.scimToken): Client => {
  const send: Client["send"] = (method, path, body, headers = {}) =>
    server.request(`/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/scim+json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    server,
    send,
    user: async (more = {}) => {
      count += 1;
      return (await send("POST", "/Users", { schemas: [userUrn], userName: `u${count}@acme.test`, ...more }))
        .body;
    },
    group: async (members = [], more = {}) => {
      count += 1;
      const whole = {
        schemas: [groupUrn],
        displayName: `g${count}`,
        members: members.map((value) => ({ value })),
      };
      return (await send("POST", "/Groups", { ...whole, ...more })).body;
    },
  };
};

/** The suite on each engine, against a server of its own. */
export const onEachEngine = async (suite: (client: Client) => void): Promise<void> => {
  for (const engine of engines) {
    if (engine.skip) {
      describe.skip(`on the ${engine.name} engine`, () => undefined);
      continue;
    }
    const client = clientOf(await startServer({}, await engine.location()));
    describe(`on the ${engine.name} engine`, () => suite(client));
  }
};
