import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId, ScimClientId, TokenId } from "../../domain/index.ts";
import { fixedFirst } from "../engine/fixed.ts";
import { oneRow, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { type ConnectionProfile, recording, scimEnabled, strict, switches } from "./profile.ts";

/** Seconds that an access token works. */
const lifetime = 3600;

export interface ClientSecret {
  readonly id: string;
  readonly hash: string;
  readonly expiresAt: Date | null;
}

/** What a client may sign in with now: at most two. */
export const liveSecrets = (tx: TenantTx, client: ScimClientId) =>
  run(
    tx.db
      .selectFrom("oauth_secret")
      .select(["id", "hash", "expires_at as expiresAt"])
      .where("organization_id", "=", tx.organization)
      .where("client_id", "=", client)
      .where("revoked_at", "is", null)
      .where(sql<boolean>`(expires_at is null or expires_at > now())`)
      .$castTo<ClientSecret>(),
  );

/** Keeps a new access token; it outlives neither an hour nor its secret. Gives the seconds it will work. */
export const addAccessToken = (
  tx: TenantTx,
  token: {
    readonly id: TokenId;
    readonly clientId: ScimClientId;
    readonly hash: string;
    readonly secret: ClientSecret | null;
  },
) =>
  run(
    tx.db
      .insertInto("oauth_access_token")
      .values({
        organization_id: tx.organization,
        id: token.id,
        client_id: token.clientId,
        secret_id: token.secret?.id ?? null,
        hash: token.hash,
        expires_at: sql`least(now() + make_interval(secs => ${lifetime}::int), ${token.secret?.expiresAt ?? null}::timestamptz)`,
      })
      .returning(sql<number>`floor(extract(epoch from expires_at - now()))::int`.as("expiresIn")),
  ).pipe(Effect.flatMap(oneRow));

/** What deciding about a request needs of an access token, its secret, its client and its connection. */
export interface AccessCredential extends ConnectionProfile {
  readonly hash: string;
  readonly clientId: ScimClientId;
  readonly connectionId: ConnectionId;
  readonly live: boolean;
}

/** `live`: not expired, neither its secret nor its client revoked, its connection and its organization's SCIM enabled. One statement. */
export const findAccessCredential = fixedFirst<{ readonly id: string }, AccessCredential>((at, db) =>
  db
    .selectFrom("oauth_access_token as t")
    .innerJoin("oauth_client as o", (join) =>
      join.onRef("o.organization_id", "=", "t.organization_id").onRef("o.id", "=", "t.client_id"),
    )
    .innerJoin("connection as c", (join) =>
      join.onRef("c.organization_id", "=", "o.organization_id").onRef("c.id", "=", "o.connection_id"),
    )
    .leftJoin("oauth_secret as s", (join) =>
      join.onRef("s.organization_id", "=", "t.organization_id").onRef("s.id", "=", "t.secret_id"),
    )
    .leftJoin("scim_settings as scim", "scim.organization_id", "t.organization_id")
    .select([
      "t.hash",
      "t.client_id as clientId",
      "o.connection_id as connectionId",
      strict,
      recording,
      ...switches,
      sql<boolean>`t.expires_at > now() and s.revoked_at is null and o.revoked_at is null and c.enabled and c.kind = 'scim' and ${scimEnabled}`.as(
        "live",
      ),
    ])
    .where("t.organization_id", "=", at.organization)
    .where("t.id", "=", at.id)
    .$castTo<AccessCredential>(),
);

export const noteClientUse = (tx: TenantTx, client: ScimClientId) =>
  run(
    tx.db
      .updateTable("oauth_client")
      .set({ last_used_at: sql`now()` })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", client),
  );

/** Remembers a used assertion until it means nothing any more. False where it was used before. */
export const useAssertion = (
  tx: TenantTx,
  assertion: { readonly clientId: ScimClientId; readonly jtiHash: string; readonly expiresAt: Date },
) =>
  run(
    tx.db
      .insertInto("oauth_used_assertion")
      .values({
        organization_id: tx.organization,
        client_id: assertion.clientId,
        jti_hash: assertion.jtiHash,
        expires_at: assertion.expiresAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("jti_hash"),
  ).pipe(Effect.map((rows) => rows.length === 1));

/** Removes what is over, a few rows at a time: those that somebody else is just removing are left to them. */
export const removeExpired = Effect.fn("removeExpired")(function* (tx: TenantTx) {
  for (const table of ["oauth_access_token", "oauth_used_assertion"]) {
    const name = sql.table(table);
    yield* run({
      execute: () =>
        sql`delete from ${name} where ctid in (select ctid from ${name}
            where organization_id = ${tx.organization} and expires_at < now()
            order by expires_at limit 100 for update skip locked)`
          .execute(tx.db)
          .then(({ rows }) => rows),
    });
  }
});
