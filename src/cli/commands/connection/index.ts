/** Owns the commands about connections. The kinds that are read, and their settings, are handed in. */
import { Schema } from "effect";
import { Command } from "effect/cli";
import { askOrganization, Connection } from "../../client/index.ts";
import { asking, helped } from "../../define.ts";
import { isTroubled } from "../../reading/index.ts";
import type { Kind } from "../../server.ts";
import { connectionPreview } from "../plan/index.ts";
import { add } from "./add.ts";
import { doctor } from "./doctor.ts";
import { metadata } from "./metadata.ts";
import { record } from "./record.ts";
import { set } from "./set.ts";
import { authority, disable, enable, mark, sameDirectory, unmark } from "./switches.ts";
import { test } from "./test.ts";
import { rows } from "./view.ts";

const talk = (connections: ReadonlyArray<Connection>): string | undefined => {
  if (connections.some(isTroubled)) return "To see what is wrong: rolebridge sync status";
  return connections.length > 0
    ? undefined
    : "No connection yet. Make one that a system can push to: rolebridge connection add scim";
};

const list = asking({
  name: "list",
  does: "Lists the organization's connections: the systems its people and groups come from.",
  examples: [{ command: "rolebridge connection list", description: "All of them, as a table" }],
  input: {},
  prints: Schema.Array(Connection),
  run: () => askOrganization("connections", {}, Schema.Array(Connection)),
  view: (connections) => ({ lines: rows(connections), talk: talk(connections) }),
});

export const connection = (kinds: ReadonlyArray<Kind>) =>
  Command.make("connection").pipe(
    Command.withSubcommands([
      list,
      add(kinds),
      set(kinds),
      test,
      doctor,
      record,
      metadata,
      connectionPreview,
      enable,
      disable,
      sameDirectory,
      authority,
      mark,
      unmark,
    ]),
    helped({
      does: "Connections: the systems people and groups come from.",
      examples: [{ command: "rolebridge connection list", description: "Those of the organization at hand" }],
    }),
  );
