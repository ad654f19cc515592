/** What a recording does to requests, and how it ends when nobody takes it. */
import { Effect } from "effect";
import { describe, expect, it } from "vitest";
import { listOrganizations, listRecordings, Store, type TenantTx } from "../../../src/store/index.ts";
import { sweep } from "../../../src/sync/index.ts";
import { startServer } from "../../support/server.ts";
import { watchSql } from "../../support/sql.ts";

const sql = watchSql();
const server = await startServer();

const ask = async (query: string) => {
  const { body } = await server.graphql(query);
  expect(body.errors).toBeUndefined();
  return body.data;
};

const start = async (): Promise<string> =>
  (await ask('mutation { startRecording(organization: "acme", connection: "scim") { id } }')).startRecording
    .id;

const take = (id: string) => ask(`mutation { takeRecording(organization: "acme", id: "${id}") }`);

const inAcme = <A, E>(work: (tx: TenantTx) => Effect.Effect<A, E>) =>
  server.run(
    Effect.gen(function* () {
      const [organization] = yield* listOrganizations();
      if (organization === undefined) return yield* Effect.die("no organization");
      return yield* (yield* Store).tenant(organization.id, work);
    }),
  );

/** Moves the end of what is recorded into the past. */
const age = (hours: number) =>
  inAcme((tx) =>
    Effect.promise(() =>
      tx.db
        .updateTable("recording")
        .set({ ends_at: new Date(Date.now() - hours * 3_600_000) })
        .execute(),
    ),
  );

const keys = () =>
  inAcme((tx) => Effect.promise(() => tx.db.selectFrom("recording").select("key").execute()));

const read = () => server.scim("GET", "/Users?count=1");

describe("a request", () => {
  it("costs as many statements after a recording as before the first", async () => {
    await read();
    const before = await sql.count(read);
    await take(await start());
    await read();
    expect(await sql.count(read)).toBe(before);
  });

  it("is answered as ever where its exchange cannot be kept", async () => {
    const id = await start();
    sql.breakWhere("recorded_exchange", { code: "53100" });
    const answer = await server.scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "kept@acme.test",
    });
    expect(answer.status).toBe(201);
    // The embedded engine does one thing after the other: this is answered after the exchange was tried.
    expect((await server.scim("GET", `/Users/${answer.body.id}`)).status).toBe(200);
    sql.mend();
    const { steps } = (await take(id)).takeRecording;
    expect(steps.map(({ request }: { request: { method: string } }) => request.method)).not.toContain("POST");
  });
});

describe("a recording that nobody takes", () => {
  it("loses its key with its end, and is forgotten after a day", async () => {
    await start();
    expect(await keys()).toEqual([{ key: expect.any(String) }]);
    await age(1);
    await server.run(sweep());
    expect(await keys()).toEqual([{ key: null }]);
    expect(await inAcme(listRecordings)).toMatchObject([{ live: false }]);
    await age(25);
    await server.run(sweep());
    expect(await keys()).toEqual([]);
  });
});
