import { Option } from "effect";
import { Argument, Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  LintedMapping,
  type MappingVersion,
  MappingVersionPage,
} from "../../client/index.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { findingLines, versionLines } from "../../mapping/index.ts";
import { moment, table } from "../../output/index.ts";

const columns = {
  VERSION: ({ version }: MappingVersion) => String(version),
  STATE: ({ state }: MappingVersion) => state,
  RULES: ({ rules }: MappingVersion) => String(rules),
  MADE: ({ createdAt }: MappingVersion) => moment(createdAt),
  PUBLISHED: ({ publishedAt }: MappingVersion) => (publishedAt === null ? "" : moment(publishedAt)),
  BY: ({ author, authorId }: MappingVersion) => author ?? authorId ?? "the system",
};

const talk = ({ items, next }: typeof MappingVersionPage.Type): string | undefined => {
  if (items.length === 0) return "No mapping yet. Write one: rolebridge mapping draft -f mapping.json";
  return next === null ? undefined : `More: rolebridge mapping versions --before ${next}`;
};

export const versions = asking({
  name: "versions",
  does: "Lists the versions of the mapping, the newest first. Those that were published never change.",
  examples: [{ command: "rolebridge mapping versions -n 10", description: "The last ten" }],
  input: {
    first,
    before: Flag.Int("before").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Only those before this version."),
      Flag.optional,
    ),
  },
  prints: MappingVersionPage,
  run: ({ first, before }) =>
    askOrganization(
      "mappingVersions",
      { first: { type: "Int!", value: first }, before: { type: "Int", value: Option.getOrNull(before) } },
      MappingVersionPage,
    ),
  view: (page) => ({ lines: table<MappingVersion>(columns, page.items), talk: talk(page) }),
});

export const rollback = asking({
  name: "rollback",
  does: "Makes the rules of an earlier version the draft, in place of another one. Nothing changes yet.",
  examples: [
    { command: "rolebridge mapping rollback 3", description: "Back to version 3, by a new version" },
  ],
  input: { version: Argument.Int("version").pipe(Argument.withDescription("The version to go back to.")) },
  prints: LintedMapping,
  run: ({ version }) =>
    changeOrganization("rollbackMapping", { version: { type: "Int!", value: version } }, LintedMapping),
  view: (mapping, { version }) => ({
    lines: [...versionLines(mapping), ...findingLines(mapping.findings)],
    talk: `The rules of version ${version} are the draft now, as version ${mapping.version}. To put them in force: rolebridge mapping publish`,
  }),
});
