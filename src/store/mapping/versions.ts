import { Effect } from "effect";
import { sql } from "kysely";
import type { JsonObject } from "../../domain/index.ts";
import { ahead } from "../engine/prepared.ts";
import { first, jsonb, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface MappingRow {
  readonly version: number;
  readonly state: "draft" | "published" | "superseded";
  readonly document: JsonObject;
  /** The operator who drafted it. */
  readonly authorId: string | null;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
}

const columns = [
  "version",
  "state",
  "document",
  "author_id as authorId",
  "created_at as createdAt",
  "published_at as publishedAt",
] as const;

/** Waits for every other transaction that drafts or publishes this organization's mapping. */
export const lockMapping = (tx: TenantTx) =>
  run({
    execute: () =>
      sql`select pg_advisory_xact_lock(hashtextextended(${tx.organization} || '|mapping', 0))`.execute(tx.db),
  });

/** The number of the published version; 0 where nothing was published yet. */
const lockName = (tx: TenantTx) => `mapping|${tx.organization}`;

/** While this transaction lasts, no other mapping is put in force. Taken before facts are read. */
export const shareMapping = (tx: TenantTx) =>
  run({
    execute: () =>
      sql`${sql.raw(ahead)}select pg_advisory_xact_lock_shared(hashtextextended(${lockName(tx)}, 0))`.execute(
        tx.db,
      ),
  });

/**
 * Waits for every transaction that evaluates by the mapping in force, and keeps later ones waiting. An account made
 * by one that had not committed would else be missed by "everyone", and keep what the old mapping gave it.
 */
export const holdMapping = (tx: TenantTx) =>
  run({
    execute: () => sql`select pg_advisory_xact_lock(hashtextextended(${lockName(tx)}, 0))`.execute(tx.db),
  });

export const publishedVersion = (tx: TenantTx) =>
  first(
    tx.db
      .selectFrom("mapping_version")
      .select("version")
      .where("organization_id", "=", tx.organization)
      .where("state", "=", "published"),
  ).pipe(Effect.map((row) => row?.version ?? 0));

export const findMapping = (tx: TenantTx, version: number) =>
  first(
    tx.db
      .selectFrom("mapping_version")
      .select(columns)
      .where("organization_id", "=", tx.organization)
      .where("version", "=", version)
      .$castTo<MappingRow>(),
  );

/** A version without its document. */
export interface MappingSummary {
  readonly version: number;
  readonly state: MappingRow["state"];
  readonly authorId: string | null;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
  readonly rules: number;
}

/** Newest first; `before` is the version to go on from. */
export const listMappings = (tx: TenantTx, limit: number, before?: number) => {
  const query = tx.db
    .selectFrom("mapping_version")
    .select([
      "version",
      "state",
      "author_id as authorId",
      "created_at as createdAt",
      "published_at as publishedAt",
      sql<number>`jsonb_array_length(document->'rules')`.as("rules"),
    ])
    .where("organization_id", "=", tx.organization)
    .orderBy("version", "desc")
    .limit(limit)
    .$castTo<MappingSummary>();
  return run(before === undefined ? query : query.where("version", "<", before));
};

export const findMappingIn = (tx: TenantTx, state: "draft" | "published") =>
  first(tx.db.selectFrom("mapping_version").select(columns).where("state", "=", state).$castTo<MappingRow>());

/** Makes `document` the draft: the next version, in place of an earlier draft. */
export const saveDraft = Effect.fn("saveDraft")(function* (
  tx: TenantTx,
  document: JsonObject,
  author: string | null,
) {
  yield* run(tx.db.deleteFrom("mapping_version").where("state", "=", "draft"));
  const next = sql<number>`(select coalesce(max(version), 0) + 1 from mapping_version
    where organization_id = ${tx.organization})`;
  const rows = yield* run(
    tx.db
      .insertInto("mapping_version")
      .values({
        organization_id: tx.organization,
        version: next,
        state: "draft",
        document: jsonb(document),
        author_id: author,
      })
      .returning("version"),
  );
  return rows[0]?.version ?? 0;
});

/** Puts `version` in force. Gives the number of rows published: 0 when it is no draft any more. */
export const publishDraft = Effect.fn("publishDraft")(function* (tx: TenantTx, version: number) {
  const draft = tx.db.selectFrom("mapping_version").select("version").where("version", "=", version);
  const found = yield* first(draft.where("state", "=", "draft").forUpdate());
  if (found === undefined) return 0;
  const update = tx.db.updateTable("mapping_version");
  yield* run(update.set({ state: "superseded" }).where("state", "=", "published"));
  yield* run(
    update.set({ state: "published", published_at: sql`clock_timestamp()` }).where("version", "=", version),
  );
  return 1;
});

/** Puts `document` in force as a version of its own. A draft stays what it is. */
export const publishDocument = Effect.fn("publishDocument")(function* (
  tx: TenantTx,
  document: JsonObject,
  author: string | null,
) {
  const update = tx.db.updateTable("mapping_version");
  yield* run(update.set({ state: "superseded" }).where("state", "=", "published"));
  const next = sql<number>`(select coalesce(max(version), 0) + 1 from mapping_version
    where organization_id = ${tx.organization})`;
  const rows = yield* run(
    tx.db
      .insertInto("mapping_version")
      .values({
        organization_id: tx.organization,
        version: next,
        state: "published",
        document: jsonb(document),
        author_id: author,
        published_at: sql`clock_timestamp()`,
      })
      .returning("version"),
  );
  return rows[0]?.version ?? 0;
});
