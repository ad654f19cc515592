/** Findings about two rules: one that another makes needless, one that another always overrules. */
import type { RoleKey } from "../../domain/index.ts";
import { type Mapping, type RoleGrant, type Rule, validity } from "../rule.ts";
import { type Budget, includes } from "./include.ts";
import type { Known } from "./known.ts";
import type { Finding } from "./lint.ts";

/** Comparing all rules of a mapping stops after this many steps: about a second. */
const allSteps = 2_000_000;

const isWithin = (narrow: Rule, wide: Rule): boolean => {
  const [a, b] = [validity(narrow), validity(wide)];
  return b.from <= a.from && a.until <= b.until;
};

const grantKey = (grant: RoleGrant): string => JSON.stringify(grant);
const roleOf = (grant: RoleGrant): RoleKey => (typeof grant === "string" ? grant : grant.role);

/** Rules by what they give. */
const rulesBy = (rules: ReadonlyArray<Rule>, keysOf: (rule: Rule) => ReadonlyArray<string>) => {
  const found = new Map<string, Array<Rule>>();
  for (const rule of rules) {
    for (const key of new Set(keysOf(rule))) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [rule]);
      else known.push(rule);
    }
  }
  return found;
};

/** Rules that bring nothing that a wider one does not bring; of two alike, the later one. */
const shadowed = (rules: ReadonlyArray<Rule>, isIn: (narrow: Rule, wide: Rule) => boolean) => {
  const granting = rulesBy(rules, ({ grant = [] }) => grant.map(grantKey));
  const order = new Map(rules.map((rule, index) => [rule, index]));
  const isNeedless = (grant: RoleGrant, rule: Rule) =>
    granting.get(grantKey(grant))?.find((wide) => {
      if (wide === rule || !isIn(rule, wide)) return false;
      return !isIn(wide, rule) || (order.get(wide) ?? 0) < (order.get(rule) ?? 0);
    });
  return rules.flatMap((rule) =>
    (rule.grant ?? []).flatMap((grant, index): ReadonlyArray<Finding> => {
      // A captured scope depends on which leaf captures: not compared.
      const wide = typeof grant !== "string" && "scopeFrom" in grant ? undefined : isNeedless(grant, rule);
      if (wide === undefined) return [];
      const sentence = `Rule ${wide.id} grants the same to everybody this rule is for; drop one of the two.`;
      return [
        { severity: "warning", kind: "shadowed", rule: rule.id, position: `grant[${index}]`, sentence },
      ];
    }),
  );
};

/** Grants that a denial takes back from everybody they are for. */
const overruled = (rules: ReadonlyArray<Rule>, isIn: (narrow: Rule, wide: Rule) => boolean) => {
  const denying = rulesBy(rules, ({ deny = [] }) => deny);
  return rules.flatMap((rule) =>
    (rule.grant ?? []).flatMap((grant, index): ReadonlyArray<Finding> => {
      const by = denying.get(roleOf(grant))?.find((deny) => deny === rule || isIn(rule, deny));
      if (by === undefined) return [];
      const sentence = `Rule ${by.id} denies ${roleOf(grant)} to everybody this rule grants it to; drop one of the two.`;
      return [
        { severity: "error", kind: "always-denied", rule: rule.id, position: `grant[${index}]`, sentence },
      ];
    }),
  );
};

export const ofPairs = ({ rules }: Mapping, { attributes }: Known): ReadonlyArray<Finding> => {
  const budget: Budget = { steps: allSteps };
  const isSingle = (name: string) => attributes.get(name)?.multiValued === false;
  const isIn = (narrow: Rule, wide: Rule) =>
    budget.steps > 0 && isWithin(narrow, wide) && includes(wide.when, narrow.when, isSingle, budget);
  return [...shadowed(rules, isIn), ...overruled(rules, isIn)];
};
