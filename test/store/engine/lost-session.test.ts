/** Sessions that PostgreSQL ends in the middle of a transaction: each is replaced, however many there are. */
import { Effect, ManagedRuntime } from "effect";
import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import type { OrganizationId } from "../../../src/domain/index.ts";
import { Store, type TenantTx } from "../../../src/store/index.ts";
import { asSuperuser, hasPostgres, newDatabase, postgresMissing } from "../../support/engines.ts";

const suite = hasPostgres ? "a lost session" : `a lost session (skipped, because ${postgresMissing})`;
const organization = "00000000-0000-7000-8000-000000000000" as OrganizationId;

describe.skipIf(!hasPostgres)(suite, async () => {
  if (!hasPostgres) return;
  const { location, superuser } = await newDatabase(2);
  const runtime = ManagedRuntime.make(Store.layer(location));
  afterAll(() => runtime.dispose());

  const inTransaction = (body: (tx: TenantTx) => Promise<unknown>) =>
    runtime.runPromise(
      Effect.exit(
        Effect.flatMap(Store, (store) => store.tenant(organization, (tx) => Effect.promise(() => body(tx)))),
      ),
    );

  const pidOf = async ({ db }: TenantTx) =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;

  /** As a failover ends it: while the transaction waits for nothing. */
  const endSession = (pid: number | undefined) =>
    asSuperuser(superuser, (client) => client.query("select pg_terminate_backend($1, 5000)", [pid]));

  it("leaves its place in the pool, also when more are lost than there are places", async () => {
    for (let lost = 0; lost < 5; lost += 1) {
      const exit = await inTransaction(async (tx) => {
        await endSession(await pidOf(tx));
        await pidOf(tx);
      });
      expect(exit._tag).toBe("Failure");
    }
    expect((await inTransaction(pidOf))._tag).toBe("Success");
  });
});
