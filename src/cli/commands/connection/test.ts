import { ConnectionTest, changeOrganization, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import type { Line, View } from "../../output/index.ts";
import { durationText, remedyText } from "../../reading/index.ts";
import { slug } from "./view.ts";

const answered = ({ latencyMillis, version, sees, lacks }: ConnectionTest): ReadonlyArray<Line> => [
  {
    text: `It answers in ${durationText(latencyMillis ?? 0)}${version === null ? "" : `, version ${version}`}.`,
  },
  ...sees.map((what) => ({ text: `  sees   ${what}` })),
  ...lacks.map(({ what, remedy }) => ({ text: `  lacks  ${what}: ${remedy}` })),
];

const view = (tested: ConnectionTest, slug: string): View => {
  const { reason, detail, lacks } = tested;
  if (reason !== null) {
    return { lines: [{ text: `It fails (${reason}): ${detail}` }], talk: remedyText(reason, slug) };
  }
  return {
    lines: answered(tested),
    talk: lacks.length === 0 ? undefined : "What is lacking is not read, or not believed, until it is there.",
  };
};

export const test = asking({
  name: "test",
  does: "Asks the system of a connection what the stored credential can see. Exit code 2 when it lacks something.",
  more: "Changes nothing. Exit code 1 when the system cannot be asked.",
  examples: [{ command: "rolebridge connection test main", description: "Does it still work?" }],
  input: { slug },
  prints: ConnectionTest,
  run: ({ slug }) => changeOrganization("testConnection", { connection: textArgument(slug) }, ConnectionTest),
  view: (tested, { slug }) => view(tested, slug),
  failed: ({ reason }) => reason !== null,
  pending: ({ lacks }) => lacks.length > 0,
});
