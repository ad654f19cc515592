/** Why not: what keeps the rules that grant a role from applying. Computed on demand, never stored. */
import type { DirectoryUserId, Facts, PersonFact, RoleKey } from "../domain/index.ts";
import type { CompiledMapping } from "./compile.ts";
import { subjectOf } from "./key.ts";
import { type Failed, failed } from "./match.ts";
import { byText } from "./order.ts";

/** A rule that would grant the role but does not apply to this directory user. */
export interface NearMiss {
  readonly rule: string;
  readonly person: DirectoryUserId;
  /** Why nothing of this directory user counts at all; `null` where it does. */
  readonly blocked: string | null;
  readonly failed: ReadonlyArray<Failed>;
}

const blockOf = ({ active, connection }: PersonFact): string | null => {
  if (!connection.enabled) return `connection ${connection.slug} is disabled`;
  return active ? null : `inactive in connection ${connection.slug}`;
};

/** For each rule that grants `role` and each directory user it does not apply to: which leaves fail. */
export const nearMisses = (
  facts: Facts,
  mapping: CompiledMapping,
  role: RoleKey,
): ReadonlyArray<NearMiss> => {
  const rules = mapping.rules.filter(({ grant }) => grant.some((one) => one.role === role));
  return facts.people
    .map((person) => ({ person, subject: subjectOf(person), blocked: blockOf(person) }))
    .flatMap(({ person, subject, blocked }) =>
      rules.map(({ id, when }) => ({
        rule: id,
        person: person.id,
        blocked,
        failed: failed(when, subject, "when"),
      })),
    )
    .filter((miss) => miss.blocked !== null || miss.failed.length > 0)
    .toSorted((a, b) => byText(`${a.rule} ${a.person}`, `${b.rule} ${b.person}`));
};
