/** Nothing answered 2xx is lost: not by a polite stop, not by a kill. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "rolebridge-stop-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const main = new URL("../../src/main.ts", import.meta.url).pathname;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
}

/** The server as a process of its own, on the same data folder each time. */
const start = async (): Promise<Running> => {
  const child = spawn(process.execPath, [main, "serve"], {
    env: { ...process.env, PORT: "0", ROLEBRIDGE_DATA: folder },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const [found] = /http:\/\/localhost:\d+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  const { scimToken } = JSON.parse(readFileSync(join(folder, "quickstart.json"), "utf8"));
  return { child, url, token: scimToken };
};

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once("exit", resolve));

const create = async ({ url, token }: Running, userName: string): Promise<string | undefined> => {
  const answer = await fetch(`${url}/scim/v2/Users`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    body: JSON.stringify({ schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName }),
  }).catch(() => undefined);
  return answer?.status === 201 ? userName : undefined;
};

/** Pushes people, four at a time, until the server is gone; ends it by `signal` after some answers. */
const pushUntilEnded = async (running: Running, signal: NodeJS.Signals, name: string) => {
  const answered: Array<string> = [];
  const gone = ended(running.child);
  let left = false;
  void gone.then(() => {
    left = true;
  });
  const push = async (lane: number) => {
    for (let at = 0; !left && at < 500; at += 1) {
      const done = await create(running, `${name}-${lane}-${at}`);
      if (done !== undefined) answered.push(done);
      if (answered.length === 25) running.child.kill(signal);
    }
  };
  await Promise.all([1, 2, 3, 4].map(push));
  return { answered, code: await gone };
};

const everyone = async ({ url, token }: Running): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  for (let from = 1, total = 1; from <= total; from += 200) {
    const page = await fetch(`${url}/scim/v2/Users?startIndex=${from}&count=200&attributes=userName`, {
      headers: { authorization: `Bearer ${token}` },
    }).then((answer) => answer.json());
    total = page.totalResults;
    for (const { userName } of page.Resources) names.add(userName);
  }
  return names;
};

const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const send = (running: Running, path: string, method: string, body?: object, token = running.token) =>
  fetch(`${running.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** How many accounts have a role, and how many wait to be looked at. */
const standing = async (running: Running) => {
  const { operatorToken } = JSON.parse(readFileSync(join(folder, "quickstart.json"), "utf8"));
  const query = '{ organization(slug: "acme") { pendingAccounts roles { holders } } }';
  const answer = await send(running, "/graphql", "POST", { query }, operatorToken);
  const { organization } = (await answer.json()).data;
  return { waiting: organization.pendingAccounts, holders: organization.roles[0].holders };
};

const until = async (running: Running, holds: (now: { waiting: number; holders: number }) => boolean) => {
  for (let left = 300; left > 0; left -= 1) {
    const now = await standing(running);
    if (holds(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return standing(running);
};

describe("a server killed between its answer and the job it left", () => {
  it("takes the roles away soon after it is started again", async () => {
    const running = await start();
    const made = await Promise.all(
      Array.from({ length: 120 }, (_, at) =>
        send(running, "/scim/v2/Users", "POST", {
          schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
          userName: `member-${at}`,
        }).then((answer) => answer.json()),
      ),
    );
    const group = await send(running, "/scim/v2/Groups", "POST", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "Engineering",
    }).then((answer) => answer.json());
    const operation = { op: "add", path: "members", value: made.map(({ id }) => ({ value: id })) };
    const joined = { schemas: [patchUrn], Operations: [operation] };
    await send(running, `/scim/v2/Groups/${group.id}`, "PATCH", joined);
    await until(running, ({ waiting, holders }) => waiting === 0 && holders === 120);
    // By name, so that the guard holds nothing; more than a hundred, so that it is left to a job.
    const left = { schemas: [patchUrn], Operations: [{ ...operation, op: "remove" }] };
    expect((await send(running, `/scim/v2/Groups/${group.id}`, "PATCH", left)).status).toBeLessThan(300);
    const gone = ended(running.child);
    running.child.kill("SIGKILL");
    await gone;
    const again = await start();
    const now = await until(again, ({ waiting, holders }) => waiting === 0 && holders === 0);
    const stopped = ended(again.child);
    again.child.kill("SIGTERM");
    await stopped;
    expect(now).toEqual({ waiting: 0, holders: 0 });
  });
});

describe("a server under load", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)(
    "ended by %s has kept everything it answered 2xx",
    async (signal) => {
      const { answered, code } = await pushUntilEnded(await start(), signal, signal);
      expect(answered.length).toBeGreaterThanOrEqual(25);
      if (signal === "SIGTERM") {
        expect(code).toBe(0);
        expect(existsSync(join(folder, "lock"))).toBe(false);
      }
      const again = await start();
      const kept = await everyone(again);
      const stopped = ended(again.child);
      again.child.kill("SIGTERM");
      await stopped;
      expect(answered.filter((name) => !kept.has(name))).toEqual([]);
    },
  );
});
