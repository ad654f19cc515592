import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, DirectoryUserId, EventId } from "../../domain/index.ts";
import { anyInvited } from "../decided/invitations.ts";
import { ahead } from "../engine/prepared.ts";
import { first, insertAll, run, texts, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export type LinkVia = "new" | "external-id" | "user-name" | "email" | "operator" | "push";

/** What correlation compares. `emailKey` only where the address is verified, else null. */
export interface CorrelationKeys {
  readonly externalId: string | null;
  readonly userNameKey: string;
  readonly emailKey: string | null;
}

/** A directory user that belongs to no account yet. */
export interface Newcomer {
  readonly user: DirectoryUserId;
  readonly keys: CorrelationKeys;
  /** What they call themselves, folded, with nobody to vouch for it: shows whom they may be, and never links. */
  readonly claims?: ReadonlyArray<string>;
}

const lockNames = ({
  keys: { externalId, userNameKey, emailKey },
  claims = [],
}: Newcomer): ReadonlyArray<string> => [
  ...(externalId === null ? [] : [`external|${externalId}`]),
  `user-name|${userNameKey}`,
  ...(emailKey === null ? [] : [`email|${emailKey}`]),
  ...claims.flatMap((claim) => [`user-name|${claim}`, `email|${claim}`]),
];

/** Waits for every other transaction that joins people by one of these keys, in one order for all. */
export const lockCorrelation = (tx: TenantTx, newcomers: ReadonlyArray<Newcomer>) =>
  run({
    execute: () =>
      sql`${sql.raw(ahead)}select pg_advisory_xact_lock(k) from (
        select distinct hashtextextended(${tx.organization} || '|' || n, 0) as k
        from unnest(${newcomers.flatMap(lockNames)}::text[]) n order by 1) keys`.execute(tx.db),
  });

/** Waits for every other transaction about one of these addresses: who comes with it, and who is invited by it. */
export const lockEmails = (tx: TenantTx, emailKeys: ReadonlyArray<string>) =>
  run({
    execute: () =>
      sql`${sql.raw(ahead)}select pg_advisory_xact_lock(k) from (
        select distinct hashtextextended(${tx.organization} || '|' || n, 0) as k
        from unnest(${emailKeys.map((key) => `email|${key}`)}::text[]) n order by 1) keys`.execute(tx.db),
  });

export interface Candidate {
  readonly user: DirectoryUserId;
  readonly accountId: AccountId;
  readonly via: Exclude<LinkVia, "new" | "operator" | "push">;
  /** Do the two connections count as one directory? Only then may the match link by itself. */
  readonly sameDirectory: boolean;
  /** Their emails are equal, a login vouches for it, and its domain is verified to be the organization's. */
  readonly emailProven: boolean;
  /** Only what they call themselves matches: it never links. */
  readonly claimed: boolean;
  readonly active: boolean;
  /** The account already has a directory user of this connection. */
  readonly taken: boolean;
  /** The account once had one here and lost it; then only an equal external id may link. */
  readonly lost: boolean;
  readonly lostSameExternalId: boolean;
}

interface Probe {
  /** Does anybody share a key? */
  readonly any: boolean;
  /** Is one of them invited? */
  readonly invited: boolean;
  /** The connection's slug, where it does not count yet. */
  readonly waiting: string | null;
}

const anyClaimed = (tx: TenantTx, connection: ConnectionId, claims: ReadonlyArray<string>) => sql`
  exists (select from directory_user where organization_id = ${tx.organization}
    and user_name_key = ${texts(claims)} and connection_id <> ${connection})
  or exists (select from directory_user where organization_id = ${tx.organization}
    and email_key = ${texts(claims)} and connection_id <> ${connection})`;

/** Does anybody share a key at all? For most newcomers nobody does, and the whole question costs many times this one. */
const anyMatch = (tx: TenantTx, connection: ConnectionId, newcomers: ReadonlyArray<Newcomer>) => {
  const externals = newcomers.flatMap(({ keys }) => keys.externalId ?? []);
  const names = newcomers.map(({ keys }) => keys.userNameKey);
  const emails = newcomers.flatMap(({ keys }) => keys.emailKey ?? []);
  const claims = newcomers.flatMap(({ claims: said = [] }) => said);
  const claimed = claims.length === 0 ? sql`` : sql`or ${anyClaimed(tx, connection, claims)}`;
  return run({
    execute: async () => {
      const { rows } = await sql<Probe>`
        select exists (select from directory_user where organization_id = ${tx.organization}
            and external_id = ${texts(externals)} and connection_id <> ${connection})
          or exists (select from directory_user where organization_id = ${tx.organization}
            and user_name_key = ${texts(names)} and connection_id <> ${connection})
          or exists (select from directory_user where organization_id = ${tx.organization}
            and email_key = ${texts(emails)} and connection_id <> ${connection})
          or exists (select from lost_link where organization_id = ${tx.organization}
            and external_id = ${texts(externals)}) ${claimed} as any,
          ${anyInvited(tx, emails)} as invited,
          (select slug from connection where organization_id = ${tx.organization} and id = ${connection}
            and waits) as waiting`.execute(tx.db);
      return rows[0] ?? { any: false, invited: false, waiting: null };
    },
  });
};

/** A login's email is kept only where its provider vouches for it. */
const emailProven = (
  tx: TenantTx,
) => sql`((c.kind in ('oidc', 'saml') or me.kind in ('oidc', 'saml')) and exists (
  select from scim_domain d where d.organization_id = ${tx.organization} and d.verified_at is not null
    and d.name = split_part(k.email, '@', 2)))`;

/** Each key by its own index: one condition over all three would read the whole table for many newcomers. */
const matchesBy = (tx: TenantTx, connection: ConnectionId, column: string, key: string, rank: number) => sql`
  select k.newcomer, l.account_id, c.directory_id = me.directory_id as same, ${sql.lit(rank)} as rank,
    ${rank === 3 ? emailProven(tx) : sql`false`} as proven
  from k
  join directory_user u on u.organization_id = ${tx.organization}
    and ${sql.ref(`u.${column}`)} = ${sql.ref(`k.${key}`)} and u.connection_id <> ${connection}
  join account_link l on l.organization_id = u.organization_id and l.user_id = u.id
  join connection c on c.organization_id = u.organization_id and c.id = u.connection_id
  cross join me`;

/** A source that does not count yet says of nobody whose account it is. */
const matchesClaimed = (tx: TenantTx, connection: ConnectionId, column: string, rank: number) => sql`
  select claim.newcomer, l.account_id, c.directory_id = me.directory_id, ${sql.lit(rank)}, false
  from claim
  join directory_user u on u.organization_id = ${tx.organization}
    and ${sql.ref(`u.${column}`)} = claim.said and u.connection_id <> ${connection}
  join account_link l on l.organization_id = u.organization_id and l.user_id = u.id
  join connection c on c.organization_id = u.organization_id and c.id = u.connection_id and not c.waits
  cross join me`;

const matchAll = (tx: TenantTx, connection: ConnectionId, newcomers: ReadonlyArray<Newcomer>) => {
  const keys = newcomers.map(({ user, keys: { externalId, userNameKey, emailKey } }) => ({
    newcomer: user,
    external: externalId,
    name: userNameKey,
    email: emailKey,
  }));
  const by = (column: string, key: string, rank: number) => matchesBy(tx, connection, column, key, rank);
  const claims = newcomers.flatMap(({ user, claims: all = [] }) =>
    all.map((said) => ({ newcomer: user, said })),
  );
  const claimed = (column: string, rank: number) =>
    claims.length === 0 ? sql`` : sql`union all ${matchesClaimed(tx, connection, column, rank)}`;
  return run({
    execute: async () => {
      const { rows } = await sql<Candidate>`
        with me as (select directory_id, kind from connection
                    where organization_id = ${tx.organization} and id = ${connection}),
        k as (select * from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
              k(newcomer uuid, external text, name text, email text)),
        claim as (select * from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) c(newcomer uuid, said text)),
        matches as (
          ${by("external_id", "external", 1)} union all ${by("user_name_key", "name", 2)}
          union all ${by("email_key", "email", 3)} union all
          select k.newcomer, lost.account_id, true, 1, false from k
          join lost_link lost on lost.organization_id = ${tx.organization} and lost.external_id = k.external
          join connection c on c.organization_id = lost.organization_id and c.id = lost.connection_id
          join me on me.directory_id = c.directory_id
          ${claimed("user_name_key", 4)} ${claimed("email_key", 5)})
        select m.newcomer as "user", m.account_id as "accountId",
          (array['external-id', 'user-name', 'email', 'user-name', 'email'])[min(m.rank)] as via,
          min(m.rank) > 3 as claimed, bool_or(m.same) as "sameDirectory",
          bool_or(m.proven) as "emailProven",
          (select a.active from account a where a.organization_id = ${tx.organization} and a.id = m.account_id) as active,
          exists (select from account_link t where t.organization_id = ${tx.organization}
            and t.account_id = m.account_id and t.connection_id = ${connection}) as taken,
          count(lost.user_id) > 0 as lost,
          coalesce(bool_or(lost.external_id = k.external), false) as "lostSameExternalId"
        from matches m
        join k on k.newcomer = m.newcomer
        left join lost_link lost on lost.organization_id = ${tx.organization}
          and lost.account_id = m.account_id and lost.connection_id = ${connection}
        group by m.newcomer, m.account_id order by m.newcomer, m.account_id`.execute(tx.db);
      return rows;
    },
  });
};

/**
 * Accounts of other connections' users, or of users lost here, that share a key with one of the newcomers; and
 * whether one of these is invited.
 */
export const findCandidates = Effect.fn("findCandidates")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  newcomers: ReadonlyArray<Newcomer>,
) {
  const { any, invited, waiting } = yield* anyMatch(tx, connection, newcomers);
  return { candidates: any ? yield* matchAll(tx, connection, newcomers) : [], invited, waiting };
});

