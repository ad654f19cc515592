/**
 * What a directory in memory says of its changes: hints in the order in which they can be read. Whoever changes the
 * directory appends one, or none where it is blind; a hint appended late comes late, one appended twice comes twice.
 */
import type { Because, GroupFact, Hint } from "../connector.ts";

export interface Journal {
  hints: ReadonlyArray<Hint>;
  /** How many stood before them and were cleared away. */
  cleared: number;
}

export const makeJournal = (): Journal => ({ hints: [], cleared: 0 });

/** Clears the journal. As in Keycloak nothing says so. */
export const clearJournal = (journal: Journal) => {
  journal.cleared += journal.hints.length;
  journal.hints = [];
};

export const append = (journal: Journal | undefined, hint: Hint) => {
  if (journal !== undefined) journal.hints = [...journal.hints, hint];
};

/** That something just happened, done by `actor`. */
export const because = (actor: string | null = null): Because => ({
  event: crypto.randomUUID(),
  at: Date.now(),
  actor,
});

export const userHint = (id: string, actor?: string): Hint => ({
  _tag: "User",
  id,
  because: because(actor),
});

export const groupHint = (
  id: string,
  kind: GroupFact["kind"] = "group",
  actor?: string,
): Extract<Hint, { readonly _tag: "Group" }> => ({
  _tag: "Group",
  id,
  kind,
  because: because(actor),
});
