import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, TokenId } from "../../domain/index.ts";
import { fixedFirst } from "../engine/fixed.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { type ConnectionProfile, recording, scimEnabled, strict, switches } from "./profile.ts";

export interface ScimTokenRow {
  readonly id: TokenId;
  readonly connectionId: ConnectionId;
  readonly connectionSlug: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export const addScimToken = (
  tx: TenantTx,
  token: {
    readonly id: TokenId;
    readonly connectionId: ConnectionId;
    readonly hash: string;
    readonly label: string;
    readonly expiresAt: Date | null;
    readonly forTest: boolean;
  },
) =>
  run(
    tx.db.insertInto("scim_token").values({
      organization_id: tx.organization,
      id: token.id,
      connection_id: token.connectionId,
      hash: token.hash,
      label: token.label,
      expires_at: token.expiresAt,
      for_test: token.forTest,
    }),
  );

/** What deciding about a request needs of its token and connection, in one statement. */
export interface Credential extends ConnectionProfile {
  readonly hash: string;
  readonly connectionId: ConnectionId;
  readonly live: boolean;
  readonly stale: boolean;
}

/** `live`: not expired, not revoked, its connection and its organization's SCIM enabled. `stale`: last use noted over a minute ago. */
export const findCredential = fixedFirst<{ readonly id: string }, Credential>((at, db) =>
  db
    .selectFrom("scim_token as t")
    .innerJoin("connection as c", (join) =>
      join.onRef("c.organization_id", "=", "t.organization_id").onRef("c.id", "=", "t.connection_id"),
    )
    .leftJoin("scim_settings as scim", "scim.organization_id", "t.organization_id")
    .select([
      "t.hash",
      "t.connection_id as connectionId",
      strict,
      recording,
      ...switches,
      sql<boolean>`t.revoked_at is null and (t.expires_at is null or t.expires_at > now()) and c.enabled and c.kind = 'scim' and ${scimEnabled}`.as(
        "live",
      ),
      sql<boolean>`coalesce(t.last_used_at < now() - interval '1 minute', true)`.as("stale"),
    ])
    .where("t.organization_id", "=", at.organization)
    .where("t.id", "=", at.id)
    .$castTo<Credential>(),
);

/** Skips the note when another request is just making it: nobody waits for a statistic. */
export const noteTokenUse = (tx: TenantTx, id: string) =>
  run(
    tx.db
      .updateTable("scim_token")
      .set({ last_used_at: sql`now()` })
      .where("id", "in", (query) =>
        query
          .selectFrom("scim_token")
          .select("id")
          .where("organization_id", "=", tx.organization)
          .where("id", "=", id)
          .forUpdate()
          .skipLocked(),
      )
      .where("organization_id", "=", tx.organization),
  );

/** Ends a token at once on every instance. Gives what was revoked: nothing when it was already, or never was. */
export const revokeScimToken = (tx: TenantTx, id: string) =>
  first(
    tx.db
      .updateTable("scim_token")
      .set({ revoked_at: sql`now()` })
      .where("id", "=", id)
      .where("revoked_at", "is", null)
      .returning(["id", "connection_id as connectionId"]),
  );

const tokens = (tx: TenantTx) =>
  tx.db
    .selectFrom("scim_token as t")
    .innerJoin("connection as c", (join) =>
      join.onRef("c.organization_id", "=", "t.organization_id").onRef("c.id", "=", "t.connection_id"),
    )
    .select([
      "t.id",
      "t.connection_id as connectionId",
      "c.slug as connectionSlug",
      "t.label",
      "t.created_at as createdAt",
      "t.expires_at as expiresAt",
      "t.revoked_at as revokedAt",
      "t.last_used_at as lastUsedAt",
    ])
    .orderBy("t.id")
    .$castTo<ScimTokenRow>();

export const listScimTokens = (tx: TenantTx) => run(tokens(tx));

export const findScimToken = (tx: TenantTx, id: string) => first(tokens(tx).where("t.id", "=", id));

/** How many tokens of a connection still open a door: those of its client, or those made for a test. */
export const countLiveTokens = (tx: TenantTx, connection: ConnectionId, forTest: boolean) =>
  run(
    tx.db
      .selectFrom("scim_token")
      .select(sql<number>`count(*)::int`.as("count"))
      .where("connection_id", "=", connection)
      .where("for_test", "=", forTest)
      .where("revoked_at", "is", null)
      .where(sql<boolean>`(expires_at is null or expires_at > now())`),
  ).pipe(Effect.map((rows) => rows[0]?.count ?? 0));
