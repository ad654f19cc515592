import { Effect } from "effect";
import { sql } from "kysely";
import type { Extension } from "../../domain/index.ts";
import { first, jsonb, oneRow, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** What an organization sets for SCIM as a whole. `version` counts up with every change. */
export interface ScimSettingsRow {
  readonly version: number;
  readonly schemas: ReadonlyArray<Extension>;
}

const settings = (tx: TenantTx) =>
  tx.db
    .selectFrom("scim_settings")
    .select(["version", "schemas"])
    .where("organization_id", "=", tx.organization)
    .$castTo<ScimSettingsRow>();

/** Undefined where the organization never set anything. */
export const findScimSettings = (tx: TenantTx) => first(settings(tx));

/** Makes the row with every default, where there is none. */
export const makeScimSettings = (tx: TenantTx) =>
  run(
    tx.db
      .insertInto("scim_settings")
      .values({
        organization_id: tx.organization,
        schemas: jsonb([]),
        version: 1,
        enabled: true,
        domains_only: false,
        roles: false,
      })
      .onConflict((conflict) => conflict.doNothing()),
  );

/** The same, made where there were none, and nobody else may change them until the transaction ends. */
export const lockScimSettings = Effect.fn("lockScimSettings")(function* (tx: TenantTx) {
  yield* makeScimSettings(tx);
  return yield* oneRow(yield* run(settings(tx).forUpdate()));
});

/** Every request from now on, on every instance, goes by these schemas. */
export const saveSchemas = (tx: TenantTx, schemas: ReadonlyArray<Extension>) =>
  run(
    tx.db
      .updateTable("scim_settings")
      .set({ schemas: jsonb(schemas), version: sql`version + 1` })
      .where("organization_id", "=", tx.organization),
  );
