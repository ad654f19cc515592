/** People and groups to measure with, written straight into the tables: the product's own way is what is measured. */
import pg from "pg";

export interface Seeded {
  readonly organization: string;
  readonly people: ReadonlyArray<string>;
  readonly small: ReadonlyArray<string>;
  readonly large: string;
}

const large = 10_000;

export const seed = async (url: string, operations: number): Promise<Seeded> => {
  const client = new pg.Client(url);
  await client.connect();
  const rows = async (text: string, values: ReadonlyArray<unknown> = []) =>
    (await client.query(text, [...values])).rows as ReadonlyArray<{ id: string }>;
  const one = async (text: string) => (await rows(text))[0]?.id ?? "";
  const organization = await one("select id from organization");
  const connection = await one("select id from connection");
  const scope = [organization, connection];
  const people = await rows(
    `insert into directory_user (organization_id, id, connection_id, user_name_key, active, resource, cause_event_id)
     select $1, gen_random_uuid(), $2, 'seed-' || n, true,
       jsonb_build_object('userName', 'seed-' || n, 'active', true), gen_random_uuid()
     from generate_series(1, $3::int) n returning id`,
    [...scope, large + operations],
  );
  await client.query(`with made as (
      insert into account (organization_id, id, active, active_because)
      select organization_id, id, true, 'seed' from directory_user returning organization_id, id)
    insert into account_link (organization_id, user_id, account_id, connection_id, via)
    select m.organization_id, m.id, m.id, '${connection}', 'seed' from made m`);
  const groups = (count: number, name: string) =>
    rows(
      `insert into directory_group (organization_id, id, connection_id, display_name, display_name_key, resource, cause_event_id)
       select $1, gen_random_uuid(), $2, $4, lower($4), jsonb_build_object('displayName', $4::text), gen_random_uuid()
       from generate_series(1, $3::int) returning id`,
      [...scope, count, name],
    );
  const small = await groups(operations, "Engineering");
  const [big] = await groups(1, "Everyone");
  const members = `insert into membership (organization_id, group_id, user_id, cause_event_id)
    select $1, g, u, gen_random_uuid() from unnest($2::uuid[]) g, unnest($3::uuid[]) u`;
  const ids = people.map((row) => row.id);
  await client.query(members, [organization, small.map((row) => row.id), ids.slice(0, 10)]);
  await client.query(members, [organization, [big?.id], ids.slice(0, large)]);
  await client.query("create table reference_token (id int primary key, hash text unique)");
  await client.query("grant select on reference_token to public");
  await client.query("vacuum analyze");
  await client.end();
  return { organization, people: ids, small: small.map((row) => row.id), large: big?.id ?? "" };
};
