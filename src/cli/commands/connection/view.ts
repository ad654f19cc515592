/** Connections as a table. */
import { Argument } from "effect/cli";
import type { Connection } from "../../client/index.ts";
import { dashed, type Line, moment, table, type View } from "../../output/index.ts";
import { everyText, stateText } from "../../reading/index.ts";

const authorityText = ({ lifecycleAuthority }: Connection): string => {
  if (lifecycleAuthority === null) return "default of its kind";
  return lifecycleAuthority ? "yes" : "no";
};

const lastText = ({ sync }: Connection): string => {
  if (sync === null) return "";
  return sync.lastSuccessAt === null ? "never" : moment(sync.lastSuccessAt);
};

const kindText = ({ kind, strict }: Connection): string =>
  `${dashed(kind)}${strict === true ? ", strict" : ""}`;

/** Where it is: for others to push to, or for us to read from. */
const addressText = ({ scimUrl, settings }: Connection): string => {
  const values = typeof settings === "object" && settings !== null ? Object.values(settings) : [];
  const address = values.find((value) => typeof value === "string" && /^https?:/.test(value));
  return scimUrl ?? String(address ?? "");
};

export const rows = (connections: ReadonlyArray<Connection>): ReadonlyArray<Line> =>
  table<Connection>(
    {
      SLUG: ({ slug }) => slug,
      KIND: kindText,
      NAME: ({ name }) => name,
      STATE: stateText,
      "LAST SYNC": lastText,
      EVERY: ({ sync }) => (sync === null ? "" : everyText(sync.everySeconds)),
      "SAYS WHO IS ACTIVE": authorityText,
      "SAME DIRECTORY AS": ({ sameDirectoryAs }) => sameDirectoryAs.join(", "),
      "FOR ITS ENVIRONMENT": ({ forEnvironment }) => (forEnvironment ? "yes" : ""),
      ADDRESS: addressText,
    },
    connections,
  );

export const view = (connection: Connection): View => ({ lines: rows([connection]) });

export const slug = Argument.String("connection").pipe(Argument.withDescription("The connection's slug."));

export const newSlug = Argument.String("slug").pipe(
  Argument.withDescription("Short name for rules and commands: lower-case letters, digits and hyphens."),
);
