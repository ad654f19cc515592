/**
 * The mapping's meaning written a second time, as plainly as possible: every rule against every person,
 * no index, no shared code. Slow on purpose.
 */
import type { Facts, Json, JsonObject, PersonFact } from "../../src/domain/index.ts";
import type { AttributeTest, Catalogue, Condition, Mapping, Rule } from "../../src/mapping/index.ts";
import { dates, department } from "./support.ts";

const field = (object: Json | undefined, key: string): Json | undefined =>
  Object.entries(object ?? {}).find(([name]) => name === key)?.[1];

const look: Record<string, (attributes: JsonObject) => ReadonlyArray<Json | undefined>> = {
  title: (attributes) => [field(attributes, "title")],
  endDate: (attributes) => [field(attributes, "endDate")],
  level: (attributes) => [field(attributes, "level")],
  "emails.value": (attributes) =>
    Object.values(field(attributes, "emails") ?? {}).map((mail) => field(mail, "value")),
  [department]: (attributes) => [
    field(field(attributes, department.replace(":department", "")), "department"),
  ],
};

const plain = (value: Json | undefined) => (typeof value === "string" ? value.toLowerCase() : value);

const found = (name: string, attributes: JsonObject): ReadonlyArray<Json | undefined> =>
  Object.entries(look).find(([known]) => known === name)?.[1](attributes) ?? [];

const passes = (test: AttributeTest, attributes: JsonObject, now: number): boolean => {
  const values = found(test.name, attributes);
  const moments = values.flatMap(
    (value) => Object.entries(dates).find(([text]) => text === value)?.[1] ?? [],
  );
  const limit = (text: string) => (text === "now" ? now : (dates[text] ?? Number.NaN));
  if ("before" in test) return moments.some((moment) => moment < limit(test.before));
  if ("after" in test) return moments.some((moment) => moment > limit(test.after));
  if ("present" in test) return values.some((value) => value !== undefined && value !== "") === test.present;
  const wanted = "in" in test ? test.in : [test.equals];
  return wanted.some((value) => values.map(plain).includes(plain(value)));
};

