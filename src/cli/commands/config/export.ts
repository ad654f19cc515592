import { Effect, Schema } from "effect";
import { Flag } from "effect/cli";
import { withCel } from "../../cel.ts";
import { Outline, writeYaml } from "../../config/index.ts";
import { asking } from "../../define.ts";
import type { Kind } from "../../server.ts";
import { sections, stateOf } from "./state.ts";

const written = (document: typeof Outline.Type, cel: boolean): object =>
  document.mapping === undefined || !cel ? document : { ...document, mapping: withCel(document.mapping) };

export const exporting = (kinds: ReadonlyArray<Kind>) =>
  asking({
    name: "export",
    does: "Prints the organization's configuration as one YAML file.",
    more: `The mapping is the one in force; scopes are those that operators made. Secrets never leave the server: where one
may be given, the name of a variable stands. People, grants, tokens, secrets of applications, the proof of domains and schemas are not part of it.`,
    examples: [
      { command: "rolebridge config export", description: "To be kept in a file beside your code" },
      { command: "rolebridge config export --cel", description: "With the conditions as CEL texts" },
    ],
    input: {
      cel: Flag.Boolean("cel").pipe(
        Flag.withDescription("Write the conditions in CEL."),
        Flag.withDefault(false),
      ),
    },
    prints: Schema.toType(Outline),
    run: () => Effect.suspend(() => stateOf(new Set(sections), kinds)),
    view: (document, { cel }) => ({
      lines: writeYaml(written(document, cel))
        .trimEnd()
        .split("\n")
        .map((text) => ({ text })),
    }),
  });
