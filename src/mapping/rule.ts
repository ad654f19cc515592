/** A mapping as operators write it and as it is stored: a table of rules whose order means nothing. */
import { Schema } from "effect";
import { RoleKey, Slug } from "../domain/index.ts";
import { Condition } from "./condition.ts";

/** How many rules one mapping may have. */
export const maxRules = 10_000;

const maxGrants = 1000;

const Description = Schema.String.check(Schema.isMaxLength(1000, { message: "use at most 1000 characters" }));

const Scope = Schema.String.check(
  Schema.isPattern(/^\S(?:.{0,253}\S)?$/u, {
    message: "use 1 to 255 characters in one line, without space at the ends",
  }),
);

const atMostGrants = Schema.isMaxLength(maxGrants, { message: `use at most ${maxGrants} items` });

/** A role to grant: its key, or its key and the scope it is limited to. */
export const RoleGrant = Schema.Union([RoleKey, Schema.Struct({ role: RoleKey, scope: Scope })]).annotate({
  message: "use a role key, or { role, scope }",
});
export type RoleGrant = typeof RoleGrant.Type;

const RuleFields = Schema.Struct({
  id: Slug,
  description: Schema.optionalKey(Description),
  when: Condition,
  grant: Schema.optionalKey(Schema.Array(RoleGrant).check(atMostGrants)),
  deny: Schema.optionalKey(Schema.Array(RoleKey).check(atMostGrants)),
});

const doesSomething = (rule: typeof RuleFields.Type): boolean | string =>
  [...(rule.grant ?? []), ...(rule.deny ?? [])].length > 0 || "name at least one role in grant or deny";

/** Whoever fits `when` is granted the roles in `grant` and can have none of those in `deny`. */
export const Rule = RuleFields.check(Schema.makeFilter(doesSomething));
export type Rule = typeof Rule.Type;

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
});
export type Mapping = typeof Mapping.Type;

/** The mapping an organization starts with: it grants nothing (invariant 9). */
export const emptyMapping: Mapping = { rules: [] };
