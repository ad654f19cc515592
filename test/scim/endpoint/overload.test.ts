/** More at once than can be worked on: late, or told to come back; never an error. */
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
});
