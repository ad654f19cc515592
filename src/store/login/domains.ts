/** Which connection people of a domain sign in through. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { ConnectionId } from "../../domain/index.ts";
import { first, run, runUnique } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** Domains that lead somewhere, with the connection. What the organization no longer has verified is not among them. */
export const listLoginDomains = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ name: string; connection: ConnectionId; slug: string }>`
        select d.name, c.id as connection, c.slug from login_domain d
        join scim_domain s on s.organization_id = d.organization_id and s.name = d.name and s.verified_at is not null
        join connection c on c.organization_id = d.organization_id and c.id = d.connection_id
        where d.organization_id = ${tx.organization} order by d.name`.execute(tx.db);
      return rows;
    },
  });

/** The domains that lead to this connection are these, and no others any more. NotUnique where one leads elsewhere. */
export const setLoginDomains = Effect.fn("setLoginDomains")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  names: ReadonlyArray<string>,
) {
  yield* run(
    tx.db
      .deleteFrom("login_domain")
      .where("organization_id", "=", tx.organization)
      .where("connection_id", "=", connection),
  );
  if (names.length === 0) return;
  yield* runUnique(
    tx.db
      .insertInto("login_domain")
      .values(names.map((name) => ({ organization_id: tx.organization, name, connection_id: connection }))),
    { login_domain_pkey: "One of the domains leads to another connection now. Look again." },
  );
});

/**
 * Where somebody signs in who has an address of this domain; undefined where none is the one. Without a domain, or where
 * its leads nowhere, the only connection there is. One that leads to a disabled connection leads to no other: nobody's
 * address is told to another provider.
 */
export const findEntrance = (tx: TenantTx, domain: string | undefined, kinds: ReadonlyArray<string>) =>
  first({
    execute: async () => {
      const { rows } = await sql<{ slug: string }>`
        with entrance as (select c.id, c.slug from connection c
          where c.organization_id = ${tx.organization} and c.enabled and c.kind = any(${[...kinds]}::text[])),
        led as (select d.connection_id from login_domain d
          join scim_domain s on s.organization_id = d.organization_id and s.name = d.name and s.verified_at is not null
          where d.organization_id = ${tx.organization} and d.name = ${domain ?? null}::text)
        select e.slug from entrance e
        where e.id in (select connection_id from led)
          or (not exists (select from led) and (select count(*) from entrance) = 1)`.execute(tx.db);
      return rows;
    },
  }).pipe(Effect.map((row) => row?.slug));
