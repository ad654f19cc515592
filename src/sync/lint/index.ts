/**
 * Owns how a mapping is held against what an organization has, and which findings keep a draft back. Does not own the
 * findings themselves (mapping) nor drafts (publication).
 */
import { Effect } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import { decodeMapping, type Finding, lint, type Mapping } from "../../mapping/index.ts";
import type { TenantTx } from "../../store/index.ts";
import { knownFor } from "./known.ts";

export { knownFor, UserAttributes } from "./known.ts";
export { groupNamesIn, mostPatterns } from "./named.ts";
export { surroundingsOf } from "./surroundings.ts";

/** What there is to say about a document that is no draft yet. Fails where it cannot be read as a mapping. */
export const lintDocument = Effect.fn("lintDocument")(function* (tx: TenantTx, document: unknown) {
  const mapping = yield* Effect.fromResult(decodeMapping(document));
  return { mapping, findings: yield* lintMapping(tx, mapping) };
});

const lintMapping = Effect.fnUntraced(function* (tx: TenantTx, mapping: Mapping) {
  return lint(mapping, yield* knownFor(tx, mapping));
});

/**
 * Errors that keep a draft back: who wrote it believes that it gives a role, and it cannot. A rule that never holds and
 * a grant that is always denied are kept, and told: they give nobody anything, what makes them so may change with a
 * schema, and an earlier version must stay possible to go back to.
 */
const refused: ReadonlySet<Finding["kind"]> = new Set(["reserved-role"]);

const shown = 10;

export const refuseWrong = Effect.fnUntraced(function* (findings: ReadonlyArray<Finding>) {
  const wrong = findings.filter(({ severity, kind }) => severity === "error" && refused.has(kind));
  if (wrong.length === 0) return;
  const places = wrong
    .slice(0, shown)
    .map(
      ({ rule, position, sentence }) => `${rule === null ? "" : `rule ${rule}, `}${position}: ${sentence}`,
    );
  const more = wrong.length > shown ? ` And ${wrong.length - shown} more.` : "";
  return yield* new InvalidValue({ detail: `${places.join(" ")}${more}` });
});
