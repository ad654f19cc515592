/** Scopes that roles can be limited to, and versions of the catalogue. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { EventId } from "../../domain/index.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface ScopeRow {
  readonly key: string;
  readonly description: string;
  readonly createdAt: Date;
  /** Did an operator make it? Else a rule did, from a group's name. */
  readonly byOperator: boolean;
}

const madeByOperator = sql<boolean>`exists (select from event where event.organization_id = role_scope.organization_id
  and event.id = role_scope.cause_event_id and event.actor_kind = 'operator')`;

const scopes = (tx: TenantTx) =>
  tx.db
    .selectFrom("role_scope")
    .select(["key", "description", "created_at as createdAt", madeByOperator.as("byOperator")])
    .where("organization_id", "=", tx.organization)
    .$castTo<ScopeRow>();

/** In the order of their keys; `after` is the key to go on from. */
export const listScopes = (tx: TenantTx, limit: number, after = "") =>
  run(scopes(tx).where("key", ">", after).orderBy("key").limit(limit));

/** The scope, and nobody removes it until the transaction ends. */
export const useScope = (tx: TenantTx, key: string) => first(scopes(tx).where("key", "=", key).forShare());

/** False where it is there already. */
export const addScope = (tx: TenantTx, key: string, description: string, cause: EventId) =>
  run(
    tx.db
      .insertInto("role_scope")
      .values({ organization_id: tx.organization, key, description, cause_event_id: cause })
      .onConflict((conflict) => conflict.doNothing())
      .returning("key"),
  ).pipe(Effect.map((rows) => rows.length === 1));

/** The scope, and nobody changes or uses it until the transaction ends. */
export const lockScope = (tx: TenantTx, key: string) => first(scopes(tx).where("key", "=", key).forUpdate());

export const deleteScope = (tx: TenantTx, key: string) =>
  run(tx.db.deleteFrom("role_scope").where("organization_id", "=", tx.organization).where("key", "=", key));

export interface CatalogueVersionRow {
  readonly version: number;
  readonly at: Date;
  readonly cause: EventId;
  readonly roles: number;
}

/** Newest first; `before` is the version to go on from. */
export const listCatalogueVersions = (tx: TenantTx, limit: number, before?: number) =>
  run(
    tx.db
      .selectFrom("catalogue_version")
      .select([
        "version",
        "at",
        "cause_event_id as cause",
        sql<number>`jsonb_array_length(document->'roles')`.as("roles"),
      ])
      .where("organization_id", "=", tx.organization)
      .where("version", "<", before ?? 2_147_483_647)
      .orderBy("version", "desc")
      .limit(limit)
      .$castTo<CatalogueVersionRow>(),
  );
