/** Owns the commands about an organization's configuration as one file. */
import { Command } from "effect/cli";
import { helped } from "../../define.ts";
import type { Kind } from "../../server.ts";
import { apply } from "./apply.ts";
import { exporting } from "./export.ts";
import { plan } from "./plan.ts";
import { schema } from "./schema.ts";

export const config = (kinds: ReadonlyArray<Kind>) =>
  Command.make("config").pipe(
    Command.withSubcommands([exporting(kinds), plan(kinds), apply(kinds), schema]),
    helped({
      does: "Configuration as code: connections, roles, mapping and guard of an organization in one YAML file.",
      examples: [
        { command: "rolebridge config export", description: "What there is now" },
        { command: "rolebridge config plan -f organization.yaml", description: "What would be changed" },
      ],
    }),
  );
