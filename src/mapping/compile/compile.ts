import type { RoleKey } from "../../domain/index.ts";
import {
  type Condition,
  captureMark,
  isWide,
  type Leaf,
  type LeafView,
  parseGlob,
  view,
  words,
} from "../condition/index.ts";
import { byText } from "../order.ts";
import { type Mapping, type RoleGrant, type Rule, rolesIn, validity } from "../rule.ts";
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
  Roles,
  Rung,
  Test,
} from "./types.ts";

const globIn = (leaf: Leaf) =>
  "groupName" in leaf && "glob" in leaf.groupName ? parseGlob(leaf.groupName.glob) : null;

const kindIn = (leaf: Leaf) => ("groupName" in leaf ? (leaf.groupName.kind ?? null) : null);

/** One test for all leaves that ask the same. `present: false` asks `present: true` and wants the contrary. */
const testMaker = (tests: Map<string, Test>) => (leaf: Leaf) => {
  const key = JSON.stringify(leaf);
  const test = tests.get(key) ?? {
    number: tests.size,
    leaf,
    glob: globIn(leaf),
    kind: kindIn(leaf),
    rules: [],
  };
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

const grantOf = (grant: RoleGrant, at: number, { places, rungs }: Roles): Grant | CapturedGrant => {
  const role = typeof grant === "string" ? grant : grant.role;
  const place = places.get(role) ?? 0;
  const rung = rungs.get(role) ?? null;
  if (typeof grant === "string") return { role, scope: "", place, rung, at };
  if ("scope" in grant) return { role, scope: grant.scope, place, rung, at };
  const [before = "", after = ""] = grant.scopeFrom.split(captureMark);
  return { role, before, after, create: grant.createScope ?? false, place, rung, at };
};

const isPlain = (grant: Grant | CapturedGrant): grant is Grant => "scope" in grant;

const compileRule = (rule: Rule, when: Node, wide: boolean, roles: Roles): CompiledRule => {
  const all = (rule.grant ?? []).map((grant, at) => grantOf(grant, at, roles));
  const isIgnored = ({ role }: Grant | CapturedGrant) => wide && roles.reserved.has(role);
  const counted = all.filter((one) => !isIgnored(one));
  return {
    id: rule.id,
    when,
    grant: counted.filter(isPlain),
    captured: counted.filter((one): one is CapturedGrant => !isPlain(one)),
    ignored: all.filter(isIgnored),
    deny: (rule.deny ?? []).map((role, at) => grantOf(role, at, roles)).filter(isPlain),
    hasSeveralKeys: (necessary(when)?.tests.size ?? 0) > 1,
    ...validity(rule),
  };
};

/** No id of a rule has a colon in it. */
export const defaultId = (connection: string): string => `default:${connection}`;

const rungsOf = ({ ladders }: Catalogue): Roles["rungs"] => {
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
const placesOf = (mapping: Mapping): Roles["places"] =>
  new Map(
    rolesIn(mapping)
      .toSorted(byText)
      .map((role, place) => [role, place]),
  );

/** The index over `mapping`. Pure: compile once per published version and catalogue, and keep it. */
export const compile = (mapping: Mapping, catalogue: Catalogue = emptyCatalogue): CompiledMapping => {
  const { rules, defaults = [] } = mapping;
  const roles: Roles = {
    places: placesOf(mapping),
    rungs: rungsOf(catalogue),
    reserved: catalogue.reserved,
  };
  const tests = new Map<string, Test>();
  const testOf = testMaker(tests);
  const ofRules = rules.map((rule) => {
    return compileRule(rule, nodeOf(rule.when, "when", testOf), isWide(rule.when), roles);
  });
  const ofDefaults = defaults.map(({ connection, grant }) => {
    const when = { connection };
    return compileRule(
      { id: defaultId(connection), when, grant },
      nodeOf(when, "defaults", testOf),
      true,
      roles,
    );
  });
  const index = emptyIndex(tests.size);
  for (const test of tests.values()) putTest(index, test);
  const compiled = [...ofRules, ...ofDefaults];
  const general = compiled.filter((rule) => {
    const found = necessary(rule.when);
    for (const test of found?.tests ?? []) test.rules.push(rule);
    return found === null;
  });
  const timed = compiled.some(isBounded) || [...tests.values()].some(againstNow);
  const { places, rungs } = roles;
  return { rules: compiled, general, index, timed, roles: { places, rungs }, scopes: catalogue.scopes };
};
