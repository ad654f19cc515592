/** People and groups to measure with, written straight into the tables: the product's own way is what is measured. */
import { noObjection } from "../src/mapping/index.ts";

export type Rows = (text: string, values?: ReadonlyArray<unknown>) => Promise<ReadonlyArray<{ id: string }>>;

export interface Seeded {
  readonly organization: string;
  /** The first of them are members of the large groups. */
  readonly people: ReadonlyArray<string>;
  /** Groups of ten. */
  readonly small: ReadonlyArray<string>;
  readonly of1000: string;
  readonly large: string;
}

const smallMembers = 10;

export const seedPeople = async (
  rows: Rows,
  count: number,
): Promise<Omit<Seeded, "small" | "of1000" | "large">> => {
  const organization = (await rows("select id from organization"))[0]?.id ?? "";
  const connection = (await rows("select id from connection"))[0]?.id ?? "";
  const people = await rows(
    `insert into directory_user (organization_id, id, connection_id, user_name_key, active, resource, cause_event_id)
     select $1, gen_random_uuid(), $2, 'seed-' || n, true,
       jsonb_build_object('userName', 'seed-' || n, 'active', true), gen_random_uuid()
     from generate_series(1, $3::int) n returning id`,
    [organization, connection, count],
  );
  // As the product leaves them: what evaluating them says already.
  await rows(
    `with made as (
      insert into account (organization_id, id, active, active_because)
      select organization_id, id, true, $2 from directory_user returning organization_id, id)
    insert into account_link (organization_id, user_id, account_id, connection_id, via)
    select m.organization_id, m.id, m.id, $1, 'new' from made m`,
    [connection, noObjection],
  );
  return { organization, people: people.map(({ id }) => id) };
};

const seedGroups = async (rows: Rows, count: number, name: string) =>
  (
    await rows(
      `insert into directory_group
         (organization_id, id, connection_id, display_name, display_name_key, resource, cause_event_id)
       select organization_id, gen_random_uuid(), id, $2, lower($2), jsonb_build_object('displayName', $2::text),
         gen_random_uuid()
       from connection, generate_series(1, $1::int) returning id`,
      [count, name],
    )
  ).map(({ id }) => id);

const addMembers = (rows: Rows, group: string, people: ReadonlyArray<string>) =>
  rows(
    `insert into membership (organization_id, group_id, user_id, cause_event_id)
     select organization_id, id, u, gen_random_uuid() from directory_group, unnest($2::text::uuid[]) u
     where id = $1`,
    [group, `{${people.join(",")}}`],
  );

export interface Shape {
  /** Members of the large group. */
  readonly large: number;
  /** How many small groups. */
  readonly small: number;
  /** People in no group yet. */
  readonly newcomers: number;
}

export const seed = async (rows: Rows, shape: Shape): Promise<Seeded> => {
  const { organization, people } = await seedPeople(rows, shape.large + shape.newcomers);
  const small = await seedGroups(rows, shape.small, "Engineering");
  const [of1000 = "", big = ""] = [
    ...(await seedGroups(rows, 1, "Department")),
    ...(await seedGroups(rows, 1, "Everyone")),
  ];
  for (const [at, group] of small.entries()) {
    await addMembers(rows, group, people.slice(at * smallMembers, (at + 1) * smallMembers));
  }
  await addMembers(rows, of1000, people.slice(0, 1_000));
  await addMembers(rows, big, people.slice(0, shape.large));
  await rows("vacuum analyze");
  return { organization, people, small, of1000, large: big };
};
