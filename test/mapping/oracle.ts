/**
 * The mapping's meaning written a second time, as plainly as possible: every rule against every person,
 * no index, no shared code. Slow on purpose.
 */
import type { Facts, Json, JsonObject, PersonFact } from "../../src/domain/index.ts";
import type { AttributeTest, Condition, Mapping } from "../../src/mapping/index.ts";
import { department } from "./support.ts";

const field = (object: Json | undefined, key: string): Json | undefined =>
  Object.entries(object ?? {}).find(([name]) => name === key)?.[1];

const look: Record<string, (attributes: JsonObject) => ReadonlyArray<Json | undefined>> = {
  title: (attributes) => [field(attributes, "title")],
  level: (attributes) => [field(attributes, "level")],
  "emails.value": (attributes) =>
    Object.values(field(attributes, "emails") ?? {}).map((mail) => field(mail, "value")),
  [department]: (attributes) => [
    field(field(attributes, department.replace(":department", "")), "department"),
  ],
};

const passes = (test: AttributeTest, attributes: JsonObject): boolean => {
  const find = Object.entries(look).find(([name]) => name === test.name)?.[1];
  const values = (find?.(attributes) ?? []).map((value) =>
    typeof value === "string" ? value.toLowerCase() : value,
  );
  const plain = (value: Json) => (typeof value === "string" ? value.toLowerCase() : value);
  if ("present" in test) return values.some((value) => value !== undefined && value !== "") === test.present;
  if ("in" in test) return test.in.some((value) => values.includes(plain(value)));
  return values.includes(plain(test.equals));
};

const groupsNamed = (condition: Condition, { groups, connection }: PersonFact): ReadonlyArray<string> =>
  groups
    .filter((group) => {
      if ("group" in condition) return group.id === condition.group;
      if ("externalGroup" in condition) {
        const { externalGroup } = condition;
        return externalGroup.connection === connection.slug && externalGroup.id === group.externalId;
      }
      if (!("groupName" in condition)) return false;
      const { equals, connection: slug = connection.slug } = condition.groupName;
      return equals === group.name && slug === connection.slug;
    })
    .map(({ id }) => id);

export const holds = (condition: Condition, person: PersonFact): boolean => {
  if ("all" in condition) return condition.all.every((each) => holds(each, person));
  if ("any" in condition) return condition.any.some((each) => holds(each, person));
  if ("not" in condition) return !holds(condition.not, person);
  if ("connection" in condition) return condition.connection === person.connection.slug;
  if ("attribute" in condition) return passes(condition.attribute, person.attributes);
  return groupsNamed(condition, person).length > 0;
};

/** Each role that some rule grants and none denies, as `role|scope`, with `rule|person` for every firing. */
export const naive = ({ people }: Facts, { rules }: Mapping): ReadonlyMap<string, ReadonlySet<string>> => {
  const counted = people.filter(({ active, connection }) => active && connection.enabled);
  const fired = rules.flatMap((rule) =>
    counted.filter((person) => holds(rule.when, person)).map((person) => ({ rule, person })),
  );
  const denied = fired.flatMap(({ rule }) => rule.deny ?? []);
  const roles = new Map<string, Set<string>>();
  for (const { rule, person } of fired) {
    for (const grant of rule.grant ?? []) {
      const { role, scope } = typeof grant === "string" ? { role: grant, scope: "" } : grant;
      if (denied.includes(role)) continue;
      const key = `${role}|${scope}`;
      roles.set(key, (roles.get(key) ?? new Set()).add(`${rule.id}|${person.id}`));
    }
  }
  return roles;
};
