/** `bin/rolebridge` under a Node that is too old for the program itself. */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ended, newFolder, program, run, start, until } from "./support.ts";

const majorOf = (node: string): number =>
  Number(execFileSync(node, ["-p", "process.versions.node.split('.')[0]"], { encoding: "utf8" }));

/** An older Node of this machine: TEST_OLD_NODE, else one on the path or in the usual place. */
const candidates = [
  process.env["TEST_OLD_NODE"] ?? "",
  ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "node")),
  "/usr/bin/node",
];
const old = candidates.find((node) => node !== "" && existsSync(node) && majorOf(node) < 24);
const title =
  old === undefined
    ? "with an older Node (skipped: none here; name one in TEST_OLD_NODE)"
    : "with an older Node";

describe.skipIf(old === undefined)(title, () => {
  const node = old ?? "";

  it("hands arguments over and gives the exit code back", async () => {
    expect((await run(["--version"], { node })).stdout).toMatch(/^rolebridge v/);
    const refused = await run(["token", "create"], { node });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("Missing required argument: connection");
  });

  it("passes stdin on", async () => {
    const how = { node, stdin: "{", env: { ROLEBRIDGE_DATA: newFolder() } };
    const { code, stderr } = await run(["mapping", "draft"], how);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("is no JSON") });
  });

  it("passes signals on, so that the server ends as it should", async () => {
    const folder = join(newFolder(), "data");
    const child = start(["serve"], { node, env: { ROLEBRIDGE_DATA: folder, PORT: "0" } });
    const end = ended(child);
    await until(() => (existsSync(join(folder, "quickstart.json")) ? true : undefined));
    child.kill("SIGTERM");
    expect((await end).code).toBe(0);
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });

  it("says what is missing where no newer one was installed", async () => {
    const copy = join(newFolder(), "bin", "rolebridge");
    mkdirSync(dirname(copy));
    cpSync(program, copy);
    cpSync(join(program, "../../package.json"), join(copy, "../../package.json"));
    const { code, stdout, stderr } = await ended(spawn(node, [copy, "--version"]));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^Rolebridge needs Node 24 or newer\. This is Node .*"npm install --include=optional"/,
    );
  });

  it("does not hand over for ever to one that is no newer", async () => {
    const copy = join(newFolder(), "bin", "rolebridge");
    const brought = join(copy, "../../node_modules/.bin");
    mkdirSync(dirname(copy));
    mkdirSync(brought, { recursive: true });
    cpSync(program, copy);
    cpSync(join(program, "../../package.json"), join(copy, "../../package.json"));
    symlinkSync(node, join(brought, "node"));
    const { code, stderr } = await ended(spawn(node, [copy, "--version"]));
    expect(code).toBe(1);
    expect(stderr).toContain("Rolebridge needs Node 24 or newer.");
  });
});

describe("with a Node that is new enough", () => {
  it("starts where there is no home to keep compiled code in", async () => {
    const { code } = await run(["--version"], { env: { HOME: "/nonexistent" } });
    expect(code).toBe(0);
  });
});
