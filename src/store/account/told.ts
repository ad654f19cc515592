/** What applications are told of one account: its roles with reasons and ends, and what it may do. One statement each. */
import { sql } from "kysely";
import type { AccountId, RoleKey } from "../../domain/index.ts";
import { fixedFirst } from "../engine/fixed.ts";
import type { TenantTx } from "../store.ts";

/** A reason with its names. */
export interface ToldReason {
  readonly rule: string;
  readonly because: string;
  readonly connection: string | null;
  readonly groupId: string | null;
  readonly group: string | null;
  /** The userName of the directory user it is about. */
  readonly person: string | null;
  /** When it ends by itself, in milliseconds since 1970, where an operator or a login's time says so. */
  readonly until: number | null;
}

export interface ToldRole {
  readonly role: RoleKey;
  readonly scope: string;
  /** In milliseconds since 1970. */
  readonly since: number;
  /** Kept by the guard though the facts no longer give it: the reasons were. */
  readonly held: boolean;
  readonly reasons: ReadonlyArray<ToldReason>;
}

export interface ToldAccount {
  readonly id: AccountId;
  readonly active: boolean;
  readonly activeBecause: string;
  readonly roles: ReadonlyArray<ToldRole>;
  /** Of the mapping in force. */
  readonly mappingVersion: number;
  readonly catalogue: string;
}

const millis = (column: ReturnType<typeof sql>) => sql`(extract(epoch from ${column}) * 1000)::float8`;

/** The grant that the reason `w` stands for, also one that was an invitation. */
const granted = sql`(select max(d.expires_at) from role_grant d
  where d.organization_id = w.organization_id and d.account_id = w.account_id and d.ended_at is null
    and d.role = w.role and d.scope = w.scope
    and w.rule in ('grant:' || d.id, 'invitation:' || d.invitation_id))`;

const toldReasons = sql`coalesce((
  select jsonb_agg(jsonb_build_object('rule', w.rule, 'because', w.because, 'connection', c.slug,
      'groupId', w.group_id, 'group', g.display_name, 'person', u.resource->>'userName',
      'until', ${millis(sql`case when w.connection_id is null then ${granted} else f.until end`)})
    order by w.rule, w.user_id, w.reason_key)
  from assignment_reason w
  left join connection c on c.organization_id = w.organization_id and c.id = w.connection_id
  left join directory_group g on g.organization_id = w.organization_id and g.id = w.group_id
  left join directory_user u on u.organization_id = w.organization_id and u.id = w.user_id
  left join login_facts f on f.organization_id = w.organization_id and f.user_id = w.user_id
  where w.organization_id = r.organization_id and w.account_id = r.account_id
    and w.role = r.role and w.scope = r.scope), '[]')`;

const toldRoles = sql`coalesce((
  select jsonb_agg(jsonb_build_object('role', r.role, 'scope', r.scope, 'since', ${millis(sql`r.since`)},
      'held', h.plan_id is not null, 'reasons', ${toldReasons}) order by r.role, r.scope)
  from assignment r
  left join withheld h on h.organization_id = r.organization_id and h.account_id = r.account_id
    and h.role = r.role and h.scope = r.scope
  where r.organization_id = a.organization_id and r.account_id = a.id), '[]')`;

const told = fixedFirst<{ readonly id: string }, ToldAccount>(
  (at) => sql<ToldAccount>`select a.id, a.active, a.active_because as "activeBecause", ${toldRoles} as roles,
      coalesce((select v.version from mapping_version v
        where v.organization_id = a.organization_id and v.state = 'published'), 0) as "mappingVersion",
      coalesce((select c.stamp::text from catalogue c where c.organization_id = a.organization_id), '') as catalogue
    from account named join account a
      on a.organization_id = named.organization_id and a.id = coalesce(named.merged_into, named.id)
    where named.organization_id = ${at.organization} and named.id = ${at.id}::uuid`,
);

/** By id, also by one that is another name of the account since it was merged. */
export const tellAccount = (tx: TenantTx, id: string) => told(tx, { id });

export interface ToldPermission {
  readonly id: AccountId;
  readonly active: boolean;
  readonly activeBecause: string;
  /** Does any role of the catalogue give it? */
  readonly known: boolean;
  readonly roles: ReadonlyArray<{ readonly role: RoleKey; readonly scope: string }>;
}

interface Asked {
  readonly id: string;
  /** As a JSON array of one. */
  readonly permission: string;
  readonly scope: string;
}

const permitted = fixedFirst<Asked, ToldPermission>(
  (at) => sql<ToldPermission>`select a.id, a.active, a.active_because as "activeBecause",
      exists (select from role k where k.organization_id = a.organization_id
        and k.permissions @> ${at.permission}::text::jsonb) as known,
      coalesce((select jsonb_agg(jsonb_build_object('role', s.role, 'scope', s.scope) order by s.role, s.scope)
        from assignment s join role k on k.organization_id = s.organization_id and k.key = s.role
        where s.organization_id = a.organization_id and s.account_id = a.id
          and k.permissions @> ${at.permission}::text::jsonb and s.scope in ('', ${at.scope}::text)), '[]') as roles
    from account named join account a
      on a.organization_id = named.organization_id and a.id = coalesce(named.merged_into, named.id)
    where named.organization_id = ${at.organization} and named.id = ${at.id}::uuid`,
);

/** Which of the account's roles give the permission in `scope`: those limited to it, and those limited to none. */
export const tellPermission = (tx: TenantTx, id: string, permission: string, scope: string) =>
  permitted(tx, { id, permission: JSON.stringify([permission]), scope });
