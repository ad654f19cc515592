/** Every command helps with an example, and every example is a command line that parses. */

import * as NodeServices from "@effect/platform-node/NodeServices";
import { Effect, Exit, Layer } from "effect";
import { CliOutput, Command } from "effect/cli";
import { FetchHttpClient } from "effect/http";
import { afterAll, describe, expect, it } from "vitest";
import { connectors } from "../../connectors/index.ts";
import { rolebridge as makeRolebridge } from "../../src/cli/rolebridge.ts";
import { Server } from "../../src/cli/server.ts";
import { newFolder, run } from "./support.ts";

interface Entry {
  readonly path: string;
  readonly command: Command.Command.Any;
  readonly isLeaf: boolean;
}

const walk = (command: Command.Command.Any, path: string): ReadonlyArray<Entry> => {
  const children = command.subcommands.flatMap(({ commands }) => commands);
  return [
    { path, command, isLeaf: children.length === 0 },
    ...children.flatMap((child) => walk(child, `${path} ${child.name}`)),
  ];
};

const rolebridge = makeRolebridge(connectors);
const all = walk(rolebridge, "rolebridge");

const kept = { ...process.env };
process.env["ROLEBRIDGE_DATA"] = newFolder();
afterAll(() => {
  process.env = kept;
  process.exitCode = undefined;
});

/** The words of a command line, as a shell gives them. */
const words = (line: string): ReadonlyArray<string> =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

/** The calls of rolebridge in an example: settings before it and other programs beside it left out. */
const calls = (example: string): ReadonlyArray<ReadonlyArray<string>> =>
  example
    .split(" | ")
    .map(words)
    .filter((line) => line.includes("rolebridge"))
    .map((line) => line.slice(line.indexOf("rolebridge") + 1));

const quiet = Layer.mergeAll(
  NodeServices.layer,
  FetchHttpClient.layer,
  CliOutput.layerPresenter({ present: () => Effect.void }),
  Layer.succeed(Server, { load: Effect.interrupt }),
);

/** How it ends where there is neither a server nor a database: not by what is wrong on the command line. */
const ends = async (args: ReadonlyArray<string>): Promise<string> => {
  const exit = await Effect.runPromiseExit(
    Command.runWith(rolebridge, { version: "0" })(args).pipe(Effect.provide(quiet)),
  );
  if (Exit.isSuccess(exit)) return "done";
  const [reason] = exit.cause.reasons;
  const failure: unknown = reason?._tag === "Fail" ? reason.error : reason;
  return typeof failure === "object" && failure !== null ? String(Reflect.get(failure, "_tag")) : "";
};

