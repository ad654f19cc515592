/** The marks of what is ours outside: made before the call, held after it, ended when it was taken back. */
import { Effect } from "effect";
import { sql } from "kysely";
import type {
  AccountId,
  ConnectionId,
  DirectoryGroupId,
  EventId,
  GroupKind,
  Intent,
  IntentState,
  Json,
  WrittenFact,
} from "../../domain/index.ts";
import { insertAll, run, texts, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { living } from "./marks.ts";

const columns = sql`i.id, i.identity, i.connection_id as connection, i.account_id as account, i.subject, i.fact,
  i.object, i.kind, i.state, i.before, i.after, i.cause_event_id as cause`;

/** Whose an intent is now: the account of the person there, else the one it was made for or merged into. */
export type OwnedIntent = Intent & { readonly owner: AccountId };

/** The intents in this directory that concern these accounts: the living ones, and those that were handed back and yield. */
export const standingIntents = (
  tx: TenantTx,
  connection: ConnectionId,
  identity: string,
  accounts: ReadonlyArray<AccountId>,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<OwnedIntent>`
        with mine as (
          select i.id from account a
          join intent i on i.organization_id = a.organization_id and i.account_id = a.id
          where a.organization_id = ${tx.organization} and (a.id = ${uuids(accounts)} or a.merged_into = ${uuids(accounts)})
          union
          select i.id from account_link l
          join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id and u.source_id <> ''
          join intent i on i.organization_id = l.organization_id and i.identity = ${identity}
            and i.subject = u.source_id and i.state in ${living}
          where l.organization_id = ${tx.organization} and l.account_id = ${uuids(accounts)}
            and l.connection_id = ${connection}
          union
          select i.id from account_link l
          join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id and u.source_id <> ''
          join intent i on i.organization_id = l.organization_id and i.identity = ${identity}
            and i.subject = u.source_id and i.yields
          where l.organization_id = ${tx.organization} and l.account_id = ${uuids(accounts)}
            and l.connection_id = ${connection})
        select ${columns}, coalesce(l.account_id, a.merged_into, i.account_id) as owner
        from mine join intent i on i.organization_id = ${tx.organization} and i.id = mine.id
        left join directory_user u on u.organization_id = i.organization_id
          and u.connection_id = ${connection} and u.source_id = i.subject and i.subject <> ''
        left join account_link l on l.organization_id = u.organization_id and l.user_id = u.id
        left join account a on a.organization_id = i.organization_id and a.id = i.account_id
        where i.identity = ${identity} and (i.state in ${living} or i.yields)
        order by i.id`.execute(tx.db);
      return rows.filter(({ owner }) => accounts.includes(owner));
    },
  });

/** The living intents in this directory that concern these accounts. */
export const livingIntents = (...of: Parameters<typeof standingIntents>) =>
  Effect.map(standingIntents(...of), (all) => all.filter(({ state }) => state !== "released"));

/**
 * The connections to directories in which memberships that we wrote still stand, whichever connection wrote them and
 * whether or not it would now.
 */
export const connectionsWithMarks = (tx: TenantTx) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: ConnectionId }>`
        select distinct c.id from (
          select connection_id as id, source_identity as identity from sync_state
          where organization_id = ${tx.organization} union
          select connection_id, identity from push where organization_id = ${tx.organization}) c
        where exists (select from intent i where i.organization_id = ${tx.organization} and i.identity = c.identity
          and i.fact = 'membership' and i.state in ${living})`.execute(tx.db);
      return new Set(rows.map(({ id }) => id));
    },
  });

export interface NewIntent {
  readonly id: string;
  readonly account: AccountId;
  readonly subject: string;
  readonly fact: WrittenFact;
  readonly object: string;
  readonly kind: GroupKind | null;
  readonly before: Json;
  readonly after: Json;
  readonly cause: EventId;
}

/** About to be written. The row must be committed before the call. */
export const openIntents = (
  tx: TenantTx,
  connection: ConnectionId,
  identity: string,
  intents: ReadonlyArray<NewIntent>,
) =>
  insertAll(tx.db, [
    {
      into: "intent",
      rows: intents.map(({ account, cause, ...intent }) => ({
        organization_id: tx.organization,
        ...intent,
        identity,
        connection_id: connection,
        account_id: account,
        cause_event_id: cause,
        state: "open",
      })),
    },
  ]);

export interface IntentMove {
  readonly id: string;
  readonly state: IntentState;
  /** As it is from now on, where that is other than before. */
  readonly subject?: string;
  readonly after?: Json;
  readonly before?: Json;
  /** Of what is handed back: is it not to be written again as long as it is wanted without a break? */
  readonly yields?: boolean;
}

/** Moves living intents on. One that has ended meanwhile stays as it is; one that yields only stops doing so. */
export const moveIntents = (tx: TenantTx, moves: ReadonlyArray<IntentMove>) =>
  moves.length === 0
    ? Effect.void
    : run({
        execute: () =>
          sql`update intent i set state = m->>'state',
              subject = case when m ? 'subject' then m->>'subject' else i.subject end,
              after = case when m ? 'after' then m->'after' else i.after end,
              before = case when m ? 'before' then m->'before' else i.before end,
              yields = coalesce((m->>'yields')::boolean, false),
              done_at = case when m->>'state' = 'held' then now() else i.done_at end,
              ended_at = case when m->>'state' in ('ended', 'released') then coalesce(i.ended_at, now()) end
            from jsonb_array_elements(${JSON.stringify(moves)}::jsonb) m
            where i.organization_id = ${tx.organization} and i.id = (m->>'id')::uuid
              and (i.state in ${living} or (i.yields and m->>'state' = 'released'))`.execute(tx.db),
      });

