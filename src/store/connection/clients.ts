import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, JsonObject, ScimClientId } from "../../domain/index.ts";
import { first, jsonb, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { scimEnabled } from "./profile.ts";

/** What the assertions of a client must hold. Null stands for the client's own id, or for our own address. */
export interface AssertionRules {
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audience: string | null;
  /** One of the two: where the keys are, or the keys. */
  readonly jwksUrl: string | null;
  readonly jwks: JsonObject | null;
}

export interface ScimClientRow extends AssertionRules {
  readonly id: ScimClientId;
  readonly connectionId: ConnectionId;
  readonly connectionSlug: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** The live secrets, oldest first. */
  readonly secrets: ReadonlyArray<{ readonly createdAt: string; readonly expiresAt: string | null }>;
  /** Neither it, its connection nor its organization's SCIM was ended or disabled. */
  readonly live: boolean;
}

const liveSecret = sql<boolean>`s.revoked_at is null and (s.expires_at is null or s.expires_at > now())`;

export const addScimClient = (
  tx: TenantTx,
  client: { readonly id: ScimClientId; readonly connectionId: ConnectionId; readonly label: string },
  rules: AssertionRules | null,
) =>
  run(
    tx.db.insertInto("oauth_client").values({
      organization_id: tx.organization,
      id: client.id,
      connection_id: client.connectionId,
      label: client.label,
      issuer: rules?.issuer ?? null,
      subject: rules?.subject ?? null,
      audience: rules?.audience ?? null,
      jwks_url: rules?.jwksUrl ?? null,
      jwks: rules?.jwks ? jsonb(rules.jwks) : null,
    }),
  );

const clients = (tx: TenantTx) =>
  tx.db
    .selectFrom("oauth_client as o")
    .innerJoin("connection as c", (join) =>
      join.onRef("c.organization_id", "=", "o.organization_id").onRef("c.id", "=", "o.connection_id"),
    )
    .leftJoin("scim_settings as scim", "scim.organization_id", "o.organization_id")
    .select([
      "o.id",
      "o.connection_id as connectionId",
      "c.slug as connectionSlug",
      "o.label",
      "o.created_at as createdAt",
      "o.revoked_at as revokedAt",
      "o.last_used_at as lastUsedAt",
      "o.issuer",
      "o.subject",
      "o.audience",
      "o.jwks_url as jwksUrl",
      "o.jwks",
      sql<boolean>`o.revoked_at is null and c.enabled and c.kind = 'scim' and ${scimEnabled}`.as("live"),
      sql`coalesce((select jsonb_agg(jsonb_build_object('createdAt', s.created_at, 'expiresAt', s.expires_at) order by s.id)
        from oauth_secret s where s.organization_id = o.organization_id and s.client_id = o.id
        and o.revoked_at is null and ${liveSecret}), '[]')`.as("secrets"),
    ])
    .where("o.organization_id", "=", tx.organization)
    .orderBy("o.id")
    .$castTo<ScimClientRow>();

export const listScimClients = (tx: TenantTx) => run(clients(tx));

export const findScimClient = (tx: TenantTx, id: string) => first(clients(tx).where("o.id", "=", id));

/** How many clients of a connection were not ended. */
export const countLiveClients = (tx: TenantTx, connection: ConnectionId) =>
  run(
    tx.db
      .selectFrom("oauth_client")
      .select(sql<number>`count(*)::int`.as("count"))
      .where("connection_id", "=", connection)
      .where("revoked_at", "is", null),
  ).pipe(Effect.map((rows) => rows[0]?.count ?? 0));

/** Keeps whoever else changes the client's secrets waiting until the transaction ends. */
export const lockScimClient = (tx: TenantTx, id: string) =>
  first(
    tx.db.selectFrom("oauth_client").select("id").where("id", "=", id).forUpdate().$castTo<{
      readonly id: ScimClientId;
    }>(),
  );

export const addClientSecret = (
  tx: TenantTx,
  secret: {
    readonly id: string;
    readonly clientId: ScimClientId;
    readonly hash: string;
    readonly expiresAt: Date | null;
  },
) =>
  run(
    tx.db.insertInto("oauth_secret").values({
      organization_id: tx.organization,
      id: secret.id,
      client_id: secret.clientId,
      hash: secret.hash,
      expires_at: secret.expiresAt,
    }),
  );

/**
 * Makes room for a new secret: the newest live one ends in so many seconds, at once where that is 0, and older ones
 * end at once. What was given for one that is ended at once ends with it.
 */
export const retireSecrets = (tx: TenantTx, client: ScimClientId, afterSeconds: number) =>
  run({
    execute: () =>
      sql`with live as (
          select s.id, row_number() over (order by s.id desc) = 1 and ${afterSeconds}::int > 0 as kept
          from oauth_secret s where s.organization_id = ${tx.organization} and s.client_id = ${client} and ${liveSecret})
        update oauth_secret s set
          revoked_at = case when live.kept then null else now() end,
          expires_at = case when live.kept
            then least(s.expires_at, now() + make_interval(secs => ${afterSeconds}::int)) else s.expires_at end
        from live where s.organization_id = ${tx.organization} and s.id = live.id`
        .execute(tx.db)
        .then(({ rows }) => rows),
  });

/** Ends a client at once on every instance, and all it was given. Nothing when it was already, or never was. */
export const endScimClient = (tx: TenantTx, id: string) =>
  first(
    tx.db
      .updateTable("oauth_client")
      .set({ revoked_at: sql`now()` })
      .where("id", "=", id)
      .where("revoked_at", "is", null)
      .returning(["id", "connection_id as connectionId"]),
  );