describe("help", () => {
  it("knows the commands", () => {
    expect(all.filter(({ isLeaf }) => isLeaf).map(({ path }) => path.slice("rolebridge ".length))).toEqual([
      ...["serve", "try", "doctor", "migrate", "explain", "account list", "account show"],
      ...[
        "account history",
        "account can",
        "account suspend",
        "account resume",
        "account merge",
        "account split",
      ],
      ...["account erase", "group list", "group leads"],
      ...["role list", "role create", "role set", "role delete", "role versions"],
      ...["role ladder list", "role ladder set", "role ladder remove"],
      ...["role scope list", "role scope add", "role scope remove", "role who", "role who-can"],
      ...["role grant", "role revoke", "role grants", "role exclude", "role include", "role exclusions"],
      ...["role invite", "role uninvite", "role invitations"],
      ...["mapping show", "mapping draft", "mapping lint", "mapping preview", "mapping publish"],
      ...["mapping versions", "mapping diff", "mapping rollback", "mapping covers", "mapping replay"],
      ...["plan list", "plan show", "plan pending", "plan apply", "plan approve", "plan reject", "plan undo"],
      ...["guard show", "guard set"],
      ...["exception list", "exception show", "exception retry", "exception resolve", "event list"],
      ...["organization list", "organization create", "organization show", "organization set"],
      ...["config export", "config plan", "config apply", "config schema"],
      ...[
        "connection list",
        "connection add keycloak",
        "connection add oidc",
        "connection add saml",
        "connection set",
        "connection test",
        "connection doctor",
        "connection record",
        "connection metadata",
        "connection preview",
      ],
      ...["connection enable", "connection disable"],
      ...["connection same-directory", "connection authority", "connection mark", "connection unmark"],
      ...["domain list", "domain add", "domain verify", "domain remove"],
      ...["schema list", "schema show", "schema set", "schema remove"],
      ...["sync now", "sync trace", "sync status", "sync follow", "sync runs", "sync show"],
      ...["push show", "push set", "push plan", "push retry", "push drift", "push release"],
      ...[
        "application list",
        "application create",
        "application set",
        "application rotate",
        "application delete",
      ],
      ...["login list", "login show", "login set", "login key", "login test"],
      ...["token list", "token create", "token revoke"],
      ...["client list", "client create", "client rotate", "client revoke"],
      ...["environment-token list", "environment-token create", "environment-token revoke"],
      ...["operator list", "operator create", "operator disable"],
    ]);
  });

  it.each(all)("$path says what it does, with an example", ({ path, command }) => {
    expect(command.description ?? "").toMatch(/\S/);
    expect(command.shortDescription).toMatch(/\.$/);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { command: example } of command.examples) expect(example).toContain(path);
  });

  it.each(all.filter(({ isLeaf, path }) => isLeaf && path !== "rolebridge serve"))(
    "$path shows the form of its JSON",
    ({ command }) => {
      expect(command.description).toMatch(/With --json: [[{]/);
    },
  );

  it("has only examples that parse", async () => {
    for (const { command } of all) {
      for (const { command: example } of command.examples) {
        for (const call of calls(example)) {
          expect(["ShowHelp", example]).not.toEqual([await ends(call), example]);
        }
      }
    }
  });

  it("tells examples that parse from those that do not", async () => {
    expect(await ends(["token", "creat"])).toBe("ShowHelp");
    expect(await ends(["token", "create"])).toBe("ShowHelp");
    expect(await ends(["token", "list", "--first", "1"])).toBe("ShowHelp");
    expect(await ends(["token", "list"])).toBe("NotGiven");
  });
});

describe("the program's help", () => {
  it("documents exit codes and where tokens belong", async () => {
    const { code, stdout, stderr } = await run(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/Exit codes: 0 done.* 1 error\. +2 done/);
    expect(stdout).toContain("A token on the command line can be seen by every user of this machine");
  });

  it("is what a family alone shows", async () => {
    const { code, stdout } = await run(["connection"]);
    expect(code).toBe(0);
    expect(stdout).toContain("same-directory");
  });

  it("shows every setting for serve", async () => {
    const { stdout } = await run(["serve", "--help"]);
    for (const name of ["PORT", "DATABASE_URL", "ROLEBRIDGE_MASTER_KEY"]) expect(stdout).toContain(name);
  });

  it("has colours only where they are wanted", async () => {
    const plain = await run(["token", "--help"]);
    const coloured = await run(["token", "--help"], { env: { FORCE_COLOR: "1" } });
    const refused = await run(["token", "--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(coloured.stdout).toContain("\u001b[1m");
    expect(plain.stdout).not.toContain("\u001b");
    expect(refused.stdout).toBe(plain.stdout);
  });

  it("of a mistake is one sentence and where the help is, on stderr", async () => {
    const { code, stdout, stderr } = await run(["token", "create"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe("Missing required argument: connection\nFor help: rolebridge token create --help\n");
  });

  it("knows its version and completes in shells", async () => {
    expect((await run(["--version"])).stdout).toMatch(/^rolebridge v\d+\.\d+\.\d+\n$/);
    expect((await run(["--completions", "bash"])).stdout).toContain("same-directory");
  });
});
