import { Effect, Schema } from "effect";
import { Flag } from "effect/cli";
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
    { command: "rolebridge doctor --verify", description: "Recomputes everybody's roles, too" },
  ],
  input: {
    verify: Flag.Boolean("verify").pipe(
      Flag.withDescription("Ask the running server to recompute every role from the facts and to compare."),
      Flag.withDefault(false),
    ),
  },
  prints: Checks,
  run: Effect.fnUntraced(function* ({ verify }) {
    const { examine } = yield* Effect.promise(() => import("../doctor/index.ts"));
    return yield* examine(verify);
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
