/** Statements per login: the same for somebody in ten groups and for somebody in 200, whatever changed. */
import { Effect } from "effect";
import { afterAll, describe, expect, it } from "vitest";
import { watchSql } from "../support/sql.ts";
import { openWorld } from "../support/world.ts";
import { openArrivals, reply } from "./arrivals.ts";

const sql = watchSql();
const world = await openWorld({ _tag: "Memory" });
afterAll(() => world.dispose());
const arrive = await world.runPromise(openArrivals);

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);
const count = (sub: string, groups: ReadonlyArray<number>) =>
  sql.count(() => world.runPromise(arrive(reply(sub, groups))));

/** Groups of the first half of the roles, or of the second: their rules grant 40 roles in turn. */
const half = (groups: number, which: 0 | 1) =>
  Array.from({ length: groups }, (_, at) => Math.floor(at / 20) * 40 + which * 20 + (at % 20));

/** First, the same again, one group instead of another, all others: other roles, too. */
const costs = async (sub: string, groups: number) => {
  const first = half(groups, 0);
  return [
    await count(sub, first),
    await count(sub, first),
    await count(sub, [...first.slice(1), 400]),
    await count(sub, half(groups, 1)),
  ];
};

describe("the number of statements of a login", () => {
  it("does not depend on how many groups it names", async () => {
    // Groups that nobody named before are made by whoever names them first.
    await world.runPromise(Effect.asVoid(arrive(reply("all", upTo(401)))));
    await costs("warm", 10);
    const few = await costs("few", 10);
    const many = await costs("many", 200);
    expect(many).toEqual(few);
    console.log(
      `statements of a first login, the same again, one group changed, all changed: ${few.join(", ")}`,
    );
  }, 120_000);
});