/** A pattern as a regular expression: for short patterns of our own only. */
export const expression = (glob: string): RegExp => {
  const special: Readonly<Record<string, string>> = { "*": "[^]*", "?": "[^]", "{scope}": "([^]+)" };
  const body = glob.replace(
    /\{scope\}|[^a-zA-Z0-9]/g,
    (one) => special[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new RegExp(`^${body}$`);
};

const isNamed = (wanted: Extract<Condition, { groupName: unknown }>["groupName"], name: string): boolean => {
  if ("equals" in wanted) return wanted.equals === name;
  return "prefix" in wanted
    ? name.slice(0, wanted.prefix.length) === wanted.prefix
    : expression(wanted.glob).test(name);
};

const groupsOf = (condition: Condition, { groups, connection }: PersonFact): PersonFact["groups"] =>
  groups.filter((group) => {
    if ("group" in condition) return group.id === condition.group;
    if ("groupKind" in condition) return group.kind === condition.groupKind;
    if ("externalGroup" in condition) {
      const { externalGroup } = condition;
      return externalGroup.connection === connection.slug && externalGroup.id === group.externalId;
    }
    if (!("groupName" in condition)) return false;
    const { connection: slug = connection.slug, kind = group.kind } = condition.groupName;
    return slug === connection.slug && kind === group.kind && isNamed(condition.groupName, group.name);
  });

export const holds = (condition: Condition, person: PersonFact, now: number): boolean => {
  if ("all" in condition) return condition.all.every((each) => holds(each, person, now));
  if ("any" in condition) return condition.any.some((each) => holds(each, person, now));
  if ("not" in condition) return !holds(condition.not, person, now);
  if ("connection" in condition) return condition.connection === person.connection.slug;
  if ("attribute" in condition) return passes(condition.attribute, person.attributes, now);
  if ("emailDomain" in condition)
    return found("emails.value", person.attributes).some(
      (mail) =>
        String(mail).includes("@") && plain(String(mail).split("@").at(-1)) === plain(condition.emailDomain),
    );
  return groupsOf(condition, person).length > 0;
};

/** Scopes that groups gave where the condition holds; inside what fails, and under a `not`, none. */
const scopesOf = (
  condition: Condition,
  person: PersonFact,
  now: number,
  wanted = true,
): ReadonlyArray<string> => {
  if ("not" in condition) return scopesOf(condition.not, person, now, !wanted);
  if (holds(condition, person, now) !== wanted) return [];
  if ("all" in condition) return condition.all.flatMap((each) => scopesOf(each, person, now, wanted));
  if ("any" in condition) return condition.any.flatMap((each) => scopesOf(each, person, now, wanted));
  if (!wanted || !("groupName" in condition) || !("glob" in condition.groupName)) return [];
  const pattern = expression(condition.groupName.glob);
  return groupsOf(condition, person).flatMap(({ name }) => pattern.exec(name)?.slice(1) ?? []);
};

/** Can it hold for somebody who is in none of the groups it names, all else being as it likes? */
const holdsWithoutNamed = (condition: Condition, wanted = true): boolean => {
  if ("not" in condition) return holdsWithoutNamed(condition.not, !wanted);
  const inside = "all" in condition ? condition.all : "any" in condition ? condition.any : undefined;
  if (inside === undefined)
    return !(
      wanted && /"(?:group|externalGroup|equals)":/.test(JSON.stringify({ ...condition, attribute: 0 }))
    );
  const holdsInside = inside.map((each) => holdsWithoutNamed(each, wanted));
  return "all" in condition === wanted ? !holdsInside.includes(false) : holdsInside.includes(true);
};

const isWide = (condition: Condition): boolean =>
  /"(?:prefix|glob|groupKind)":/.test(JSON.stringify(condition)) || holdsWithoutNamed(condition);

interface Given {
  readonly role: string;
  readonly scope: string;
  readonly by: string;
}

const grantsOf = (
  rule: Omit<Rule, "id"> & { readonly id: string },
  person: PersonFact,
  { scopes, reserved }: Catalogue,
  now: number,
): ReadonlyArray<Given> =>
  (rule.grant ?? []).flatMap((grant) => {
    const role = typeof grant === "string" ? grant : grant.role;
    const by = `${rule.id}|${person.id}`;
    if (reserved.has(role) && (isWide(rule.when) || rule.id.startsWith("default:"))) return [];
    if (typeof grant === "string") return [{ role, scope: "", by }];
    if ("scope" in grant) return [{ role, scope: grant.scope, by }];
    return scopesOf(rule.when, person, now)
      .map((text) => grant.scopeFrom.split("{scope}").join(text))
      .filter((scope) => scope.trim() === scope && (grant.createScope || scopes.has(scope)))
      .map((scope) => ({ role, scope, by }));
  });

const outranks = ({ ladders }: Catalogue, high: string, low: string): boolean =>
  ladders.some((ladder) => {
    const names: ReadonlyArray<string> = ladder;
    return names.includes(low) && names.indexOf(high) > names.indexOf(low);
  });

/** Each role as `role|scope`, with `rule|person` for every firing: granted, not denied, highest on its ladder. */
export const naive = (
  { people }: Facts,
  { rules, defaults = [] }: Mapping,
  catalogue: Catalogue,
  now: number,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const counted = people.filter(({ active, connection }) => active && connection.enabled);
  const all = [
    ...rules,
    ...defaults.map(({ connection, grant }) => ({
      id: `default:${connection}`,
      when: { connection },
      grant,
      deny: [],
    })),
  ];
  const fired = all
    .map((rule) => ({ validFrom: "", validUntil: "", ...rule }))
    .filter(
      ({ validFrom, validUntil }) => (dates[validFrom] ?? 0) <= now && now < (dates[validUntil] ?? Infinity),
    )
    .flatMap((rule) =>
      counted.filter((person) => holds(rule.when, person, now)).map((person) => ({ rule, person })),
    );
  const denied = new Set<string>(fired.flatMap(({ rule }) => rule.deny ?? []));
  const given = fired
    .flatMap(({ rule, person }) => grantsOf(rule, person, catalogue, now))
    .filter(({ role }) => !denied.has(role));
  const roles = new Map<string, Set<string>>();
  for (const { role, scope, by } of given) {
    if (given.some((other) => other.scope === scope && outranks(catalogue, other.role, role))) continue;
    const key = `${role}|${scope}`;
    roles.set(key, (roles.get(key) ?? new Set()).add(by));
  }
  return roles;
};
