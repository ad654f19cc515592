/**
 * Which rules can make a difference to a role by something that is written outside. What is not found out is taken for
 * yes: attributes may have any value, and what a rule wants not to be so counts as much as what it wants.
 */
import type { GroupFact, PersonFact, PushedRole, RoleKey } from "../../domain/index.ts";
import { type CompiledMapping, type CompiledRule, type Node, observe, type Test } from "../compile/index.ts";
import { byText } from "../order.ts";
import type { SeenGroup } from "./known.ts";

type Target = Pick<PushedRole, "role" | "scope">;

/** How a rule touches a role: `outranks` with the role of the ladder that would take its place. */
export interface Influence {
  readonly rule: string;
  readonly does: "gives" | "denies" | "outranks";
  readonly by: RoleKey;
}

const isOf = (grant: CompiledRule["ignored"][number], role: RoleKey, scope: string): boolean => {
  if (grant.role !== role) return false;
  if ("scope" in grant) return grant.scope === scope;
  const { before, after } = grant;
  return scope.length > before.length + after.length && scope.startsWith(before) && scope.endsWith(after);
};

/** Also what does not count while the role is reserved: that mark may be taken away. */
const givesIn = ({ grant, captured, ignored }: CompiledRule, role: RoleKey, scope: string): boolean =>
  [...grant, ...captured, ...ignored].some((one) => isOf(one, role, scope));

const above = ({ roles: { rungs } }: CompiledMapping, role: RoleKey): ReadonlyArray<RoleKey> => {
  const own = rungs.get(role);
  if (own === undefined) return [];
  return [...rungs]
    .filter(([, { ladder, rank }]) => ladder === own.ladder && rank > own.rank)
    .map(([key]) => key);
};

const touches = (
  rule: CompiledRule,
  { role, scope }: Target,
  higher: ReadonlyArray<RoleKey>,
): Influence | null => {
  if (givesIn(rule, role, scope)) return { rule: rule.id, does: "gives", by: role };
  if (rule.deny.some((one) => one.role === role)) return { rule: rule.id, does: "denies", by: role };
  // What is taken from a higher role lets the lower one count again.
  const by = higher.find((one) => givesIn(rule, one, scope) || rule.deny.some(({ role }) => role === one));
  return by === undefined ? null : { rule: rule.id, does: "outranks", by };
};

const first = (mapping: CompiledMapping, target: Target, may: (rule: CompiledRule) => boolean) => {
  const higher = above(mapping, target.role);
  const found = mapping.rules.flatMap((rule) => {
    const influence = touches(rule, target, higher);
    return influence !== null && may(rule) ? [influence] : [];
  });
  // One that gives the role tells more than one that only gets in its way.
  return (
    found.toSorted(
      (a, b) => Number(a.does !== "gives") - Number(b.does !== "gives") || byText(a.rule, b.rule),
    )[0] ?? null
  );
};

const testsIn = (node: Node): ReadonlyArray<Test> =>
  "test" in node ? [node.test] : node.of.flatMap(testsIn);

const seenAs = ({ connection, ...group }: SeenGroup): PersonFact =>
  ({
    connection: { slug: connection },
    attributes: {},
    groups: [group as Omit<GroupFact, "cause">],
  }) as unknown as PersonFact;

/** A rule by which being in the group, as one of `views` shows it, can make a difference to the role. */
export const byGroup = (
  mapping: CompiledMapping,
  views: ReadonlyArray<SeenGroup>,
  target: Target,
): Influence | null => {
  for (const view of views) {
    const observed = observe(mapping.index, seenAs(view), 0).kept();
    const looks = ({ when }: CompiledRule) =>
      testsIn(when).some((test) => (observed.groupsOf(test) ?? []).length > 0);
    const found = first(mapping, target, looks);
    if (found !== null) return found;
  }
  return null;
};
