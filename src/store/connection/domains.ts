/** The domains that an organization claims, verified or not. Whose a verified one is, `workspace/domains.ts` keeps. */
import { Effect } from "effect";
import { sql } from "kysely";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface DomainRow {
  readonly name: string;
  /** What the TXT record must say. */
  readonly challenge: string;
  readonly createdAt: Date;
  readonly verifiedAt: Date | null;
}

const domains = (tx: TenantTx) =>
  tx.db
    .selectFrom("scim_domain")
    .select(["name", "challenge", "created_at as createdAt", "verified_at as verifiedAt"])
    .where("organization_id", "=", tx.organization)
    .orderBy("name")
    .$castTo<DomainRow>();

export const listDomains = (tx: TenantTx) => run(domains(tx));
export const findDomain = (tx: TenantTx, name: string) => first(domains(tx).where("name", "=", name));

/** The same, and nobody else changes it until the transaction ends. */
export const lockDomain = (tx: TenantTx, name: string) =>
  first(domains(tx).where("name", "=", name).forUpdate());

/** False where it is claimed already. */
export const addDomain = (tx: TenantTx, name: string, challenge: string) =>
  run(
    tx.db
      .insertInto("scim_domain")
      .values({ organization_id: tx.organization, name, challenge })
      .onConflict((conflict) => conflict.doNothing())
      .returning("name"),
  ).pipe(Effect.map((rows) => rows.length === 1));

export const setVerified = (tx: TenantTx, name: string) =>
  run(
    tx.db
      .updateTable("scim_domain")
      .set({ verified_at: sql`now()` })
      .where("organization_id", "=", tx.organization)
      .where("name", "=", name),
  );

export const deleteDomain = (tx: TenantTx, name: string) =>
  run(
    tx.db.deleteFrom("scim_domain").where("organization_id", "=", tx.organization).where("name", "=", name),
  );
