/** Servers as processes of their own on a PostgreSQL database, to be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redacted } from "effect";
import { afterAll, afterEach } from "vitest";
import type { TestDatabase } from "./engines.ts";
import { masterKey } from "./world.ts";

const main = new URL("../../src/main.ts", import.meta.url).pathname;

/** `start` gives one when it answers. Those still there after a test are killed. */
export const serverProcesses = () => {
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-kill-"));
  const children = new Set<ChildProcess>();
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    children.clear();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return async ({ location }: TestDatabase, allowedOrigins: string): Promise<ChildProcess> => {
    if (location._tag !== "Server") throw new Error("This needs PostgreSQL.");
    const child = spawn(process.execPath, [main, "serve"], {
      env: {
        ...process.env,
        PORT: "0",
        ROLEBRIDGE_DATA: folder,
        DATABASE_URL: Redacted.value(location.url),
        MIGRATION_DATABASE_URL: Redacted.value(location.migrationUrl),
        ROLEBRIDGE_MASTER_KEY: Buffer.from(Redacted.value(masterKey)).toString("base64"),
        ROLEBRIDGE_ALLOWED_ORIGINS: allowedOrigins,
      },
      stdio: ["ignore", "pipe", "ignore"],
    });
    children.add(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("ready") && resolve());
      child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
    });
    return child;
  };
};

export const ended = (child: ChildProcess, signal: NodeJS.Signals) =>
  new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
  });
