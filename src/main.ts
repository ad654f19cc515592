/** The process: one command line, to its end. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Effect } from "effect";
import manifest from "../package.json" with { type: "json" };
import { commandLine, teardown } from "./cli/index.ts";

const server = Effect.promise(async () => ({
  ...(await import("./serve.ts")),
  ...(await import("./app.ts")),
}));

/** Loading the vendors' libraries takes a tenth of a second: only where their settings are flags, or are completed. */
const needsConnectors = process.argv.some(
  (word) => word === "connection" || word === "config" || word.startsWith("--completions"),
);
const { connectors } = needsConnectors ? await import("../connectors/index.ts") : { connectors: [] };

NodeRuntime.runMain(commandLine(manifest.version, server, connectors), { teardown });
