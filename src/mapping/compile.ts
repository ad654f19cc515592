/** Prepares a mapping so that evaluating a person costs what their groups cost, not what the table costs. */
import type { RoleKey } from "../domain/index.ts";
import { type BranchView, type Condition, type LeafView, view } from "./condition.ts";
import { connectionKey, generalKey, keyOfGroup } from "./key.ts";
import type { Mapping, RoleGrant, Rule } from "./rule.ts";

/** A role with the scope it is limited to; `scope` is empty where there is none. */
export interface Grant {
  readonly role: RoleKey;
  readonly scope: string;
}

export interface CompiledRule {
  readonly id: string;
  readonly when: Condition;
  readonly grant: ReadonlyArray<Grant>;
  readonly deny: ReadonlyArray<RoleKey>;
}

/** `index` leads from a key to the rules that can only apply to people who carry it. */
export interface CompiledMapping {
  readonly rules: ReadonlyArray<CompiledRule>;
  readonly index: ReadonlyMap<string, ReadonlyArray<CompiledRule>>;
}

/** Whoever meets the condition carries at least one of `keys`. `wide`: some of them name a whole connection. */
interface Necessary {
  readonly keys: ReadonlyArray<string>;
  readonly wide: boolean;
}

const ofLeaf = ({ leaf, wanted }: LeafView): Necessary | null => {
  if (!wanted || "attribute" in leaf) return null;
  if ("connection" in leaf) return { keys: [connectionKey(leaf.connection)], wide: true };
  return { keys: [keyOfGroup(leaf)], wide: false };
};

const narrower = (a: Necessary, b: Necessary): Necessary => {
  if (a.wide !== b.wide) return a.wide ? b : a;
  return b.keys.length < a.keys.length ? b : a;
};

const either = (a: Necessary, b: Necessary): Necessary => ({
  keys: a.keys.concat(b.keys),
  wide: a.wide || b.wide,
});

const ofMany = ({ of, every, wanted }: BranchView): Necessary | null => {
  const known = of.map((condition) => necessary(condition, wanted)).filter((one) => one !== null);
  const [first, ...rest] = known;
  if (first === undefined || (!every && known.length < of.length)) return null;
  return rest.reduce(every ? narrower : either, first);
};

const necessary = (condition: Condition, wanted: boolean): Necessary | null => {
  const seen = view(condition, wanted);
  return "leaf" in seen ? ofLeaf(seen) : ofMany(seen);
};

const grantOf = (grant: RoleGrant): Grant =>
  typeof grant === "string" ? { role: grant, scope: "" } : { role: grant.role, scope: grant.scope };

const compileRule = ({ id, when, grant = [], deny = [] }: Rule): CompiledRule => ({
  id,
  when,
  grant: grant.map(grantOf),
  deny,
});

/** The index over `mapping`. Pure: compile once per published version and keep it. */
export const compile = (mapping: Mapping): CompiledMapping => {
  const rules = mapping.rules.map(compileRule);
  const index = new Map<string, Array<CompiledRule>>();
  for (const rule of rules) {
    for (const key of new Set(necessary(rule.when, true)?.keys ?? [generalKey])) {
      const known = index.get(key);
      if (known === undefined) index.set(key, [rule]);
      else known.push(rule);
    }
  }
  return { rules, index };
};
