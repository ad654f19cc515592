/** What the rolling recomputation needs to know beside the facts, and how far it is. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, RoleKey } from "../../domain/index.ts";
import { first, run, uuids } from "../engine/run.ts";
import { nobody } from "../id.ts";
import type { TenantTx } from "../store.ts";
import type { WithheldRole } from "./guard.ts";

export interface ProofState {
  /** The account that was looked at last. */
  readonly after: string;
  /** Looked at since the beginning, and how often something was found. */
  readonly accounts: number;
  readonly differences: number;
  readonly checkedAt: Date | null;
  /** When everybody had been looked at last. */
  readonly roundAt: Date | null;
}

const unbegun: ProofState = { after: nobody, accounts: 0, differences: 0, checkedAt: null, roundAt: null };

export const proofState = (tx: TenantTx) =>
  first(
    tx.db
      .selectFrom("proof")
      .select([
        "after_account_id as after",
        sql<number>`accounts::float8`.as("accounts"),
        sql<number>`differences::float8`.as("differences"),
        "checked_at as checkedAt",
        "round_at as roundAt",
      ])
      .where("organization_id", "=", tx.organization)
      .$castTo<ProofState>(),
  ).pipe(Effect.map((row) => row ?? unbegun));

export interface ProofStep {
  /** Where to go on; the nil id: everybody has been looked at. */
  readonly after: string;
  readonly accounts: number;
  readonly differences: number;
}

/** Adds what one look found. */
export const noteProof = (tx: TenantTx, { after, accounts, differences }: ProofStep) =>
  run({
    execute: () =>
      sql`insert into proof (organization_id, after_account_id, accounts, differences, round_at)
        values (${tx.organization}, ${after}::uuid, ${accounts}, ${differences},
          case when ${after}::uuid = ${nobody}::uuid then now() end)
        on conflict (organization_id) do update set after_account_id = excluded.after_account_id,
          accounts = proof.accounts + excluded.accounts, differences = proof.differences + excluded.differences,
          checked_at = now(), round_at = coalesce(excluded.round_at, proof.round_at)`.execute(tx.db),
  });

/** Which of these accounts wait to be looked at. */
export const waitingAmong = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  run(
    tx.db
      .selectFrom("pending_account")
      .select("account_id as id")
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`account_id = ${uuids(accounts)}`),
  ).pipe(Effect.map((rows) => new Set(rows.map(({ id }) => id))));

/** What the guard keeps for these accounts. */
export const withheldOf = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  run(
    tx.db
      .selectFrom("withheld")
      .select(["account_id as account", "role", "scope"])
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`account_id = ${uuids(accounts)}`)
      .$castTo<WithheldRole>(),
  );

/** The version that was in force at a moment, in milliseconds since 1970; 0: none was. */
export const versionAt = (tx: TenantTx, moment: number) =>
  first(
    tx.db
      .selectFrom("mapping_version")
      .select("version")
      .where("organization_id", "=", tx.organization)
      .where("state", "in", ["published", "superseded"])
      .where(sql<boolean>`extract(epoch from published_at) * 1000 <= ${moment}::float8`)
      .orderBy("published_at", "desc")
      .limit(1),
  ).pipe(Effect.map((row) => row?.version ?? 0));

/** The roles of a past catalogue, as far as they decide. */
export interface CatalogueRole {
  readonly key: RoleKey;
  readonly reserved: boolean;
  readonly ladder: string | null;
  readonly rank: number | null;
}

/** The latest catalogues, the one that counts now first. */
export const pastCatalogues = (tx: TenantTx, limit: number) =>
  run(
    tx.db
      .selectFrom("catalogue_version")
      .select(sql<ReadonlyArray<CatalogueRole>>`document->'roles'`.as("roles"))
      .where("organization_id", "=", tx.organization)
      .orderBy("version", "desc")
      .limit(limit),
  ).pipe(Effect.map((rows) => rows.map(({ roles }) => roles)));
