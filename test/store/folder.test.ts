import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, Exit } from "effect";
import { describe, expect, it } from "vitest";
import { lockFolder } from "../../src/store/engine/lock.ts";
import { FolderInUse } from "../../src/store/index.ts";

const lockOf = (holder: { readonly pid: number; readonly started: string; readonly host?: string }) =>
  JSON.stringify({ host: hostname(), ...holder });
const newFolder = () => mkdtempSync(join(tmpdir(), "rolebridge-lock-"));
const use = (folder: string) => Effect.runPromiseExit(Effect.scoped(lockFolder(folder)));

describe("the data folder", () => {
  it("is free again when its holder has let go", async () => {
    const folder = newFolder();
    expect(Exit.isSuccess(await use(folder))).toBe(true);
    expect(Exit.isSuccess(await use(folder))).toBe(true);
  });

  it("is refused while another living process holds it, and the message names that process", async () => {
    const folder = newFolder();
    const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    writeFileSync(join(folder, "lock"), lockOf({ pid: holder.pid ?? 0, started: "" }));
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(lockFolder(folder))));
    holder.kill("SIGKILL");
    expect(error).toBeInstanceOf(FolderInUse);
    expect(error.message).toContain(`process ${holder.pid}`);
  });

  it("is taken over from a process that is gone", async () => {
    const folder = newFolder();
    const holder = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => holder.once("exit", resolve));
    writeFileSync(join(folder, "lock"), lockOf({ pid: holder.pid ?? 0, started: "1" }));
    expect(Exit.isSuccess(await use(folder))).toBe(true);
  });

  it("is taken over from an earlier process whose number another one has now", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "lock"), lockOf({ pid: process.ppid, started: "an earlier boot" }));
    expect(Exit.isSuccess(await use(folder))).toBe(process.platform === "linux");
  });

  it("is taken over when the lock is damaged", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "lock"), "{");
    expect(Exit.isSuccess(await use(folder))).toBe(true);
  });

  it("is refused while another container's process beats, even under our own number, and free when it is silent", async () => {
    const folder = newFolder();
    const file = join(folder, "lock");
    writeFileSync(file, lockOf({ pid: process.pid, started: "1", host: "another-container" }));
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(lockFolder(folder))));
    expect(error.message).toContain("another-container");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    expect(Exit.isSuccess(await use(folder))).toBe(true);
  });

  it("says who holds it", async () => {
    const folder = newFolder();
    const held = Effect.scoped(
      Effect.andThen(
        lockFolder(folder),
        Effect.sync(() => JSON.parse(readFileSync(join(folder, "lock"), "utf8"))),
      ),
    );
    expect(await Effect.runPromise(held)).toMatchObject({ pid: process.pid });
  });
});
