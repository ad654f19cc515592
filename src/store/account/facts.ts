import { Effect } from "effect";
import { sql } from "kysely";
import type {
  AccountId,
  ConnectionFact,
  ConnectionId,
  DirectoryUserId,
  EventId,
  Facts,
  GroupFact,
  JsonObject,
  PersonFact,
} from "../../domain/index.ts";
import { run, uuids } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

interface PersonRow {
  readonly accountId: AccountId;
  readonly id: DirectoryUserId;
  readonly connectionId: ConnectionId;
  readonly active: boolean;
  readonly resource: JsonObject;
  readonly cause: EventId;
  readonly groups: ReadonlyArray<GroupFact>;
}

/** People with their groups in one statement: as many queries for 500 accounts as for one. */
const people = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  run({
    execute: async () => {
      const { rows } = await sql<PersonRow>`
        select l.account_id as "accountId", u.id, u.connection_id as "connectionId", u.active, u.resource,
          u.cause_event_id as cause,
          coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'externalId', g.external_id,
                      'name', g.display_name, 'cause', m.cause_event_id) order by g.id)
                    from membership m
                    join directory_group g on g.organization_id = m.organization_id and g.id = m.group_id
                    where m.organization_id = u.organization_id and m.user_id = u.id), '[]') as groups
        from account_link l
        join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
        where l.organization_id = ${tx.organization} and l.account_id = ${uuids(accounts)}
        order by l.account_id, u.id`.execute(tx.db);
      return rows;
    },
  });

const lost = (tx: TenantTx, accounts: ReadonlyArray<AccountId>) =>
  run(
    tx.db
      .selectFrom("lost_link")
      .select(["account_id as accountId", "connection_id as connectionId"])
      .distinct()
      .where("organization_id", "=", tx.organization)
      .where(sql<boolean>`account_id = ${uuids(accounts)}`),
  );

const connections = Effect.fnUntraced(function* (tx: TenantTx) {
  const rows = yield* run(
    tx.db
      .selectFrom("connection")
      .select(["id", "slug", "kind", "enabled", "lifecycle_authority as lifecycleAuthority"])
      .where("organization_id", "=", tx.organization)
      .$castTo<ConnectionFact>(),
  );
  return new Map<string, ConnectionFact>(rows.map((row) => [row.id, row]));
});

const known = <T>(value: T | undefined): ReadonlyArray<T> => (value === undefined ? [] : [value]);

/** All that decides about these accounts' roles, read after their locks were taken. */
export const loadFacts = Effect.fn("loadFacts")(function* (tx: TenantTx, accounts: ReadonlyArray<AccountId>) {
  const byId = yield* connections(tx);
  const rows = Map.groupBy(yield* people(tx, accounts), (row) => row.accountId);
  const gone = Map.groupBy(yield* lost(tx, accounts), (row) => row.accountId);
  const person = ({ connectionId, resource, ...row }: PersonRow): ReadonlyArray<PersonFact> =>
    known(byId.get(connectionId)).map((connection) => ({
      id: row.id,
      connection,
      active: row.active,
      attributes: resource,
      groups: row.groups,
      cause: row.cause,
    }));
  return accounts.map(
    (account): Facts => ({
      account,
      people: (rows.get(account) ?? []).flatMap(person),
      lost: (gone.get(account) ?? []).flatMap((row) => known(byId.get(row.connectionId))),
    }),
  );
});
