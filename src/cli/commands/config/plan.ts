import { Effect, Schema } from "effect";
import { changeLines, ShownChange, shownChanges } from "../../config/index.ts";
import { asking } from "../../define.ts";
import type { Kind } from "../../server.ts";
import { file, isChange, prune, secrets, wantedChanges } from "./wanted.ts";

const Planned = Schema.Struct({ organization: Schema.String, changes: Schema.Array(ShownChange) });

const talk = ({ changes }: typeof Planned.Type): string => {
  if (!changes.some(isChange)) return "Nothing to do: the organization is as the file says.";
  return changes.some(({ section }) => section === "mapping")
    ? 'To do this: rolebridge config apply. Whom the mapping touches, "rolebridge mapping preview" shows when it is drafted.'
    : "To do this: rolebridge config apply";
};

export const plan = (kinds: ReadonlyArray<Kind>) =>
  asking({
    name: "plan",
    does: "Shows what a configuration file would change. Exit code 2 when there is anything, 0 when not.",
    more: `+ is added, ~ changed, - removed, = not in the file and kept. Changes nothing.
Sections that the file does not have are left alone. Secrets are neither read nor compared.`,
    examples: [
      { command: "rolebridge config plan -f organization.yaml", description: "Before a change is merged" },
      {
        command: "rolebridge config plan -f organization.yaml --prune --json",
        description: "With the roles that would be removed",
      },
    ],
    input: { file, prune, secrets },
    prints: Planned,
    run: Effect.fnUntraced(function* (input) {
      const wish = { prune: input.prune, secrets: input.secrets, publish: false, unchecked: false };
      const { organization, changes } = yield* wantedChanges(input.file, wish, kinds);
      return { organization, changes: shownChanges(changes) };
    }),
    view: (planned) => ({ lines: changeLines(planned.changes), talk: talk(planned) }),
    pending: ({ changes }) => changes.some(isChange),
  });
