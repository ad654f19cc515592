/**
 * What should be: from an account's facts and an organization's mapping to the roles it should have,
 * each with its reasons. Owns the mapping's form, its index, its evaluation, the question whether an
 * account is active, the comparison with what is, and why-not.
 *
 * Everything here is pure. It does not own where facts and mappings are kept, when they are evaluated,
 * whether a difference is applied or held, or manual grants.
 */
export { type CelProblem, fromCel, maxText, maxTexts, type Position, toCel } from "./cel/index.ts";

export * from "./compare.ts";
export {
  type Catalogue,
  type CompiledMapping,
  type CompiledRule,
  compile,
  defaultId,
  emptyCatalogue,
} from "./compile/index.ts";
export {
  AnyCondition,
  type AttributeTest,
  Condition,
  type GroupLeaf,
  type GroupNameTest,
  globProblem,
  groupNameText,
  instantOf,
  type Leaf,
  leavesIn,
  maxDepth,
} from "./condition/index.ts";
export * from "./decode.ts";
export { type DeniedRole, type Desired, desiredRoles } from "./desired.ts";
export * from "./difference.ts";
export * from "./explain.ts";
export {
  applyChanges,
  type Change,
  changeKey,
  changeText,
  type Gain,
  gainOf,
  type Loss,
  lossOf,
  nothingElse,
  rulesLookingAt,
  type SurroundingGroup,
  type Surroundings,
} from "./flip/index.ts";
export type { ScopeMiss } from "./grant.ts";
export type { OutrankedRole } from "./ladder.ts";
export { authoritative, counts, type Lifecycle, lifecycle, noObjection, waiting } from "./lifecycle.ts";
export * from "./lint/index.ts";
export type { Failed } from "./match.ts";
export { nextMoment } from "./moment.ts";
export { byText, reasonKey, roleKey } from "./order.ts";
export * from "./ownership/index.ts";
export * from "./plan/index.ts";
export {
  emptyMapping,
  isScope,
  Mapping,
  maxRules,
  RoleGrant,
  Rule,
  rolesIn,
} from "./rule.ts";
