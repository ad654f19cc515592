/** The root of all commands. */
import { Command } from "effect/cli";
import {
  account,
  application,
  client,
  config,
  connection,
  doctor,
  domain,
  environmentToken,
  event,
  exception,
  explain,
  group,
  guard,
  login,
  mapping,
  migrate,
  operator,
  organization,
  plan,
  push,
  role,
  schema,
  serve,
  sync,
  token,
  tryOut,
} from "./commands/index.ts";
import { helped } from "./define.ts";
import { globalFlags } from "./flags.ts";
import type { Kind } from "./server.ts";

const notes = `serve, migrate and doctor touch the database. Everything else asks a running server, here or far away.

Server and token: --url and --token, else ROLEBRIDGE_URL and ROLEBRIDGE_TOKEN, else quickstart.json in the data folder.
A token on the command line can be seen by every user of this machine: prefer ROLEBRIDGE_TOKEN.

stdout is the result, stderr the talk. NO_COLOR turns colours off.

Exit codes: 0 done, or nothing to do.  1 error.  2 done, and something waits for a person: a draft of the
mapping, an open exception, a check of doctor, what config plan shows.  130 interrupted.`;

/** `kinds`: the connections that can be read. */
export const rolebridge = (kinds: ReadonlyArray<Kind>) =>
  Command.make("rolebridge").pipe(
    Command.withSubcommands([
      { group: "START", commands: [serve, tryOut, doctor, migrate] },
      {
        group: "PEOPLE AND ROLES",
        commands: [explain, account, group, role, mapping, plan, guard, exception, event],
      },
      {
        group: "SETUP",
        commands: [
          organization,
          config(kinds),
          connection(kinds),
          domain,
          schema,
          sync,
          push,
          application,
          login,
          token,
          client,
          environmentToken,
          operator,
        ],
      },
    ]),
    Command.withGlobalFlags(globalFlags),
    helped({
      does: "Turns the people and groups of your identity providers into the roles of your applications.",
      more: notes,
      examples: [
        { command: "rolebridge serve", description: "Run a server here" },
        { command: "rolebridge try", description: "See a push become a role, in another terminal" },
        { command: "rolebridge explain ada@acme.test", description: "Which roles has she, and why?" },
      ],
    }),
  );
