/** Lists in order: as sorting in memory has it, and every witness once however others come and go. */
import { Effect } from "effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EventId, fold, type JsonObject } from "../../src/domain/index.ts";
import { resolvePath, User } from "../../src/scim/schema/index.ts";
import {
  deleteUser,
  insertUser,
  listUsers,
  newId,
  newUserId,
  type Order,
  type Place,
  Store,
  type UserRow,
  updateUser,
  userState,
} from "../../src/store/index.ts";
import { engines } from "../support/engines.ts";
import { newOrganization, openWorld, type World } from "../support/world.ts";

const words = ["", "a", "A", "b", "ab", "B", "_", "ß", "Ä", "ä", "İ", "\\", "'", "𐀀", "ﬀ", "x".repeat(600)];
const word = fc.constantFrom(...words);
const email = fc.record({ value: word, type: word, primary: fc.boolean() }, { requiredKeys: ["value"] });

const person = fc
  .record(
    {
      title: word,
      externalId: word,
      active: fc.boolean(),
      name: fc.record({ givenName: word }, { requiredKeys: [] }),
      emails: fc
        .array(email, { maxLength: 3 })
        .map((list) => list.map((each, at) => ({ ...each, primary: each.primary === true && at === 1 }))),
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": fc.record(
        { department: word },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  .map((attributes): JsonObject => JSON.parse(JSON.stringify(attributes)));

const paths = [
  "title",
  "externalId",
  "active",
  "name.givenName",
  "emails.value",
  "emails.type",
  "emails.primary",
  "meta.created",
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
];

const orderBy = (name: string, descending: boolean): Order => {
  const path = resolvePath(User, name);
  if (path === undefined) throw new Error(name);
  return { path, type: path.type, descending };
};

const order = fc.tuple(fc.constantFrom(...paths), fc.boolean()).map((parts) => orderBy(...parts));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** The value to sort by, as RFC 7644 §3.4.2.3 says it, written without a look at the code under test. */
const sortValue = (row: UserRow, { path, type }: Order): unknown => {
  if (path === undefined) return undefined;
  // A row's Date has milliseconds, the database more: the order of creation is told by the name given then.
  if (path.keys[0] === "meta") return Number(row.userNameKey.slice(1));
  let value: unknown = row.resource;
  for (const key of path.keys) {
    if (Array.isArray(value)) value = value.find((each) => each.primary === true) ?? value[0];
    value = isObject(value) ? value[key] : undefined;
  }
  if (typeof value !== "string" || type === "dateTime") return value;
  return [...(path.caseExact ? value : fold(value))].slice(0, 512).join("");
};

const utf8 = (text: unknown) => Buffer.from(String(text), "utf8");
const compareValues = (left: unknown, right: unknown): number =>
  typeof left === "string" ? Buffer.compare(utf8(left), utf8(right)) : Number(left) - Number(right);

const inOrder =
  (by: Order) =>
  (left: UserRow, right: UserRow): number => {
    const [a, b] = [sortValue(left, by), sortValue(right, by)];
    const missing = Number(a === undefined) - Number(b === undefined);
    const ascending = missing !== 0 || a === undefined ? missing : compareValues(a, b);
    return (by.descending ? -ascending : ascending) || (left.id < right.id ? -1 : 1);
  };

describe.each(engines)("order on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  /** A connection with these people, and what a test does with it. */
  const populate = async (people: ReadonlyArray<JsonObject>) => {
    const { id, connections } = await world.runPromise(newOrganization("okta"));
    const [connection] = connections;
    if (connection === undefined) throw new Error("no connection");
    let count = 0;
    const within = <A, E>(body: Parameters<typeof Store.Service.tenant<A, E, never>>[1]) =>
      world.runPromise(Effect.flatMap(Store, (store) => store.tenant(id, body)));
    const add = (attributes: JsonObject) => {
      count += 1;
      const state = userState({ ...attributes, userName: `p${count}` }, true);
      return within((tx) => insertUser(tx, connection, newUserId(), state, newId<EventId>()));
    };
    const rows: Array<UserRow> = [];
    for (const attributes of people) rows.push(await add(attributes));
    return {
      rows,
      add,
      remove: (row: UserRow) => within((tx) => deleteUser(tx, row.id)),
      change: (row: UserRow, attributes: JsonObject) => {
        const state = userState({ ...attributes, userName: row.userNameKey }, true);
        return within((tx) => updateUser(tx, row.id, state, newId<EventId>()));
      },
      page: (by: Order | undefined, limit: number, after: Place | undefined) =>
        within((tx) => listUsers(tx, connection, { where: undefined, offset: 0, limit, order: by, after })),
    };
  };

  it.skipIf(skip)("is what sorting in memory gives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 12 }),
        fc.array(order, { minLength: 8, maxLength: 8 }),
        async (people, orders) => {
          const { rows, page } = await populate(people);
          for (const by of orders) {
            const wanted = rows.toSorted(inOrder(by)).map((row) => row.userNameKey);
            const found = (await page(by, 100, undefined)).rows.map((row) => row.userNameKey);
            expect(found, JSON.stringify([by.path?.keys, by.descending])).toEqual(wanted);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  const disturbance = fc.record({
    what: fc.constantFrom("add", "remove", "change"),
    whom: fc.nat(20),
    to: person,
  });

  it.skipIf(skip)("shows every witness once while others are created, changed and deleted", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 2, maxLength: 12 }),
        fc.option(order, { nil: undefined }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(disturbance, { minLength: 6, maxLength: 12 }),
        async (people, by, limit, disturbances) => {
          const { rows, add, remove, change, page } = await populate(people);
          const witnesses = rows.filter((_, at) => at % 2 === 0);
          const others = rows.filter((_, at) => at % 2 === 1);
          const seen: Array<string> = [];
          const disturb = async ({ what, whom, to }: (typeof disturbances)[number]) => {
            const victim = others[whom % Math.max(1, others.length)];
            if (what === "add") await add(to);
            if (what === "remove" && victim !== undefined) await remove(victim);
            // Who is removed already cannot change: that disturbs nobody.
            if (what === "change" && victim !== undefined) await change(victim, to).catch(() => undefined);
          };
          let after: Place | undefined;
          // At most all that ever were there, one on each page, and the empty page at the end.
          for (let at = 0; at <= rows.length + disturbances.length; at += 1) {
            const { rows: found } = await page(by, limit, after);
            seen.push(...found.map(({ id }) => id));
            const last = found.at(-1);
            if (last === undefined) break;
            after = { id: last.id, key: last.sortKey ?? null };
            const next = disturbances[at];
            if (next !== undefined) await disturb(next);
          }
          const times = (row: UserRow) => seen.filter((id) => id === row.id).length;
          expect(witnesses.map(times)).toEqual(witnesses.map(() => 1));
          // Without an order nobody moves: not even who was changed is seen twice.
          if (by === undefined) expect(new Set(seen).size).toBe(seen.length);
        },
      ),
      { numRuns: 30 },
    );
  });
});
