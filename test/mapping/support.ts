/** Builders and generators of facts and mappings over a universe small enough for things to coincide. */
import fc from "fast-check";
import {
  AccountId,
  type ConnectionFact,
  ConnectionId,
  connectionKinds,
  DirectoryGroupId,
  DirectoryUserId,
  EventId,
  type Facts,
  type GroupFact,
  groupKinds,
  type JsonObject,
  type PersonFact,
  RoleKey,
  undecided,
} from "../../src/domain/index.ts";
import {
  type Catalogue,
  type Condition,
  decodeMapping,
  type Mapping,
  type Rule,
} from "../../src/mapping/index.ts";

export const uuid = (number: number): string =>
  `00000000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
export const groupId = (number: number) => DirectoryGroupId.make(uuid(number));
export const event = (number: number) => EventId.make(uuid(number));
/** A moment for those who do not care. */
export const now = Date.parse("2026-06-01T12:00:00Z");
export const role = (key: string) => RoleKey.make(key);

export const connection = (slug: string, more: Partial<ConnectionFact> = {}): ConnectionFact => ({
  id: ConnectionId.make(uuid([...slug].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7))),
  slug,
  kind: "scim",
  enabled: true,
  lifecycleAuthority: null,
  ...more,
});

export const group = (number: number, more: Partial<GroupFact> = {}): GroupFact => ({
  id: groupId(number),
  externalId: `ext-${number}`,
  kind: "group",
  name: `group ${number}`,
  cause: event(1000 + number),
  ...more,
});

export const person = (number: number, more: Partial<PersonFact> = {}): PersonFact => ({
  id: DirectoryUserId.make(uuid(number)),
  connection: connection("okta"),
  active: true,
  attributes: {},
  groups: [],
  isOurs: false,
  cause: event(2000 + number),
  ...more,
});

export const facts = (
  people: ReadonlyArray<PersonFact>,
  lost: ReadonlyArray<ConnectionFact> = [],
): Facts => ({
  account: AccountId.make(uuid(1)),
  people,
  lost,
  decided: undecided,
});

export const rule = (
  id: string,
  when: Condition,
  grant: ReadonlyArray<string>,
  deny: ReadonlyArray<string> = [],
): Rule => ({
  id,
  when,
  grant: grant.map(role),
  deny: deny.map(role),
});

export const mapping = (...rules: ReadonlyArray<Rule>): Mapping => ({ rules });

export const department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
export const names = [
  "admin",
  "Admin",
  "Sales",
  "__proto__",
  "constructor",
  "lib-a",
  "lib-b c",
  "lib- ",
  "lib-",
];
const slugs = ["okta", "entra", "cloak", "login"];
const externalIds = ["a", "A", "b", "c d"];

const slug = fc.constantFrom(...slugs);
const bit = fc.boolean();
const text = fc.constantFrom("x", "X", "y", "");

const groupNumber = fc.integer({ min: 1, max: 6 });

/** One condition that names groups in a positive way. */
const groupLeaf: fc.Arbitrary<Condition> = fc.oneof(
  groupNumber.map((number) => ({ group: groupId(number) })),
  fc
    .record({ connection: slug, id: fc.constantFrom(...externalIds) })
    .map((externalGroup) => ({ externalGroup })),
  fc
    .record(
      { equals: fc.constantFrom(...names), connection: slug, kind: fc.constantFrom(...groupKinds) },
      { requiredKeys: ["equals"] },
    )
    .map((groupName) => ({ groupName })),
  fc
    .record(
      {
        prefix: fc.constantFrom("a", "ad", "S", "lib-", "lib-a", "x"),
        connection: slug,
        kind: fc.constantFrom(...groupKinds),
      },
      { requiredKeys: ["prefix"] },
    )
    .map((groupName) => ({ groupName })),
  fc
    .record(
      {
        glob: fc.constantFrom(
          "?dmin",
          "*a*",
          "l*-*",
          "lib-{scope}",
          "lib-{scope}",
          "{scope}min",
          "*",
          "A????",
        ),
        connection: slug,
        kind: fc.constantFrom(...groupKinds),
      },
      { requiredKeys: ["glob"] },
    )
    .map((groupName) => ({ groupName })),
  fc.constantFrom(...groupKinds).map((groupKind) => ({ groupKind })),
);

/** Dates as sources write them, with what they mean. The clock may stand on any of them, and a little before and after. */
export const dates: Readonly<Record<string, number>> = {
  "2026-05-31": now - 36 * 3600_000,
  "2026-06-01T12:00:00Z": now,
  "2026-06-01T14:00:00.000+02:00": now,
  "2026-06-01T12:00:00.001": now + 1,
  "2026-06-03": now + 36 * 3600_000,
};
const date = fc.constantFrom(...Object.keys(dates));

/** A moment near one that matters. */
export const anyNow: fc.Arbitrary<number> = fc
  .tuple(fc.constantFrom(...Object.values(dates)), fc.integer({ min: -2, max: 2 }))
  .map(([moment, more]) => moment + more);

const attributeName = fc.constantFrom(
  "title",
  "emails.value",
  department,
  "level",
  "endDate",
  "constructor",
  "__proto__",
);
const moment = fc.oneof(fc.constant("now"), date);

const attributeLeaf: fc.Arbitrary<Condition> = fc
  .oneof(
    fc.record({ name: attributeName, equals: fc.oneof(text, bit, fc.integer({ min: 0, max: 2 })) }),
    fc.record({ name: attributeName, in: fc.array(text, { minLength: 1, maxLength: 3 }) }),
    fc.record({ name: fc.constant("endDate"), before: moment }),
    fc.record({ name: fc.constant("endDate"), after: moment }),
  )
  .map((attribute) => ({ attribute }));

const domainLeaf: fc.Arbitrary<Condition> = fc
  .constantFrom("acme.test", "ACME.test", "x.test")
  .map((emailDomain) => ({ emailDomain }));

const presentLeaf: fc.Arbitrary<Condition> = fc
  .record({ name: attributeName, present: bit })
  .map((attribute) => ({ attribute }));

const connectionLeaf: fc.Arbitrary<Condition> = slug.map((connection) => ({ connection }));

const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });

/** Conditions that can only be helped by another group: no `not` anywhere. */
export const positiveCondition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: groupLeaf, weight: 3 },
    attributeLeaf,
    domainLeaf,
    connectionLeaf,
    some(tie("tree")).map((all) => ({ all })),
    some(tie("tree")).map((any) => ({ any })),
  ),
})).tree;

export const condition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: groupLeaf, weight: 3 },
    attributeLeaf,
    presentLeaf,
    domainLeaf,
    connectionLeaf,
    some(tie("tree")).map((all) => ({ all })),
    some(tie("tree")).map((any) => ({ any })),
    tie("tree").map((not) => ({ not })),
  ),
})).tree;

const roleKeys = ["reader", "editor", "owner"].map(role);
const plainGrant = fc.oneof(
  fc.constantFrom(...roleKeys),
  fc.record({
    role: fc.constantFrom(...roleKeys),
    scope: fc.constantFrom("north", "south east", "library:a"),
  }),
);
const grant = fc.oneof(
  { arbitrary: plainGrant, weight: 3 },
  fc.record(
    {
      role: fc.constantFrom(...roleKeys),
      scopeFrom: fc.constantFrom("library:{scope}", "{scope}"),
      createScope: bit,
    },
    { requiredKeys: ["role", "scopeFrom"] },
  ),
);

/** What a rule must not hold without a capture, or at all, is left out. */
const acceptable = (each: Rule): Rule =>
  decodeMapping({ rules: [each] })._tag === "Success"
    ? each
    : {
        id: each.id,
        when: each.when,
        grant: (each.grant ?? []).filter((one) => typeof one === "string" || "scope" in one),
        deny: [role("nobody")],
      };

const rulesOf = (when: fc.Arbitrary<Condition>, denies: number): fc.Arbitrary<Mapping> =>
  fc
    .record(
      {
        rules: fc.array(
          fc.record(
            {
              when,
              grant: fc.array(grant, { minLength: 1, maxLength: 3 }),
              deny: fc.array(fc.constantFrom(...roleKeys), { maxLength: denies }),
              validFrom: date,
              validUntil: date,
            },
            { requiredKeys: ["when", "grant", "deny"] },
          ),
          { maxLength: 8 },
        ),
        defaults: fc.array(
          fc.record({ connection: slug, grant: fc.array(plainGrant, { minLength: 1, maxLength: 2 }) }),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: ["rules"] },
    )
    .map(({ rules, ...more }) => ({
      rules: rules.map((each, index) => acceptable({ id: `rule-${index}`, ...each })),
      ...more,
    }));

export const anyCatalogue: fc.Arbitrary<Catalogue> = fc
  .record({
    ladders: fc
      .shuffledSubarray(roleKeys)
      .chain((roles) => fc.nat(roles.length).map((at) => [roles.slice(0, at), roles.slice(at)])),
    reserved: fc.subarray(roleKeys, { maxLength: 1 }),
    scopes: fc.subarray(["library:a", "a", "dmin", "ad"]),
  })
  .map(({ ladders, reserved, scopes }) => ({
    ladders,
    reserved: new Set(reserved),
    scopes: new Set(scopes),
  }));

export const anyMapping = rulesOf(condition, 1);
export const positiveMapping = rulesOf(positiveCondition, 0);

export const anyGroup: fc.Arbitrary<GroupFact> = fc
  .record({
    number: groupNumber,
    externalId: fc.option(fc.constantFrom(...externalIds)),
    kind: fc.constantFrom(...groupKinds),
    name: fc.constantFrom(...names),
    cause: fc.integer({ min: 1, max: 9 }).map(event),
  })
  .map(({ number, ...more }) => group(number, more));

const attributes: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      title: text,
      level: fc.oneof(bit, fc.integer({ min: 0, max: 2 })),
      endDate: fc.oneof(date, text),
      emails: fc.array(
        fc.record({ value: fc.oneof(text, fc.constantFrom("a@acme.test", "b@c@Acme.test")) }),
        {
          maxLength: 2,
        },
      ),
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": fc.record({ department: text }),
    },
    { requiredKeys: [] },
  )
  .map((each): JsonObject => ({ ...each }));

const anyConnection = (name: string): fc.Arbitrary<ConnectionFact> =>
  fc
    .record({
      kind: fc.constantFrom(...connectionKinds),
      enabled: fc.nat(4).map((number) => number > 0),
      lifecycleAuthority: fc.constantFrom(null, null, true, false),
    })
    .map((more) => connection(name, more));

const anyPerson = (connections: ReadonlyArray<ConnectionFact>): fc.Arbitrary<PersonFact> =>
  fc
    .record({
      number: fc.integer({ min: 1, max: 5 }),
      connection: fc.constantFrom(...connections),
      active: fc.nat(4).map((number) => number > 0),
      attributes,
      groups: fc.uniqueArray(anyGroup, { maxLength: 4, selector: ({ id }) => id }),
      cause: fc.integer({ min: 1, max: 9 }).map(event),
    })
    .map(({ number, ...more }) => person(number, more));

export const anyFacts: fc.Arbitrary<Facts> = fc
  .tuple(...slugs.map(anyConnection))
  .chain((connections) =>
    fc
      .tuple(
        fc.uniqueArray(anyPerson(connections), { maxLength: 4, selector: ({ id }) => id }),
        fc.subarray(connections, { maxLength: 2 }),
      )
      .map(([people, lost]) => facts(people, lost)),
  );

/** The same list in another order. */
export const shuffled = <T>(items: ReadonlyArray<T>): fc.Arbitrary<ReadonlyArray<T>> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
