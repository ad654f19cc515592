/** Whose a verified domain is: of all organizations, one. */
import { Effect } from "effect";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { systemIn } from "./scope.ts";

/** Gives the domain to the transaction's organization. False where another one has it. */
export const takeDomain = (tx: TenantTx, name: string) =>
  run(
    systemIn(tx)
      .db.insertInto("verified_domain")
      .values({ name, organization_id: tx.organization })
      .onConflict((conflict) => conflict.doNothing())
      .returning("name"),
  ).pipe(Effect.map((rows) => rows.length === 1));

export const freeDomain = (tx: TenantTx, name: string) =>
  run(
    systemIn(tx)
      .db.deleteFrom("verified_domain")
      .where("name", "=", name)
      .where("organization_id", "=", tx.organization),
  );
