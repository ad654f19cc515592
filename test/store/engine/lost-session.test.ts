/** Sessions that PostgreSQL ends in the middle of a transaction: each is replaced, however many there are. */
import { Effect, ManagedRuntime } from "effect";
import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import type { OrganizationId } from "../../../src/domain/index.ts";
import { Store } from "../../../src/store/index.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../../support/engines.ts";

const suite = hasPostgres ? "a lost session" : `a lost session (skipped, because ${postgresMissing})`;
const organization = "00000000-0000-7000-8000-000000000000" as OrganizationId;

describe.skipIf(!hasPostgres)(suite, async () => {
  if (!hasPostgres) return;
  const { location } = await newDatabase(2);
  const runtime = ManagedRuntime.make(Store.layer(location));
  afterAll(() => runtime.dispose());

  const inTransaction = (statement: string) =>
    runtime.runPromise(
      Effect.flatMap(Store, (store) =>
        store.tenant(organization, ({ db }) => Effect.promise(() => sql.raw(statement).execute(db))),
      ).pipe(Effect.exit),
    );

  it("leaves its place in the pool, also when more are lost than there are places", async () => {
    for (let lost = 0; lost < 5; lost += 1) {
      expect((await inTransaction("select pg_terminate_backend(pg_backend_pid())"))._tag).toBe("Failure");
    }
    expect((await inTransaction("select 1"))._tag).toBe("Success");
  });
});
