import type { RoleKey } from "../../domain/index.ts";
import {
  type Condition,
  captureMark,
  isWildcard,
  type Leaf,
  type LeafView,
  leavesOf,
  parseGlob,
  view,
  words,
} from "../condition/index.ts";
import { roleKey } from "../order.ts";
import { type Mapping, type RoleGrant, type Rule, validity } from "../rule.ts";
import { type Catalogue, emptyCatalogue } from "./catalogue.ts";
import { necessary } from "./necessary.ts";
import { emptyIndex, putTest } from "./tables.ts";
import type {
  CapturedGrant,
  CompiledMapping,
  CompiledRule,
  Grant,
  LeafNode,
  Node,
  Rung,
  Test,
} from "./types.ts";

const globIn = (leaf: Leaf) =>
  "groupName" in leaf && "glob" in leaf.groupName ? parseGlob(leaf.groupName.glob) : null;

/** One test for all leaves that ask the same. `present: false` asks `present: true` and wants the contrary. */
const testMaker = (tests: Map<string, Test>) => (leaf: Leaf) => {
  const key = JSON.stringify(leaf);
  const test = tests.get(key) ?? { leaf, glob: globIn(leaf), rules: [] };
  tests.set(key, test);
  return test;
};

type TestOf = ReturnType<typeof testMaker>;

const leafNode = ({ leaf, wanted, at }: LeafView, path: string, testOf: TestOf): LeafNode => {
  const shown = { path: `${path}${at}`, fact: words(leaf, wanted) };
  if (!("attribute" in leaf) || !("present" in leaf.attribute))
    return { test: testOf(leaf), wanted, ...shown };
  const { name, present } = leaf.attribute;
  return { test: testOf({ attribute: { name, present: true } }), wanted: wanted === present, ...shown };
};

const nodeOf = (condition: Condition, path: string, testOf: TestOf, wanted = true): Node => {
  const seen = view(condition, wanted);
  if ("leaf" in seen) return leafNode(seen, path, testOf);
  const of = seen.of.map((each, index) => nodeOf(each, `${path}${seen.at}[${index}]`, testOf, seen.wanted));
  return { every: seen.every, of };
};

const grantOf = (grant: RoleGrant, at: number): Grant | CapturedGrant => {
  if (typeof grant === "string") return { role: grant, scope: "", key: grant, at };
  if ("scope" in grant) return { role: grant.role, scope: grant.scope, key: roleKey(grant), at };
  const [before = "", after = ""] = grant.scopeFrom.split(captureMark);
  return { role: grant.role, before, after, create: grant.createScope ?? false, at };
};

const isPlain = (grant: Grant | CapturedGrant): grant is Grant => "scope" in grant;

const compileRule = (rule: Rule, when: Node, isWide: boolean, { reserved }: Catalogue): CompiledRule => {
  const all = (rule.grant ?? []).map(grantOf);
  const isIgnored = ({ role }: Grant | CapturedGrant) => isWide && reserved.has(role);
  const counted = all.filter((one) => !isIgnored(one));
  return {
    id: rule.id,
    when,
    grant: counted.filter(isPlain),
    captured: counted.filter((one): one is CapturedGrant => !isPlain(one)),
    ignored: all.filter(isIgnored),
    deny: rule.deny ?? [],
    hasSeveralKeys: (necessary(when)?.tests.size ?? 0) > 1,
    ...validity(rule),
  };
};

/** No id of a rule has a colon in it. */
export const defaultId = (connection: string): string => `default:${connection}`;

const rungsOf = ({ ladders }: Catalogue): CompiledMapping["rungs"] => {
  const rungs = new Map<RoleKey, Rung>();
  for (const [ladder, roles] of ladders.entries())
    for (const [rank, role] of roles.entries()) if (!rungs.has(role)) rungs.set(role, { ladder, rank });
  return rungs;
};

const againstNow = ({ leaf }: Test): boolean =>
  "attribute" in leaf &&
  (("before" in leaf.attribute && leaf.attribute.before === "now") ||
    ("after" in leaf.attribute && leaf.attribute.after === "now"));

const isBounded = ({ from, until }: CompiledRule): boolean => from !== -Infinity || until !== Infinity;

/** The index over `mapping`. Pure: compile once per published version and catalogue, and keep it. */
export const compile = (
  { rules, defaults = [] }: Mapping,
  catalogue: Catalogue = emptyCatalogue,
): CompiledMapping => {
  const tests = new Map<string, Test>();
  const testOf = testMaker(tests);
  const ofRules = rules.map((rule) => {
    const isWide = leavesOf(rule.when).some(({ leaf }) => isWildcard(leaf));
    return compileRule(rule, nodeOf(rule.when, "when", testOf), isWide, catalogue);
  });
  const ofDefaults = defaults.map(({ connection, grant }) => {
    const when = { connection };
    return compileRule(
      { id: defaultId(connection), when, grant },
      nodeOf(when, "defaults", testOf),
      true,
      catalogue,
    );
  });
  const index = emptyIndex();
  for (const test of tests.values()) putTest(index, test);
  const compiled = [...ofRules, ...ofDefaults];
  const general = compiled.filter((rule) => {
    const found = necessary(rule.when);
    for (const test of found?.tests ?? []) test.rules.push(rule);
    return found === null;
  });
  const timed = compiled.some(isBounded) || [...tests.values()].some(againstNow);
  return { rules: compiled, general, index, timed, rungs: rungsOf(catalogue), scopes: catalogue.scopes };
};
