/** Runs a command line: what fails becomes a sentence on stderr and an exit code. */

import * as NodeServices from "@effect/platform-node/NodeServices";
import { Cause, Console, Effect, Layer, Logger, Runtime } from "effect";
import { CliConfig, CliError, CliOutput, Command, GlobalFlag, TerminalCapabilities } from "effect/cli";
import { FetchHttpClient } from "effect/http";
import { Ended } from "./failure.ts";
import { say } from "./output/index.ts";
import { rolebridge } from "./rolebridge.ts";
import { sentenceOf } from "./sentence.ts";
import { type Kind, Server, type WholeServer } from "./server.ts";

const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] as const;

/** Mistakes on the command line: what is wrong and where the help is, not the whole help. */
const present: CliOutput.Presenter = {
  present: (event) => {
    if (event._tag !== "InvalidInvocation") return CliOutput.defaultPresenter.present(event);
    const sentences = event.errors.map(({ message }) => message);
    return say([...sentences, `For help: ${event.commandPath.join(" ")} --help`].join("\n"));
  },
};

const formatter = Layer.unwrap(
  Effect.gen(function* () {
    const { canColor } = yield* TerminalCapabilities.TerminalCapabilities;
    return CliOutput.layer(CliOutput.defaultFormatter({ colors: canColor, globalFlags: "summary" }));
  }),
);

/** What the store says while a command waits for it. The server has a log of its own. */
const talk = Logger.make<unknown, void>(({ message }) => {
  process.stderr.write(`${[message].flat()[0]}\n`);
});

const failed = new Ended({ code: 1 });

const tellFailure = (error: unknown) => {
  if (error instanceof Ended || (CliError.isCliError(error) && error._tag === "ShowHelp")) {
    return Effect.fail(error);
  }
  return Effect.andThen(say(sentenceOf(error)), Effect.fail(failed));
};

const tellDefect = (defect: unknown) =>
  Effect.andThen(
    Console.error(`This command broke. Please report it.\n${Cause.pretty(Cause.die(defect))}`),
    Effect.fail(failed),
  );

/**
 * The command line of this process, to its end. `load` gives the whole server to the commands that need it; `kinds`
 * are the connections that can be read, whose settings become flags.
 */
export const commandLine = (version: string, load: Effect.Effect<WholeServer>, kinds: ReadonlyArray<Kind>) =>
  Command.run(rolebridge(kinds), { version }).pipe(
    Effect.catch(tellFailure),
    Effect.catchDefect(tellDefect),
    Effect.provideService(Server, { load }),
    Effect.provide(
      Layer.mergeAll(
        NodeServices.layer,
        FetchHttpClient.layer,
        // A token goes to the server it was meant for, not to where that sends us.
        Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
        CliConfig.layer({ builtIns }),
        CliOutput.layerPresenter(present),
        formatter,
        Logger.layer([talk]),
      ),
    ),
  );

/** Interrupted is 130, except where the command said before that it ends so. */
export const teardown: Runtime.Teardown = (exit, onExit) =>
  Runtime.defaultTeardown(exit, (code) => onExit(code === 130 ? Number(process.exitCode ?? code) : code));
