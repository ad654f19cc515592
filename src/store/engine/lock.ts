import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Data, Effect, Option, type Scope } from "effect";

/** Another process uses the data folder. */
export class FolderInUse extends Data.TaggedError("FolderInUse")<{
  readonly folder: string;
  readonly pid: number;
  readonly host: string;
}> {
  override get message(): string {
    return `The data folder ${this.folder} is in use by process ${this.pid} on ${this.host}. Stop it first, or choose another folder with ROLEBRIDGE_DATA.`;
  }
}

interface Holder {
  readonly pid: number;
  /** When that process started, as the system tells it: a later process with the same number is another. */
  readonly started: string;
  /** In another container the same number is another process: there only the heartbeat tells. */
  readonly host: string;
}

/** The holder touches its lock this often; one on another host counts as gone after three times as long. */
const heartbeatMillis = 10_000;

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

const read = Option.liftThrowable((file: string): string => readFileSync(file, "utf8"));
const parse = Option.liftThrowable((text: string): Holder => JSON.parse(text));

const beats = (file: string): boolean => Date.now() - statSync(file).mtimeMs < 3 * heartbeatMillis;

const holds = (file: string, { pid, started, host }: Holder): boolean => {
  if (host !== hostname()) return beats(file);
  return pid !== process.pid && isRunning(pid) && (started === "" || started === startOf(pid));
};

const claim = (file: string): boolean => {
  const holder: Holder = { pid: process.pid, started: startOf(process.pid), host: hostname() };
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    return true;
  } catch {
    return false;
  }
};

/** Removes the lock if it is still the one that was read: of two who take over at once, only one does. */
const removeStale = (file: string, text: string): void => {
  const aside = `${file}.${process.pid}`;
  renameSync(file, aside);
  if (readFileSync(aside, "utf8") === text) rmSync(aside);
  else renameSync(aside, file);
};

const takeOver = (file: string): Holder | undefined => {
  const text = Option.getOrElse(read(file), () => "");
  const holder = Option.getOrUndefined(parse(text));
  if (holder !== undefined && holds(file, holder)) return holder;
  removeStale(file, text);
  return claim(file) ? undefined : Option.getOrUndefined(Option.flatMap(read(file), parse));
};

const keepBeating = (file: string) => {
  const now = () => utimesSync(file, new Date(), new Date());
  return setInterval(now, heartbeatMillis).unref();
};

/**
 * Takes the data folder for this process until the scope closes. A lock whose process is gone is taken
 * over: a killed server must not need a hand to start again.
 */
export const lockFolder = (folder: string): Effect.Effect<void, FolderInUse, Scope.Scope> => {
  const file = join(folder, "lock");
  const take = Effect.suspend(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const holder = claim(file) ? undefined : takeOver(file);
    return holder === undefined
      ? Effect.succeed(keepBeating(file))
      : Effect.fail(new FolderInUse({ folder, pid: holder.pid, host: holder.host }));
  });
  const release = (beating: NodeJS.Timeout) =>
    Effect.sync(() => {
      clearInterval(beating);
      rmSync(file, { force: true });
    });
  return Effect.asVoid(Effect.acquireRelease(take, release));
};

export const isFirstStart = (folder: string): boolean => !existsSync(join(folder, "pgdata", "PG_VERSION"));
