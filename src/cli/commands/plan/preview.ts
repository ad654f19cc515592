/** `mapping preview`: what putting the draft in force would change, before it does. */
import { Effect } from "effect";
import { type Arguments, changeOrganization, Plan } from "../../client/index.ts";
import { asking } from "../../define.ts";
import type { View } from "../../output/index.ts";
import { finished, planLines, shiftLines } from "../../plan/index.ts";

export const moved: Readonly<Record<string, string>> = {
  draft: "The draft was replaced, put in force or removed since.",
  mapping: "Another mapping was put in force since.",
  catalogue: "Roles, ladders or scopes were changed since.",
  connection: "The connection counts already, or was disabled since.",
  accounts: "People moved since.",
};

const again: Readonly<Record<string, string>> = {
  MAPPING: "rolebridge mapping preview",
  PENDING: "rolebridge plan pending",
};

/** Why nothing of the plan was done, and what to do. */
export const staleText = ({ kind, connection, staleBecause, shiftedAccounts }: Plan): string => {
  const others = shiftedAccounts > 10 ? ` ${shiftedAccounts} accounts differ; these are ten of them.` : "";
  const next = again[kind] ?? `rolebridge connection preview ${connection ?? ""}`.trim();
  return `Nothing was done. ${moved[staleBecause ?? ""] ?? ""}${others}\nLook again: ${next}`;
};

const next = ({ id, kind, counts, hash }: Plan): string | undefined => {
  if (kind === "SOURCE") return `Nothing was changed. Who: rolebridge plan show ${id}`;
  const apply = `To have it happen: rolebridge plan apply ${id} --hash ${hash}`;
  return counts?.changed === 0 && kind === "PENDING"
    ? "Nothing waits."
    : `Nothing was changed yet. Who: rolebridge plan show ${id}\n${apply}`;
};

export const previewView = (plan: Plan): View =>
  plan.state === "STALE"
    ? { lines: [...planLines(plan), ...shiftLines(plan)], talk: staleText(plan) }
    : { lines: planLines(plan), talk: next(plan) };

export const changes = ({ state, counts }: Plan): boolean => state === "OPEN" && (counts?.changed ?? 0) > 0;

/** Asks for a plan and waits until it is evaluated. */
export const askForPlan = Effect.fnUntraced(function* (field: string, args: Arguments = {}) {
  const { id } = yield* changeOrganization(field, args, Plan);
  return yield* finished(id);
});

export const preview = asking({
  name: "preview",
  does: "Shows what putting the draft in force would change, for everyone. Exit code 2 when it would change something.",
  more: "Everybody is evaluated as they are now, and nothing is written. Operators are no accounts: no mapping changes what they may do.",
  examples: [
    { command: "rolebridge mapping preview", description: "Who gains, who loses, role by role" },
    { command: "rolebridge mapping preview --json", description: "With the hash that plan apply takes" },
  ],
  input: {},
  prints: Plan,
  run: () => askForPlan("previewMapping"),
  view: previewView,
  pending: changes,
  failed: ({ state }) => state === "STALE",
});
