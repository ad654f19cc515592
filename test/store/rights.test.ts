import { Effect, Redacted } from "effect";
import { describe, expect, it } from "vitest";
import { type Location, loginComplaintOf, Store } from "../../src/store/index.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../support/engines.ts";

const complaint = (location: Location) => Effect.runPromise(loginComplaintOf(location));

describe.skipIf(!hasPostgres)(`the application's login on PostgreSQL ${postgresMissing}`, () => {
  it("is complained about when it reads past row-level security or owns the tables, else not", async () => {
    const { location, superuser } = await newDatabase();
    if (location._tag !== "Server") return;
    await Effect.runPromise(Effect.scoped(Effect.provide(Effect.asVoid(Store), Store.layer(location))));
    expect(await complaint(location)).toBeUndefined();
    expect(await complaint({ ...location, url: location.migrationUrl })).toContain("owns the tables");
    const mighty = { ...location, url: Redacted.make(superuser) };
    expect(await complaint(mighty)).toContain("past row-level security");
  });
});
