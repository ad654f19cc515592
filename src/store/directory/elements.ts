import { type RawBuilder, sql } from "kysely";

const memberElements = (order: RawBuilder<unknown>) => sql`(
  select jsonb_build_object('value', m.user_id::text, 'type', 'User',
    'display', coalesce(u.resource->>'displayName', u.resource->>'userName')) as value
  from membership m join directory_user u on u.organization_id = m.organization_id and u.id = m.user_id
  where m.organization_id = directory_group.organization_id and m.group_id = directory_group.id ${order})`;

const groupElements = (order: RawBuilder<unknown>) => sql`(
  select jsonb_build_object('value', g.id::text, 'type', 'direct', 'display', g.display_name) as value
  from membership m join directory_group g on g.organization_id = m.organization_id and g.id = m.group_id
  where m.organization_id = directory_user.organization_id and m.user_id = directory_user.id ${order})`;

const rowsOf = (kind: string, keys: ReadonlyArray<string>) => {
  const name = keys.join(".");
  if (kind === "Group" && name === "members") return memberElements;
  return kind === "User" && name === "groups" ? groupElements : undefined;
};

const listAt = (json: RawBuilder<unknown>, keys: ReadonlyArray<string>) =>
  sql`(${json} #> ${[...keys]}::text[])`;

/** The elements of a multi-valued attribute as rows with one column `value`; memberships are rows already. */
export const elementsOf = (json: RawBuilder<unknown>, kind: string, keys: ReadonlyArray<string>) => {
  const rows = rowsOf(kind, keys);
  if (rows !== undefined) return rows(sql``);
  const list = listAt(json, keys);
  return sql`jsonb_array_elements(case jsonb_typeof(${list}) when 'array' then ${list} else '[]'::jsonb end)`;
};

const first: Readonly<Record<string, RawBuilder<unknown>>> = {
  User: sql`order by m.group_id limit 1`,
  Group: sql`order by m.user_id limit 1`,
};

/** The primary element of a multi-valued attribute, else its first, as shown; null where it has none. */
export const chosenElement = (json: RawBuilder<unknown>, kind: string, keys: ReadonlyArray<string>) => {
  const rows = rowsOf(kind, keys);
  if (rows !== undefined) return rows(first[kind] ?? sql``);
  const list = listAt(json, keys);
  return sql`coalesce(jsonb_path_query_first(${list}, '$[*] ? (@.primary == true)'), ${list} -> 0)`;
};

/** Is this user a member of the group at hand? Undefined: no user can have that id. */
export const memberIs = (user: string | undefined): RawBuilder<boolean> =>
  user === undefined
    ? sql<boolean>`false`
    : sql<boolean>`exists (select from membership m where m.organization_id = directory_group.organization_id
        and m.group_id = directory_group.id and m.user_id = ${user}::uuid)`;
