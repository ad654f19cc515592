/** SCIM tokens of environments. Reached through `system.ts` only. */
import { sql } from "kysely";
import type { ConnectionId, EnvironmentId, OrganizationId, TokenId } from "../../domain/index.ts";
import { type ConnectionProfile, recording, scimEnabled, strict, switches } from "../connection/profile.ts";
import { first, run } from "../engine/run.ts";
import type { SystemTx, TenantTx } from "../store.ts";
import type { SystemTables, TenantTables } from "../tables/index.ts";
import { organizationAt, type ScimPlace } from "./places.ts";

export interface EnvironmentTokenRow {
  readonly id: TokenId;
  readonly label: string;
  readonly project: string;
  readonly environment: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** A presented token, as far as finding it goes. */
export interface PresentedToken {
  readonly environment: EnvironmentId;
  readonly id: TokenId;
}

const live = sql<boolean>`t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`;

/** The token, and the organization at `place` where that is in the token's environment. */
export const findAccess = (
  tx: SystemTx,
  { environment, id }: PresentedToken,
  place: ScimPlace | undefined,
) => {
  const organization =
    place === undefined
      ? sql<null>`null`
      : organizationAt(tx, place).where("o.environment_id", "=", environment);
  return first(
    tx.db
      .selectFrom("environment_token as t")
      .select(["t.hash", live.as("live"), organization.as("organizationId")])
      .where("t.id", "=", id)
      .where("t.environment_id", "=", environment)
      .$castTo<{
        readonly hash: string;
        readonly live: boolean;
        readonly organizationId: OrganizationId | null;
      }>(),
  );
};

/** What deciding about a request in one organization needs. */
export interface EnvironmentCredential extends ConnectionProfile {
  readonly hash: string;
  readonly live: boolean;
  readonly stale: boolean;
  /** The connection that the organization marks for its environment; null: none. */
  readonly connectionId: ConnectionId | null;
  /** Is that connection enabled, and SCIM in its organization? */
  readonly open: boolean;
}

/** The same in the transaction of an organization of its environment, with the connection marked there. */
export const findCredentialIn = ({ organization, em }: TenantTx, { environment, id }: PresentedToken) =>
  first(
    em
      .getKysely<SystemTables & TenantTables>()
      .selectFrom("environment_token as t")
      .innerJoin("organization as o", "o.environment_id", "t.environment_id")
      .leftJoin("connection as c", (join) =>
        join.onRef("c.organization_id", "=", "o.id").on("c.for_environment", "=", true),
      )
      .leftJoin("scim_settings as scim", "scim.organization_id", "o.id")
      .select([
        "t.hash",
        "c.id as connectionId",
        strict,
        recording,
        ...switches,
        live.as("live"),
        sql<boolean>`coalesce(t.last_used_at < now() - interval '1 minute', true)`.as("stale"),
        sql<boolean>`coalesce(c.enabled and c.kind = 'scim', false) and ${scimEnabled}`.as("open"),
      ])
      .where("t.id", "=", id)
      .where("t.environment_id", "=", environment)
      .where("o.id", "=", organization)
      .$castTo<EnvironmentCredential>(),
  );

/** Skips the note when another request is just making it. */
export const noteUse = ({ db }: SystemTx, id: TokenId) =>
  run(
    db
      .updateTable("environment_token")
      .set({ last_used_at: sql`now()` })
      .where("id", "in", (query) =>
        query.selectFrom("environment_token").select("id").where("id", "=", id).forUpdate().skipLocked(),
      ),
  );

export const insertToken = (
  { db }: SystemTx,
  environment: EnvironmentId,
  token: {
    readonly id: TokenId;
    readonly hash: string;
    readonly label: string;
    readonly expiresAt: Date | null;
  },
) =>
  run(
    db.insertInto("environment_token").values({
      id: token.id,
      environment_id: environment,
      hash: token.hash,
      label: token.label,
      expires_at: token.expiresAt,
    }),
  );

export const countLive = ({ db }: SystemTx, environment: EnvironmentId) =>
  first(
    db
      .selectFrom("environment_token as t")
      .select(sql<number>`count(*)::int`.as("count"))
      .where("t.environment_id", "=", environment)
      .where(live),
  );

const tokens = ({ db }: SystemTx) =>
  db
    .selectFrom("environment_token as t")
    .innerJoin("environment as e", "e.id", "t.environment_id")
    .innerJoin("project as p", "p.id", "e.project_id")
    .select([
      "t.id",
      "t.label",
      "p.slug as project",
      "e.slug as environment",
      "t.created_at as createdAt",
      "t.expires_at as expiresAt",
      "t.revoked_at as revokedAt",
      "t.last_used_at as lastUsedAt",
    ])
    .orderBy("t.id")
    .$castTo<EnvironmentTokenRow>();

export const listTokens = (tx: SystemTx) => run(tokens(tx));
export const findToken = (tx: SystemTx, id: string) => first(tokens(tx).where("t.id", "=", id));

/** Gives what was ended: nothing when it was ended already, or never was. */
export const revokeToken = ({ db }: SystemTx, id: string) =>
  first(
    db
      .updateTable("environment_token")
      .set({ revoked_at: sql`now()` })
      .where("id", "=", id)
      .where("revoked_at", "is", null)
      .returning("id"),
  );