export interface NewLink {
  readonly user: DirectoryUserId;
  readonly account: AccountId;
  readonly connection: ConnectionId;
  readonly via: LinkVia;
}

/** Writes links; for those that are `new`, the account first. `because`: why it is `active` or not until it is evaluated. */
export const addLinks = (tx: TenantTx, links: ReadonlyArray<NewLink>, because: string, active = true) => {
  const organization_id = tx.organization;
  const made = links.filter(({ via }) => via === "new");
  return insertAll(tx.db, [
    {
      into: "account",
      rows: made.map(({ account }) => ({
        organization_id,
        id: account,
        active,
        active_because: because,
      })),
    },
    {
      into: "account_link",
      rows: links.map(({ user, account, connection, via }) => ({
        organization_id,
        user_id: user,
        account_id: account,
        connection_id: connection,
        via,
      })),
    },
  ]);
};

export interface LostLink {
  readonly user: DirectoryUserId;
  readonly externalId: string | null;
  readonly cause: EventId;
  /** We had made the user: then nothing follows from their end. */
  readonly isOurs?: boolean;
}

/** Ends the links of users whom their source deleted, remembers that the accounts had them, and gives these. */
export const loseLinks = (tx: TenantTx, lost: ReadonlyArray<LostLink>) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ account: AccountId }>`
        with gone as (select * from jsonb_to_recordset(${JSON.stringify(lost)}::jsonb)
                      g("user" uuid, "externalId" text, cause uuid, "isOurs" boolean)),
        ended as (delete from account_link l using gone g
          where l.organization_id = ${tx.organization} and l.user_id = g."user"
          returning l.account_id, l.connection_id, l.user_id, g."externalId", g.cause, g."isOurs")
        insert into lost_link (organization_id, account_id, user_id, connection_id, external_id, cause_event_id)
        select ${tx.organization}::uuid, account_id, user_id, connection_id, "externalId", cause from ended
        where "isOurs" is not true
        returning account_id as account`.execute(tx.db);
      return rows.map((row) => row.account);
    },
  });

