import { Effect } from "effect";
import { Command } from "effect/cli";
import { settingRows } from "../../../config/index.ts";
import { helped } from "../define.ts";
import { environment } from "../flags.ts";
import { Server } from "../server.ts";

const width = Math.max(...settingRows.map(({ name }) => name.length));
const settingLines = settingRows.map(
  (row) => `  ${row.name.padEnd(width)}  ${row.help}\n  ${" ".repeat(width)}  Default: ${row.default}.`,
);

export const serve = Command.make(
  "serve",
  {},
  Effect.fnUntraced(function* () {
    const { ROLEBRIDGE_DATA } = yield* environment;
    if (ROLEBRIDGE_DATA !== undefined) process.env["ROLEBRIDGE_DATA"] = ROLEBRIDGE_DATA;
    // To be told to stop is how a server ends: no failure.
    process.exitCode = 0;
    const { serve } = yield* (yield* Server).load;
    yield* serve;
  }),
).pipe(
  helped({
    does: "Runs the server until it is told to stop.",
    more: `Settings, from the environment, else from the settings file:\n${settingLines.join("\n")}`,
    examples: [
      { command: "rolebridge serve", description: "On the embedded database in ./data" },
      {
        command: "DATABASE_URL=postgres://rolebridge@db.example/rolebridge HOST=0.0.0.0 rolebridge serve",
        description: "On PostgreSQL, for every interface",
      },
    ],
  }),
);
