/**
 * Everyone's facts and roles, page by page, at a tenth of what asking for single accounts costs: groups and connections
 * are read once, and no page repeats what they are called.
 */
import { Effect } from "effect";
import { sql } from "kysely";
import type {
  AccountId,
  ConnectionFact,
  ConnectionId,
  Decided,
  DesiredRole,
  DirectoryGroupId,
  DirectoryUserId,
  EventId,
  ExclusionFact,
  Facts,
  GrantFact,
  GroupFact,
  JsonObject,
  Mark,
  PersonFact,
} from "../../domain/index.ts";
import { fixed } from "../engine/fixed.ts";
import { first } from "../engine/run.ts";
import { marksOf, unmarked } from "../push/marks.ts";
import type { TenantTx } from "../store.ts";
import type { AccountState } from "./accounts.ts";
import { reasons } from "./facts.ts";

/** An account in a look at everyone: what decides, what it has, and its state. Its groups' causes are its person's. */
export interface Seen extends Facts {
  readonly roles: ReadonlyArray<DesiredRole>;
  readonly state: AccountState;
}

interface Page {
  readonly after: string;
  readonly limit: number;
}

interface AccountRow extends AccountState {
  readonly suspended: EventId | null;
}

const accountsOf = fixed<Page, AccountRow>(
  (at) => sql<AccountRow>`select id, active, active_because as because, suspended_by as suspended,
      (extract(epoch from due_at) * 1000)::float8 as "dueAt",
      (extract(epoch from coalesce(evaluated_at, created_at)) * 1000)::float8 as "evaluatedAt"
    from account where organization_id = ${at.organization} and id > ${at.after}::uuid and merged_into is null
    order by id limit ${at.limit}::int`,
);

/** From the first account of a page to its last. */
interface Span {
  readonly from: string;
  readonly to: string;
}

interface PersonRow {
  readonly account: AccountId;
  readonly id: DirectoryUserId;
  readonly connection: ConnectionId;
  readonly active: boolean;
  readonly cause: EventId;
  readonly attributes: JsonObject;
  /** Ids with commas between them; null: none. */
  readonly groups: string | null;
  readonly marks: ReadonlyArray<Mark> | null;
}

const peopleOf = fixed<Span & { readonly attributes: boolean }, PersonRow>(
  (at) => sql<PersonRow>`select l.account_id as account, u.id, u.connection_id as connection, u.active,
      u.cause_event_id as cause, case when ${at.attributes}::boolean then u.resource else '{}'::jsonb end as attributes,
      (select string_agg(m.group_id::text, ',') from membership m
        where m.organization_id = u.organization_id and m.user_id = u.id) as groups,
      case when u.source_id <> '' then ${marksOf(sql`u.connection_id`, sql`u.source_id`)} end as marks
    from account_link l
    join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
    where l.organization_id = ${at.organization} and l.account_id between ${at.from}::uuid and ${at.to}::uuid
    order by l.account_id, u.id`,
);

interface LostRow {
  readonly account: AccountId;
  readonly connection: ConnectionId;
}

const lostOf = fixed<Span, LostRow>(
  (at) => sql<LostRow>`select distinct account_id as account, connection_id as connection from lost_link
    where organization_id = ${at.organization} and account_id between ${at.from}::uuid and ${at.to}::uuid`,
);

interface RoleRow extends DesiredRole {
  readonly account: AccountId;
}

const rolesOf = fixed<Span, RoleRow>(
  (
    at,
  ) => sql<RoleRow>`select r.account_id as account, r.role, r.scope, ${reasons} as reasons from assignment r
    where r.organization_id = ${at.organization} and r.account_id between ${at.from}::uuid and ${at.to}::uuid
    order by r.account_id, r.role, r.scope`,
);

type GrantRow = GrantFact & { readonly account: AccountId };

const until = sql`(extract(epoch from expires_at) * 1000)::float8 as until`;

const grantsOf = fixed<Span, GrantRow>(
  (at) => sql<GrantRow>`select account_id as account, id, invitation_id as invitation, role, scope, ${until},
      cause_event_id as cause
    from role_grant where organization_id = ${at.organization} and ended_at is null
      and account_id between ${at.from}::uuid and ${at.to}::uuid order by id`,
);

