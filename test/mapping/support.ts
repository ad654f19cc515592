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
  type JsonObject,
  type PersonFact,
  RoleKey,
} from "../../src/domain/index.ts";
import type { Condition, Mapping, Rule } from "../../src/mapping/index.ts";

export const uuid = (number: number): string =>
  `00000000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
export const groupId = (number: number) => DirectoryGroupId.make(uuid(number));
export const event = (number: number) => EventId.make(uuid(number));
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
export const names = ["admin", "Admin", "Sales", "__proto__", "constructor"];
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
    .record({ equals: fc.constantFrom(...names), connection: slug }, { requiredKeys: ["equals"] })
    .map((groupName) => ({ groupName })),
);

const attributeName = fc.constantFrom(
  "title",
  "emails.value",
  department,
  "level",
  "constructor",
  "__proto__",
);

const attributeLeaf: fc.Arbitrary<Condition> = fc
  .oneof(
    fc.record({ name: attributeName, equals: fc.oneof(text, bit, fc.integer({ min: 0, max: 2 })) }),
    fc.record({ name: attributeName, in: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  )
  .map((attribute) => ({ attribute }));

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
    connectionLeaf,
    some(tie("tree")).map((all) => ({ all })),
    some(tie("tree")).map((any) => ({ any })),
    tie("tree").map((not) => ({ not })),
  ),
})).tree;

const roleKeys = ["reader", "editor", "owner"].map(role);
const grant = fc.oneof(
  fc.constantFrom(...roleKeys),
  fc.record({ role: fc.constantFrom(...roleKeys), scope: fc.constantFrom("north", "south east") }),
);

const rulesOf = (when: fc.Arbitrary<Condition>, denies: number): fc.Arbitrary<Mapping> =>
  fc
    .array(
      fc.record({
        when,
        grant: fc.array(grant, { minLength: 1, maxLength: 3 }),
        deny: fc.array(fc.constantFrom(...roleKeys), { maxLength: denies }),
      }),
      { maxLength: 8 },
    )
    .map((rules) => ({ rules: rules.map((each, index) => ({ id: `rule-${index}`, ...each })) }));

export const anyMapping = rulesOf(condition, 1);
export const positiveMapping = rulesOf(positiveCondition, 0);

export const anyGroup: fc.Arbitrary<GroupFact> = fc
  .record({
    number: groupNumber,
    externalId: fc.option(fc.constantFrom(...externalIds)),
    name: fc.constantFrom(...names),
    cause: fc.integer({ min: 1, max: 9 }).map(event),
  })
  .map(({ number, ...more }) => group(number, more));

const attributes: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      title: text,
      level: fc.oneof(bit, fc.integer({ min: 0, max: 2 })),
      emails: fc.array(fc.record({ value: text }), { maxLength: 2 }),
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
      groups: fc.array(anyGroup, { maxLength: 4 }),
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
