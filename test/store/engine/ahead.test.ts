/** What nobody waits for goes to PostgreSQL with the statement after it. */
import { afterAll, describe, expect, it, vi } from "vitest";
import { ahead, once, PreparedClient } from "../../../src/store/engine/prepared.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../../support/engines.ts";

const suite = hasPostgres
  ? "statements sent ahead"
  : `statements sent ahead (skipped, because ${postgresMissing})`;

describe.skipIf(!hasPostgres)(suite, async () => {
  if (!hasPostgres) return;
  const { superuser } = await newDatabase();
  const client = new PreparedClient({ connectionString: superuser });
  await client.connect();
  afterAll(() => client.end());
  const setting = () =>
    client.query("select current_setting('rolebridge.test', true) as value where $1", [true]);
  const remember = (value: string) =>
    client.query(`${ahead}select set_config('rolebridge.test', $1, true)`, [value]);

  it("are sent with the next one, in one packet and in order", async () => {
    await client.query("begin");
    await remember("warm");
    await setting();
    await client.query("rollback");
    const write = vi.spyOn(client.connection.stream, "_writev" as "write");
    await client.query("begin");
    await remember("together");
    expect(write).not.toHaveBeenCalled();
    expect((await setting()).rows).toEqual([{ value: "together" }]);
    expect(write).toHaveBeenCalledTimes(1);
    await client.query("rollback");
    expect((await setting()).rows).toEqual([{ value: "" }]);
  });

  it("fail the one after them by their own error, and leave the session usable", async () => {
    await client.query("begin");
    await client.query(`${ahead}select 1 / $1::int`, [0]);
    await expect(setting()).rejects.toMatchObject({ code: "22012" });
    await client.query("rollback");
    expect((await setting()).rows).toHaveLength(1);
  });

  it("fail a commit, which PostgreSQL alone would answer as if all were well", async () => {
    await client.query("create table kept (n int)");
    await client.query("begin");
    await client.query("insert into kept values (1)");
    await client.query(`${ahead}select 1 / $1::int`, [0]);
    await expect(client.query("commit")).rejects.toMatchObject({ code: "22012" });
    await client.query("rollback");
    expect((await client.query("select * from kept")).rows).toEqual([]);
  });
});

describe.skipIf(!hasPostgres)(`names of ${suite}`, async () => {
  if (!hasPostgres) return;
  const { superuser } = await newDatabase();
  const client = new PreparedClient({ connectionString: superuser });
  await client.connect();
  afterAll(() => client.end());
  const prepared = async () =>
    (await client.query("select statement from pg_prepared_statements")).rows.map(
      ({ statement }) => statement,
    );

  it("are not for statements of a client's shape, however many there are", async () => {
    for (let at = 0; at < 600; at += 1) await client.query(`select ${once} $1::int + ${at}`, [1]);
    await client.query("select $1::int as hot", [1]);
    expect(await prepared()).toEqual(["select $1::int as hot"]);
  });
});
