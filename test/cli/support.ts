/** Command lines as people run them: `bin/rolebridge` in a process of its own, against a real server. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";

export const program = resolve(import.meta.dirname, "../../bin/rolebridge");

export interface Ran {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface How {
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in. Nothing: there is no stdin. */
  readonly stdin?: string;
  /** The Node that is started; else the one of this test. */
  readonly node?: string;
  readonly cwd?: string;
}

/** Only what a command needs of this process: no setting of whoever runs the tests. */
const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? "",
  TZ: "UTC",
  ...more,
});

export const start = (args: ReadonlyArray<string>, { env, stdin, node, cwd }: How = {}): ChildProcess => {
  const child = spawn(node ?? process.execPath, [program, ...args], {
    env: environment(env),
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin?.end(stdin);
  return child;
};

/** What a process wrote until it ended. */
export const ended = (child: ChildProcess): Promise<Ran> =>
  new Promise((done) => {
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    child.once("close", (code, signal) => done({ code, signal, ...texts }));
  });

export const run = (args: ReadonlyArray<string>, how: How = {}): Promise<Ran> => ended(start(args, how));

/** Asks again until `condition` gives something. The test's own time limit ends it. */
export const until = async <T>(condition: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (;;) {
    const found = await condition();
    if (found !== undefined) return found;
    await new Promise((soon) => setTimeout(soon, 50));
  }
};

export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export interface QuickStart {
  readonly url: string;
  readonly organization: string;
  readonly scimUrl: string;
  readonly scimToken: string;
  readonly operatorToken: string;
}

const isReady = async (url: string): Promise<true | undefined> => {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  return answer?.status === 200 ? true : undefined;
};

/** Starts `rolebridge serve` on a new folder and waits until it is ready. */
export const serve = async (env: Readonly<Record<string, string>> = {}) => {
  const folder = join(newFolder(), "data");
  const child = start(["serve"], { env: { PORT: "0", ROLEBRIDGE_DATA: folder, ...env } });
  const end = ended(child);
  let over: Ran | undefined;
  end.then((ran) => {
    over = ran;
  });
  const file = join(folder, "quickstart.json");
  const quickStart = await until((): QuickStart | undefined => {
    if (over !== undefined) throw new Error(`The server ended: ${over.stderr}`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8") || "null") ?? undefined) : undefined;
  });
  await until(() => isReady(quickStart.url));
  const stop = (): Promise<Ran> => {
    child.kill("SIGTERM");
    return end;
  };
  return { folder, quickStart, child, stop };
};

/** A server for a whole file of tests, and commands that find it by its data folder. */
export const startServer = async (settings: Readonly<Record<string, string>> = {}) => {
  const server = await serve(settings);
  afterAll(server.stop);
  const env = { ROLEBRIDGE_DATA: server.folder };
  const rolebridge = (args: ReadonlyArray<string>, how: How = {}) =>
    run(args, { ...how, env: { ...env, ...how.env } });
  return {
    ...server,
    rolebridge,
    /** The JSON a command prints. Fails where it ends with another code than `code`. */
    json: async (args: ReadonlyArray<string>, code = 0, how: How = {}) => {
      const ran = await rolebridge([...args, "--json"], how);
      if (ran.code !== code) throw new Error(`${args.join(" ")} ended with ${ran.code}: ${ran.stderr}`);
      return JSON.parse(ran.stdout);
    },
    /** A SCIM request as the identity provider's. */
    scim: async (method: string, path: string, body?: object, token = server.quickStart.scimToken) => {
      const answer = await fetch(`${server.quickStart.scimUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
    },
  };
};