type ExclusionRow = ExclusionFact & { readonly account: AccountId };

const exclusionsOf = fixed<Span, ExclusionRow>(
  (at) => sql<ExclusionRow>`select account_id as account, id, role, scope, ${until}, cause_event_id as cause
    from exclusion where organization_id = ${at.organization} and ended_at is null
      and account_id between ${at.from}::uuid and ${at.to}::uuid order by id`,
);

type Group = Omit<GroupFact, "cause">;

const allGroups = fixed<object, Group>(
  (at) => sql<Group>`select id, external_id as "externalId", kind, display_name as name from directory_group
    where organization_id = ${at.organization}`,
);

const allConnections = fixed<object, ConnectionFact>(
  (
    at,
  ) => sql<ConnectionFact>`select id, slug, kind, enabled, lifecycle_authority as "lifecycleAuthority", waits
    from connection where organization_id = ${at.organization}`,
);

/** What the pages only name. */
interface Names {
  readonly groups: ReadonlyMap<string, Group>;
  readonly connections: ReadonlyMap<ConnectionId, ConnectionFact>;
}

const groupsIn = ({ groups }: Names, ids: string | null, cause: EventId): ReadonlyArray<GroupFact> =>
  ids === null
    ? []
    : ids.split(",").flatMap((id) => {
        const group = groups.get(id as DirectoryGroupId);
        return group === undefined ? [] : [{ ...group, cause }];
      });

const personOf = (names: Names, row: PersonRow): ReadonlyArray<PersonFact> => {
  const connection = names.connections.get(row.connection);
  if (connection === undefined) return [];
  const { id, active, attributes, cause, groups, marks } = row;
  return [
    unmarked({ id, connection, active, attributes, groups: groupsIn(names, groups, cause), cause, marks }),
  ];
};

const byAccount = <Row extends { readonly account: AccountId }>(rows: ReadonlyArray<Row>) => {
  const found = Map.groupBy(rows, ({ account }) => account);
  return (account: AccountId): ReadonlyArray<Row> => found.get(account) ?? [];
};

const loadParts = Effect.fnUntraced(function* (tx: TenantTx, span: Span, attributes: boolean) {
  return {
    people: byAccount(yield* peopleOf(tx, { ...span, attributes })),
    lost: byAccount(yield* lostOf(tx, span)),
    roles: byAccount(yield* rolesOf(tx, span)),
    grants: byAccount(yield* grantsOf(tx, span)),
    exclusions: byAccount(yield* exclusionsOf(tx, span)),
  };
});

const seenIn =
  (names: Names, parts: Effect.Success<ReturnType<typeof loadParts>>) =>
  ({ suspended, ...state }: AccountRow): Seen => {
    const { id } = state;
    const decided: Decided = { suspended, grants: parts.grants(id), exclusions: parts.exclusions(id) };
    return {
      account: id,
      people: parts.people(id).flatMap((row) => personOf(names, row)),
      lost: parts.lost(id).flatMap(({ connection }) => names.connections.get(connection) ?? []),
      decided,
      roles: parts.roles(id),
      state,
    };
  };

/**
 * Gives what loads the next accounts in id order; its argument is the last account of the page before. To be used in
 * one transaction that sees one moment. Without `attributes`, people have none: for whoever does not ask.
 */
export const everyone = Effect.fn("everyone")(function* (tx: TenantTx, limit: number, attributes: boolean) {
  const names: Names = {
    groups: new Map((yield* allGroups(tx, {})).map((group) => [group.id, group])),
    connections: new Map((yield* allConnections(tx, {})).map((connection) => [connection.id, connection])),
  };
  return Effect.fnUntraced(function* (after: string) {
    const accounts = yield* accountsOf(tx, { after, limit });
    const [from, to] = [accounts[0]?.id, accounts.at(-1)?.id];
    if (from === undefined || to === undefined) return [];
    return accounts.map(seenIn(names, yield* loadParts(tx, { from, to }, attributes)));
  });
});

export const countAccounts = (tx: TenantTx) =>
  first(
    tx.db
      .selectFrom("account")
      .select(sql<number>`count(*)::int`.as("count"))
      .where("organization_id", "=", tx.organization)
      .where("merged_into", "is", null),
  ).pipe(Effect.map((row) => row?.count ?? 0));