/** The accounts of these directory users, each once. */
export const accountsOf = (tx: TenantTx, users: ReadonlyArray<DirectoryUserId>) =>
  run(
    tx.db
      .selectFrom("account_link")
      .select("account_id as id")
      .distinct()
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`user_id = ${uuids(users)}`),
  ).pipe(Effect.map((rows) => rows.map((row) => row.id as AccountId)));

/** The accounts of these directory users, each with the event that says why to look at it. */
export const accountsWithCause = (
  tx: TenantTx,
  users: ReadonlyArray<{ readonly user: DirectoryUserId; readonly cause: EventId }>,
) => {
  const ids = users.map(({ user }) => user);
  const causes = users.map(({ cause }) => cause);
  return run({
    execute: async () => {
      const { rows } = await sql<{ id: AccountId; cause: EventId }>`
        select l.account_id as id, u.cause from unnest(${ids}::uuid[], ${causes}::uuid[]) u(id, cause)
        join account_link l on l.organization_id = ${tx.organization} and l.user_id = u.id`.execute(tx.db);
      return rows;
    },
  });
};

/** The account of a directory user, and how they came to be linked. */
export const accountOfUser = (tx: TenantTx, user: DirectoryUserId) =>
  first(
    tx.db
      .selectFrom("account_link")
      .select(["account_id as account", "via"])
      .where("organization_id", "=", tx.organization)
      .where("user_id", "=", user)
      .$castTo<{ account: AccountId; via: LinkVia }>(),
  );
