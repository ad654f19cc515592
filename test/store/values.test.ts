/** No value of a statement reaches the log, whatever the database says about it, on both engines. */
import { Cause, Effect, Exit } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/store/engine/run.ts";
import { Store } from "../../src/store/index.ts";
import { engines } from "../support/engines.ts";
import { newOrganization, openWorld, type World } from "../support/world.ts";

describe.each(engines)("a statement that the database refuses, on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  it.skipIf(skip)("leaves its code and its constraint, and none of its values", async () => {
    const secret = "ada-lovelace@acme.test";
    const exit = await world.runPromiseExit(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization("okta");
        yield* store.tenant(id, (tx) =>
          run({
            execute: () =>
              sql`insert into connection (organization_id, id, kind, slug, name, directory_id)
                select organization_id, gen_random_uuid(), kind, slug, ${secret}, directory_id from connection`.execute(
                tx.db,
              ),
          }),
        );
      }),
    );
    const told = Exit.isFailure(exit) ? Cause.pretty(exit.cause) + JSON.stringify(exit) : "";
    expect(told).toContain("SQLSTATE 23505");
    expect(told).toContain("connection_organization_id_slug_key");
    expect(told).not.toContain(secret);
    expect(told).not.toContain("okta");
  });
});
