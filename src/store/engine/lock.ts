import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Data, Effect, Option, type Scope } from "effect";

/** Another process uses the data folder. */
export class FolderInUse extends Data.TaggedError("FolderInUse")<{
  readonly folder: string;
  readonly pid: number;
}> {
  override get message(): string {
    return `The data folder ${this.folder} is in use by process ${this.pid}. Stop it first, or choose another folder with ROLEBRIDGE_DATA.`;
  }
}

interface Holder {
  readonly pid: number;
  /** When that process started, as the system tells it: a later process with the same number is another. */
  readonly started: string;
}

const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const readHolder = Option.liftThrowable((file: string): Holder => JSON.parse(readFileSync(file, "utf8")));

const holds = ({ pid, started }: Holder): boolean =>
  pid !== process.pid && isRunning(pid) && (started === "" || started === startOf(pid));

const claim = (file: string): boolean => {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
};

/**
 * Takes the data folder for this process until the scope closes. A lock whose process is gone is taken
 * over: a killed server must not need a hand to start again.
 */
export const lockFolder = (folder: string): Effect.Effect<void, FolderInUse, Scope.Scope> => {
  const file = join(folder, "lock");
  const take = Effect.suspend(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (claim(file)) return Effect.void;
    const holder = Option.getOrUndefined(readHolder(file));
    if (holder !== undefined && holds(holder))
      return Effect.fail(new FolderInUse({ folder, pid: holder.pid }));
    rmSync(file, { force: true });
    return claim(file) ? Effect.void : Effect.fail(new FolderInUse({ folder, pid: holder?.pid ?? 0 }));
  });
  return Effect.acquireRelease(take, () => Effect.sync(() => rmSync(file, { force: true })));
};

export const isFirstStart = (folder: string): boolean => !existsSync(join(folder, "pgdata", "PG_VERSION"));
