import { Option } from "effect";
import { Command, Flag } from "effect/cli";
import { askOrganization, GroupPage, type ListedGroup, optionalText } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { first } from "../limits.ts";
import { dashed, table } from "../output/index.ts";
import { leads } from "./coverage/index.ts";

const columns = {
  GROUP: ({ above, name }: ListedGroup) => [...above, name].join(" / "),
  KIND: ({ kind }: ListedGroup) => dashed(kind),
  CONNECTION: ({ connection }: ListedGroup) => connection,
  MEMBERS: ({ members }: ListedGroup) => String(members),
  ID: ({ id }: ListedGroup) => id,
  "SOURCE'S ID": ({ externalId }: ListedGroup) => externalId ?? "",
};

const talk = ({ items, next }: typeof GroupPage.Type): string | undefined => {
  if (items.length === 0) return "No groups yet. They come with what a connection pushes or reads.";
  return next === null ? undefined : `More: rolebridge group list --after ${next}`;
};

const text = (name: string, metavar: string, help: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(help), Flag.optional);

const list = asking({
  name: "list",
  does: "Lists the groups and roles that rules can name, with where they come from and how many are in them.",
  examples: [
    { command: "rolebridge group list --search engineer", description: "By a part of the name" },
    { command: "rolebridge group list --connection keycloak -n 500", description: "Of one connection" },
  ],
  input: {
    first,
    after: text("after", "ID", "Go on behind this group."),
    connection: text("connection", "SLUG", "Of this connection only."),
    search: text("search", "TEXT", "Only those with this in their name, in any case."),
  },
  prints: GroupPage,
  run: ({ first, after, connection, search }) =>
    askOrganization(
      "groups",
      {
        first: { type: "Int!", value: first },
        after: { type: "ID", value: Option.getOrNull(after) },
        connection: optionalText(connection),
        search: optionalText(search),
      },
      GroupPage,
    ),
  view: (page) => ({ lines: table<ListedGroup>(columns, page.items), talk: talk(page) }),
});

export const group = Command.make("group").pipe(
  Command.withSubcommands([list, leads]),
  helped({
    does: "Groups: what people can be in at the sources, and what rules look at.",
    examples: [{ command: "rolebridge group list", description: "All of them" }],
  }),
);
