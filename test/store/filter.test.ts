/** A filter as SQL finds what the filter evaluated in memory finds, on both engines. */
import { Effect, Result } from "effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConnectionId, EventId, JsonObject, OrganizationId } from "../../src/domain/index.ts";
import { evaluate, parseFilter, type ResolvedFilter, resolveFilter } from "../../src/scim/filter/index.ts";
import { User } from "../../src/scim/schema/index.ts";
import {
  insertUser,
  listUsers,
  newId,
  newUserId,
  Store,
  type UserRow,
  userState,
} from "../../src/store/index.ts";
import { engines } from "../support/engines.ts";
import { newOrganization, openWorld, type World } from "../support/world.ts";

const words = ["", "a", "A", "b", "ab", "B%", "_", "ß", "Ä", "ä", "İ", "Σ", "σς", "\\", "'", "𐀀", "é"];
const word = fc.constantFrom(...words);

const email = fc.record(
  { value: word, type: fc.constantFrom("work", "home", "WORK"), primary: fc.boolean() },
  { requiredKeys: ["value"] },
);

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const person = fc
  .record(
    {
      title: word,
      externalId: word,
      active: fc.boolean(),
      name: fc.record({ givenName: word, familyName: word }, { requiredKeys: [] }),
      emails: fc.array(email, { maxLength: 3 }),
      profileUrl: word,
      x509Certificates: fc.array(fc.record({ value: word }), { maxLength: 2 }),
      [enterprise]: fc.record(
        { department: word, manager: fc.record({ value: word }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  .map((attributes): JsonObject => JSON.parse(JSON.stringify(attributes)));

const quoted = word.map((text) => JSON.stringify(text));
const textPath = fc.constantFrom(
  "title",
  "externalId",
  "name.givenName",
  "name.familyName",
  "emails.value",
  "emails.type",
  "emails",
  "nickName",
  "profileUrl",
  `${enterprise}:department`,
  `${enterprise}:manager`,
);
const textOperator = fc.constantFrom("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le");

const comparison = fc.tuple(textPath, textOperator, quoted).map((parts) => parts.join(" "));
const flag = fc
  .tuple(fc.constantFrom("active", "emails.primary"), fc.constantFrom("eq", "ne"), fc.boolean())
  .map((parts) => parts.join(" "));
const present = fc.constantFrom("title pr", "name pr", "emails pr", "emails.primary pr", "externalId pr");
const element = fc.oneof(
  fc.tuple(fc.constantFrom("value", "type"), textOperator, quoted).map((parts) => parts.join(" ")),
  fc.constant("primary eq true"),
);
const some = fc
  .tuple(element, element, fc.constantFrom("and", "or"))
  .map(([left, right, how]) => `emails[${left} ${how} ${right}]`);
const certificate = fc
  .tuple(fc.constantFrom("eq", "ne", "co", "sw", "ew"), quoted)
  .map((parts) => `x509Certificates.value ${parts.join(" ")}`);
/** Also moments that differ only in how they are written, and one between which all were created. */
const moment = fc
  .tuple(
    fc.constantFrom("meta.created", "meta.lastModified"),
    fc.constantFrom("eq", "ne", "gt", "ge", "lt", "le"),
    fc.constantFrom("2001-02-03T04:05:06Z", "2001-02-03T05:05:06+01:00", "2999-01-01T00:00:00.5Z"),
  )
  .map(([path, operator, text]) => `${path} ${operator} "${text}"`);
const leaf = fc.oneof(comparison, flag, present, some, certificate, moment);

const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    leaf,
    fc
      .tuple(tie("filter"), tie("filter"), fc.constantFrom("and", "or"))
      .map(([left, right, how]) => `(${left} ${how} ${right})`),
    tie("filter").map((inner) => `not (${inner})`),
  ),
}));

const resolved = (text: string): ResolvedFilter =>
  Result.getOrThrow(Result.flatMap(parseFilter(text), (parsed) => resolveFilter(User, parsed.filter)));

const shown = (row: UserRow): JsonObject => ({
  ...row.resource,
  id: row.id,
  meta: { created: row.createdAt.toISOString(), lastModified: row.updatedAt.toISOString() },
});

describe.each(engines)("filters on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());

  const populate = (people: ReadonlyArray<JsonObject>) =>
    world.runPromise(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id, connections } = yield* newOrganization("okta");
        const [connection] = connections;
        if (connection === undefined) return yield* Effect.die("no connection");
        const rows = yield* store.tenant(id, (tx) =>
          Effect.forEach(people, (attributes, at) => {
            const state = userState({ ...attributes, userName: `p${at}` }, true);
            return insertUser(tx, connection, newUserId(), state, newId<EventId>());
          }),
        );
        return { id, connection, rows };
      }),
    );

  const found = (organization: OrganizationId, connection: ConnectionId, where: ResolvedFilter) =>
    world.runPromise(
      Effect.flatMap(Store, (store) =>
        store.tenant(organization, (tx) => listUsers(tx, connection, { where, offset: 0, limit: 1000 })),
      ),
    );

  it.skipIf(skip)("find what evaluating them in memory finds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 12 }),
        fc.array(filter, { minLength: 10, maxLength: 20 }),
        async (people, filters) => {
          const { id, connection, rows } = await populate(people);
          for (const text of filters) {
            const where = resolved(text);
            const { rows: hits, total } = await found(id, connection, where);
            const wanted = rows
              .flatMap((row) => (row === undefined ? [] : [row]))
              .filter((row) => evaluate(where, shown(row)));
            expect(
              hits.map((row) => row.userNameKey),
              text,
            ).toEqual(wanted.map((row) => row.userNameKey));
            expect(total).toBe(wanted.length);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
