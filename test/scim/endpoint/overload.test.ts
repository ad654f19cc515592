/** More at once than can be worked on: late, or told to come back; never an error. */
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { asSuperuser, hasPostgres, newDatabase, postgresMissing } from "../../support/engines.ts";
import { startServer } from "../../support/server.ts";

const suite = hasPostgres ? "a flood" : `a flood (skipped, because ${postgresMissing})`;

describe.skipIf(!hasPostgres)(suite, async () => {
  if (!hasPostgres) return;
  const { location, superuser } = await newDatabase();
  const server = await startServer({}, location);

  it("waits up to a limit; beyond it each is told in whole seconds when to come back", async () => {
    await asSuperuser(superuser, async (client) => {
      await client.query("begin");
      await client.query("lock table scim_token in access exclusive mode");
      const flood = Array.from({ length: 300 }, () => server.scim("GET", "/Users?count=1"));
      const first = await Promise.race(flood);
      expect([first.status, first.body.status, first.body.schemas]).toEqual([
        429,
        "429",
        ["urn:ietf:params:scim:api:messages:2.0:Error"],
      ]);
      expect(first.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
      await client.query("rollback");
      const answers = Map.groupBy(await Promise.all(flood), ({ status }) => status);
      expect([...answers.keys()].toSorted()).toEqual([200, 429]);
      // Those that waited and those that were at work.
      expect(answers.get(200)?.length).toBeGreaterThanOrEqual(200);
    });
    expect((await server.scim("GET", "/Users?count=1")).status).toBe(200);
  });

  it("of strangers who name the organization is no wait for those who proved who they are", async () => {
    // rbs_, organization and token id in 43 characters, _, the secret.
    const { scimToken } = server.quickStart;
    const organization = Buffer.from(scimToken.slice(4, 47), "base64url").subarray(0, 16);
    const forged = () => {
      const ids = Buffer.concat([organization, crypto.getRandomValues(new Uint8Array(16))]);
      return `rbs_${ids.toString("base64url")}_${scimToken.slice(48)}`;
    };
    await asSuperuser(superuser, async (client) => {
      await client.query("begin");
      await client.query("lock table scim_token in access exclusive mode");
      const flood = Array.from({ length: 300 }, () => server.scim("GET", "/Users", undefined, forged()));
      expect((await Promise.race(flood)).status).toBe(429);
      const known = server.scim("GET", "/Users?count=1");
      await client.query("rollback");
      expect((await known).status).toBe(200);
      expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401, 429]));
    });
  });

  it("of large bodies is not read for who has no good credential", async () => {
    const headers = {
      authorization: `Bearer ${server.quickStart.scimToken.slice(0, -3)}AAA`,
      "content-type": "application/scim+json",
      "content-length": 100_000,
    };
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(`${server.url}/scim/v2/Users`, { method: "POST", headers }, (incoming) => {
        resolve(incoming.statusCode);
        outgoing.destroy();
      });
      outgoing.on("error", reject);
      // The head and the beginning; the rest never comes.
      outgoing.write("{");
    });
    expect(status).toBe(401);
  });
});
