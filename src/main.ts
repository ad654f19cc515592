/** The process: one command line, to its end. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Effect } from "effect";
import manifest from "../package.json" with { type: "json" };
import { commandLine, teardown } from "./cli/index.ts";

const server = Effect.promise(async () => ({
  ...(await import("./serve.ts")),
  ...(await import("./app.ts")),
}));

NodeRuntime.runMain(commandLine(manifest.version, server), { teardown });
