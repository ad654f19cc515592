import { Argument } from "effect/cli";
import { Connection, changeOrganization, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { table } from "../../output/index.ts";
import { everyText, followEvery } from "../../reading/index.ts";

export const follow = asking({
  name: "follow",
  does: "Says how often a source is asked what changed, between its readings as a whole.",
  more: `Only where its system tells. What it told has its effect within seconds; what it cannot tell, with the next
reading as a whole. A new connection is followed every 3 seconds.`,
  examples: [
    { command: "rolebridge sync follow main --every 3s", description: "Roles follow within seconds" },
    { command: "rolebridge sync follow main --every off", description: "Only the schedule counts" },
  ],
  input: {
    slug: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    every: followEvery,
  },
  prints: Connection,
  run: ({ slug, every: { seconds } }) =>
    changeOrganization(
      "setFollowing",
      { connection: textArgument(slug), every: { type: "Int", value: seconds } },
      Connection,
    ),
  view: (connection) => ({
    lines: table<Connection>(
      {
        CONNECTION: ({ slug }) => slug,
        FOLLOWED: ({ sync }) => everyText(sync?.followSeconds ?? null),
        "READ AS A WHOLE": ({ sync }) => everyText(sync?.everySeconds ?? null),
      },
      [connection],
    ),
    talk: "How it goes: rolebridge sync status",
  }),
});
