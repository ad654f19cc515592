/** What an organization switches about SCIM as a whole. */
import { Effect } from "effect";
import { first, oneRow, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { makeScimSettings } from "./settings.ts";

export interface ScimSwitches {
  /** Off: every SCIM credential of the organization is refused. */
  readonly enabled: boolean;
  /** Are users of other domains than its own refused? */
  readonly domainsOnly: boolean;
  /** Are its roles shown at `/Roles`? */
  readonly roles: boolean;
}

const columns = ["enabled", "domains_only as domainsOnly", "roles"] as const;
const defaults: ScimSwitches = { enabled: true, domainsOnly: false, roles: false };

export const scimSwitches = (tx: TenantTx) =>
  first(
    tx.db
      .selectFrom("scim_settings")
      .select(columns)
      .where("organization_id", "=", tx.organization)
      .$castTo<ScimSwitches>(),
  ).pipe(Effect.map((found) => found ?? defaults));

/** The same, and nobody else changes them until the transaction ends. */
export const lockScimSwitches = Effect.fn("lockScimSwitches")(function* (tx: TenantTx) {
  yield* makeScimSettings(tx);
  const locked = tx.db
    .selectFrom("scim_settings")
    .select(columns)
    .where("organization_id", "=", tx.organization)
    .forUpdate()
    .$castTo<ScimSwitches>();
  return yield* Effect.flatMap(run(locked), oneRow);
});

export const setScimSwitches = (tx: TenantTx, { enabled, domainsOnly, roles }: ScimSwitches) =>
  run(
    tx.db
      .updateTable("scim_settings")
      .set({ enabled, domains_only: domainsOnly, roles })
      .where("organization_id", "=", tx.organization),
  );
