/** `connection record`: from the command line to a file, against a real server. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ended, newFolder, start, startServer, until } from "./support.ts";

const server = await startServer();

const begun = async (file: string, ...more: ReadonlyArray<string>) => {
  const child = start(["connection", "record", "scim", "--out", file, "--json", ...more], {
    env: { ROLEBRIDGE_DATA: server.folder },
  });
  const end = ended(child);
  await new Promise<void>((said) => {
    child.stderr?.on("data", (text: string) => text.includes("Recording scim") && said());
    void end.then(() => said());
  });
  return { child, end };
};

const push = (userName: string) =>
  server.scim("POST", "/Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName });

const recorded = async () => {
  const query = '{ organization(slug: "acme") { recordings { exchanges } } }';
  const answer = await fetch(`${server.quickStart.url}/graphql`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${server.quickStart.operatorToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ query }),
  });
  const { data } = await answer.json();
  return data.organization.recordings;
};

it("writes what came until its time is over, for its owner's eyes only", { timeout: 60_000 }, async () => {
  const file = join(newFolder(), "live.json");
  const { end } = await begun(file, "--for", "5s");
  expect((await push("ada.lovelace@acme.test")).status).toBe(201);
  const { code, stdout, stderr } = await end;
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ file, exchanges: 1, skipped: 0 });
  const text = readFileSync(file, "utf8");
  expect(JSON.parse(text).steps).toMatchObject([{ request: { method: "POST", path: "/Users" } }]);
  expect(text).not.toMatch(/lovelace/i);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(await recorded()).toEqual([]);
});

it("ended by Ctrl-C writes what came so far", { timeout: 60_000 }, async () => {
  const file = join(newFolder(), "short.json");
  const { child, end } = await begun(file);
  await push("grace@acme.test");
  await until(async () => ((await recorded())[0]?.exchanges === 1 ? true : undefined));
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
  expect(JSON.parse(readFileSync(file, "utf8")).steps).toHaveLength(1);
  expect(await recorded()).toEqual([]);
});

it("begins nothing where the file is there, or the time is too long", async () => {
  const file = join(newFolder(), "there.json");
  writeFileSync(file, "mine");
  const there = await server.rolebridge(["connection", "record", "scim", "--out", file]);
  expect(there).toMatchObject({ code: 1, stderr: expect.stringContaining("is there already") });
  expect(readFileSync(file, "utf8")).toBe("mine");
  const long = await server.rolebridge([
    "connection",
    "record",
    "scim",
    "--for",
    "2h",
    "--out",
    `${file}.new`,
  ]);
  expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining("from 1s to 1h") });
  expect(existsSync(`${file}.new`)).toBe(false);
  expect(await recorded()).toEqual([]);
});
