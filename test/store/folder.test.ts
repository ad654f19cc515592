import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, Exit } from "effect";
import { describe, expect, it } from "vitest";
import { lockFolder } from "../../src/store/engine/lock.ts";
import { FolderInUse } from "../../src/store/index.ts";

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
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: holder.pid, started: "" }));
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(lockFolder(folder))));
    holder.kill("SIGKILL");
    expect(error).toBeInstanceOf(FolderInUse);
    expect(error.message).toContain(`process ${holder.pid}`);
  });

  it("is taken over from a process that is gone", async () => {
    const folder = newFolder();
    const holder = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => holder.once("exit", resolve));
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: holder.pid, started: "1" }));
    expect(Exit.isSuccess(await use(folder))).toBe(true);
  });

  it("is taken over from an earlier process whose number another one has now", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: process.ppid, started: "an earlier boot" }));
    expect(Exit.isSuccess(await use(folder))).toBe(process.platform === "linux");
  });

  it("is taken over when the lock is damaged", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "lock"), "{");
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
