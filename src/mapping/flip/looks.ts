/** Which rules look at a group. */
import type { GroupFact, PersonFact } from "../../domain/index.ts";
import { type CompiledMapping, observe } from "../compile/index.ts";
import { testsIn } from "./question.ts";

/** The ids of the rules with a predicate that this group of this connection meets, also where they want it not. */
export const rulesLookingAt = (
  mapping: CompiledMapping,
  group: Omit<GroupFact, "cause">,
  connection: string,
): ReadonlyArray<string> => {
  const member = {
    connection: { slug: connection },
    attributes: {},
    groups: [group],
  } as unknown as PersonFact;
  const observed = observe(mapping.index, member, 0);
  return mapping.rules
    .filter(({ when }) => testsIn(when).some((test) => (observed.groupsOf(test) ?? []).length > 0))
    .map(({ id }) => id);
};
