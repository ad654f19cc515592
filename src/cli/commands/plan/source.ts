/** `connection preview`: what enabling or disabling a connection would change, or its beginning to count. */
import { Argument } from "effect/cli";
import { Plan, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { askForPlan, changes, previewView } from "./preview.ts";

export const connectionPreview = asking({
  name: "preview",
  does: "Shows what disabling a connection would change, or enabling one that is disabled. Exit code 2 when it would change something.",
  more: "Of a connection that was added with --plan-first: what follows as it begins to count. That plan can be applied.",
  examples: [
    { command: "rolebridge connection preview okta", description: "Who would lose what without okta" },
  ],
  input: { slug: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")) },
  prints: Plan,
  run: ({ slug }) => askForPlan("previewConnection", { connection: textArgument(slug) }),
  view: previewView,
  pending: changes,
  failed: ({ state }) => state === "STALE",
});
