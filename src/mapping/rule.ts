/** A mapping as operators write it and as it is stored: a table of rules whose order means nothing. */
import { Schema } from "effect";
import { RoleKey, Slug } from "../domain/index.ts";
import { Condition, captureMark, Instant, instantOf, leavesOf } from "./condition/index.ts";

/** How many rules one mapping may have. */
export const maxRules = 10_000;

const maxGrants = 1000;

const Description = Schema.String.check(Schema.isMaxLength(1000, { message: "use at most 1000 characters" }));

const scopeMessage = "use 1 to 255 characters in one line, without space at the ends";

const scopeForm = /^\S(?:.{0,253}\S)?$/u;

const Scope = Schema.String.check(Schema.isPattern(scopeForm, { message: scopeMessage }));

/** May a role be limited to a scope of this name? */
export const isScope = (text: string): boolean => scopeForm.test(text);

const namesCapture = (text: string): boolean | string =>
  text.split(captureMark).length === 2 || `write ${captureMark} once where the captured text belongs`;

const atMostGrants = Schema.isMaxLength(maxGrants, { message: `use at most ${maxGrants} items` });

const ScopedRole = Schema.Struct({ role: RoleKey, scope: Scope });

/** `scopeFrom: "library:{scope}"` takes the scope from a group's name; `createScope` lets it be one nobody knew. */
const CapturedRole = Schema.Struct({
  role: RoleKey,
  scopeFrom: Scope.check(Schema.makeFilter(namesCapture)),
  createScope: Schema.optionalKey(Schema.Boolean),
});

/** A role to grant: its key, or its key and the scope it is limited to. */
export const RoleGrant = Schema.Union([RoleKey, ScopedRole, CapturedRole]).annotate({
  message: "use a role key, { role, scope } or { role, scopeFrom }",
});
export type RoleGrant = typeof RoleGrant.Type;

const RuleFields = Schema.Struct({
  id: Slug,
  description: Schema.optionalKey(Description),
  when: Condition,
  grant: Schema.optionalKey(Schema.Array(RoleGrant).check(atMostGrants)),
  deny: Schema.optionalKey(Schema.Array(RoleKey).check(atMostGrants)),
  validFrom: Schema.optionalKey(Instant),
  validUntil: Schema.optionalKey(Instant),
});

const doesSomething = (rule: typeof RuleFields.Type): boolean | string =>
  [...(rule.grant ?? []), ...(rule.deny ?? [])].length > 0 || "name at least one role in grant or deny";

/** When a rule counts, in milliseconds since 1970: from the first moment, before the last. */
export const validity = ({ validFrom, validUntil }: Pick<Rule, "validFrom" | "validUntil">) => ({
  from: validFrom === undefined ? -Infinity : (instantOf(validFrom) ?? Infinity),
  until: validUntil === undefined ? Infinity : (instantOf(validUntil) ?? -Infinity),
});

const isOnceValid = (rule: typeof RuleFields.Type): boolean | string => {
  const { from, until } = validity(rule);
  return from < until || "let validUntil be later than validFrom";
};

const captures = (when: Condition): boolean =>
  leavesOf(when).some(
    ({ leaf, wanted }) =>
      wanted && "groupName" in leaf && "glob" in leaf.groupName && leaf.groupName.glob.includes(captureMark),
  );

const hasCapture = ({ when, grant = [] }: typeof RuleFields.Type): boolean | string =>
  !grant.some((one) => typeof one !== "string" && "scopeFrom" in one) ||
  captures(when) ||
  `put ${captureMark} into a groupName glob of this rule, or scopeFrom has nothing to take`;

/** Whoever fits `when` is granted the roles in `grant` and can have none of those in `deny`. */
export const Rule = RuleFields.check(
  Schema.makeFilter(doesSomething),
  Schema.makeFilter(isOnceValid),
  Schema.makeFilter(hasCapture),
);
export type Rule = typeof Rule.Type;

/** Roles that everybody has who comes through the connection. */
const DefaultRoles = Schema.Struct({
  connection: Slug,
  grant: Schema.Array(Schema.Union([RoleKey, ScopedRole])).check(
    Schema.isMinLength(1, { message: "name at least one role" }),
    atMostGrants,
  ),
});

const repeatedIds = (rules: ReadonlyArray<Rule>) => {
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    if (!seen.has(rule.id)) {
      seen.add(rule.id);
      return [];
    }
    return [{ path: [index, "id"], issue: "another rule has this id; give every rule its own" }];
  });
};

/** An organization's table of rules. */
export const Mapping = Schema.Struct({
  rules: Schema.Array(Rule).check(
    Schema.isMaxLength(maxRules, { message: `use at most ${maxRules} rules` }),
    Schema.makeFilter(repeatedIds),
  ),
  defaults: Schema.optionalKey(
    Schema.Array(DefaultRoles).check(
      Schema.isMaxLength(maxGrants, { message: `use at most ${maxGrants} items` }),
    ),
  ),
});
export type Mapping = typeof Mapping.Type;

/** The mapping an organization starts with: it grants nothing (invariant 9). */
export const emptyMapping: Mapping = { rules: [] };

const roleOf = (grant: RoleGrant) => (typeof grant === "string" ? grant : grant.role);

/** Every role that the mapping names, once. */
export const rolesIn = ({ rules, defaults = [] }: Mapping): ReadonlyArray<RoleKey> => [
  ...new Set([
    ...rules.flatMap(({ grant = [], deny = [] }) => [...grant.map(roleOf), ...deny]),
    ...defaults.flatMap(({ grant }) => grant.map(roleOf)),
  ]),
];
