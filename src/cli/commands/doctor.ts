import { Effect, Schema } from "effect";
import { Check } from "../check.ts";
import { asking } from "../define.ts";
import { table } from "../output/index.ts";

const Checks = Schema.Array(Check);

export const doctor = asking({
  name: "doctor",
  does: "Checks settings, data folder, master key, database and server. Exit code 2 when something needs attention.",
  more: "Changes nothing. While a server runs on the embedded database, it is asked over HTTP instead.",
  examples: [
    { command: "rolebridge doctor", description: "A table of checks" },
    { command: "rolebridge doctor --json", description: "For a monitor" },
  ],
  input: {},
  prints: Checks,
  run: Effect.fnUntraced(function* () {
    const { examine } = yield* Effect.promise(() => import("../doctor/index.ts"));
    return yield* examine();
  }),
  view: (checks) => ({
    lines: table<Check>(
      {
        CHECK: ({ check }) => check,
        STATE: ({ ok }) => (ok ? "ok" : "needs attention"),
        DETAIL: ({ detail }) => detail,
      },
      checks,
    ),
  }),
  pending: (checks) => checks.some(({ ok }) => !ok),
});
