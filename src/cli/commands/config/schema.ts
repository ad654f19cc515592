import { Effect, Schema } from "effect";
import { configurationSchema } from "../../config/index.ts";
import { asking } from "../../define.ts";
import { jsonText } from "../../output/index.ts";

const { String: Text, Unknown } = Schema;

export const schema = asking({
  name: "schema",
  does: "Prints the JSON Schema of the file, for editors.",
  more: "It needs no server. Name it in the file's first line: # yaml-language-server: $schema=organization.schema.json",
  examples: [{ command: "rolebridge config schema", description: "To be kept beside your own file" }],
  input: {},
  prints: Schema.Struct({ $schema: Text, title: Text, type: Text, $defs: Unknown }),
  run: () => Effect.sync(configurationSchema),
  view: (answer) => ({
    lines: jsonText(answer)
      .split("\n")
      .map((text) => ({ text })),
  }),
});