export interface IntentRow extends Intent {
  readonly createdAt: Date;
}

export interface IntentQuery {
  readonly connection?: ConnectionId;
  readonly account?: AccountId;
  readonly states?: ReadonlyArray<IntentState>;
  readonly limit: number;
  readonly after?: string;
}

/** Oldest first; `after` is the id to go on from. */
export const listIntents = (tx: TenantTx, { connection, account, states, limit, after }: IntentQuery) =>
  run({
    execute: async () => {
      const { rows } = await sql<IntentRow>`select ${columns}, i.created_at as "createdAt" from intent i
        where i.organization_id = ${tx.organization}
          and (${connection ?? null}::uuid is null or i.connection_id = ${connection ?? null}::uuid)
          and (${account ?? null}::uuid is null or i.account_id = ${account ?? null}::uuid)
          and (${states === undefined} or i.state = ${texts(states ?? [])})
          and (${after ?? null}::uuid is null or i.id > ${after ?? null}::uuid)
        order by i.id limit ${limit}`.execute(tx.db);
      return rows;
    },
  });

/** The intent of that id, which nobody else moves until the transaction ends. */
export const lockIntent = (tx: TenantTx, id: string) =>
  run({
    execute: async () => {
      const { rows } = await sql<OwnedIntent>`
        select ${columns}, coalesce(a.merged_into, i.account_id) as owner from intent i
        left join account a on a.organization_id = i.organization_id and a.id = i.account_id
        where i.organization_id = ${tx.organization} and i.id = ${id} and i.state in ${living} for update of i`.execute(
        tx.db,
      );
      return rows[0];
    },
  });

/** A person whom the source shows and we are making, or have made. */
export interface OurPerson {
  readonly intent: string;
  readonly account: AccountId;
  readonly state: IntentState;
  readonly subject: string;
  readonly object: string;
  readonly after: Json;
}

/** Living creations in this directory of one of these people: by the source's id, or while that is not known by name. */
export const findCreations = (
  tx: TenantTx,
  identity: string,
  people: ReadonlyArray<{ readonly sourceId: string; readonly userNameKey: string }>,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<OurPerson>`
        select i.id as intent, coalesce(a.merged_into, a.id, i.account_id) as account, i.state, i.subject, i.object, i.after
        from intent i
        left join account a on a.organization_id = i.organization_id and a.id = i.account_id
        where i.organization_id = ${tx.organization} and i.identity = ${identity} and i.fact = 'user'
          and i.state in ${living}
          and (i.subject = ${texts(people.map(({ sourceId }) => sourceId))}
            or (i.subject = '' and i.object = ${texts(people.map(({ userNameKey }) => userNameKey))}))`.execute(
        tx.db,
      );
      return rows;
    },
  });

/** Which of these people we made, also those whom we deleted since: not those who were handed back to the source. */
export const madeByUs = (tx: TenantTx, identity: string, sourceIds: ReadonlyArray<string>) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ subject: string }>`select distinct subject from intent
        where organization_id = ${tx.organization} and identity = ${identity} and fact = 'user'
          and subject = ${texts(sourceIds)} and subject <> '' and state <> 'released'`.execute(tx.db);
      return rows.map(({ subject }) => subject);
    },
  });

/** What we took back of these people since the run began: what it read of that may be older than our taking it back. */
export interface TakenBack {
  readonly subject: string;
  readonly fact: WrittenFact;
  /** Of memberships. */
  readonly group: DirectoryGroupId | null;
}

export const takenBackSince = (
  tx: TenantTx,
  connection: ConnectionId,
  identity: string,
  runId: string,
  subjects: ReadonlyArray<string>,
) =>
  run({
    execute: async () => {
      const { rows } = await sql<TakenBack>`
        select i.subject, i.fact, g.id as "group" from intent i
        left join directory_group g on g.organization_id = i.organization_id and g.connection_id = ${connection}
          and g.source_id = i.object and i.fact = 'membership'
        where i.organization_id = ${tx.organization} and i.identity = ${identity}
          and i.subject = ${texts(subjects)} and i.subject <> '' and i.state = 'ended'
          and i.ended_at >= coalesce((select r.started_at from run r
            where r.organization_id = i.organization_id and r.id = ${runId}::uuid), now())`.execute(tx.db);
      return rows;
    },
  });

/** How many people whom we made there are ours, and how many of them we deleted within the hour. */
export const countCreations = (tx: TenantTx, identity: string) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ ours: number; gone: number }>`
        select count(*) filter (where state in ${living})::int as ours,
          count(*) filter (where state = 'ended' and ended_at > now() - interval '1 hour' and subject <> '')::int as gone
        from intent where organization_id = ${tx.organization} and identity = ${identity} and fact = 'user'`.execute(
        tx.db,
      );
      return rows[0] ?? { ours: 0, gone: 0 };
    },
  });

/** Which of these are still living; nobody can end or release them until the transaction ends. */
export const holdIntents = (tx: TenantTx, ids: ReadonlyArray<string>) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ id: string }>`select id from intent
        where organization_id = ${tx.organization} and id = ${uuids(ids)} and state in ${living}
        order by id for share`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });
