/** Two servers on one PostgreSQL: who is deactivated at one is out at the other. Nothing is told from one to the other. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redacted } from "effect";
import { afterAll, describe, expect, inject, it } from "vitest";
import { until } from "../cli/support.ts";
import { pusher, reader } from "../rest/support.ts";
import { hasPostgres, newDatabase, postgresMissing, type TestDatabase } from "../support/engines.ts";
import { freePort } from "../support/private-postgres.ts";
import type { TestServer } from "../support/server.ts";
import { masterKey } from "../support/world.ts";
import { openSso } from "./sso.ts";

const keycloak = inject("keycloak");
const missing = hasPostgres ? ("missing" in keycloak ? keycloak.missing : undefined) : postgresMissing;
const because = missing === undefined ? "" : ` (skipped, because ${missing})`;
const main = new URL("../../src/main.ts", import.meta.url).pathname;

const startInstance = async ({ location }: TestDatabase, allowedOrigins: string) => {
  if (location._tag !== "Server") throw new Error("This needs PostgreSQL.");
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-instance-"));
  const port = String(await freePort());
  const child = spawn(process.execPath, [main, "serve"], {
    env: {
      ...process.env,
      PORT: port,
      ROLEBRIDGE_DATA: folder,
      DATABASE_URL: Redacted.value(location.url),
      MIGRATION_DATABASE_URL: Redacted.value(location.migrationUrl),
      ROLEBRIDGE_MASTER_KEY: Buffer.from(Redacted.value(masterKey)).toString("base64"),
      ROLEBRIDGE_ALLOWED_ORIGINS: allowedOrigins,
    },
    stdio: ["ignore", "pipe", "ignore"],
  });
  afterAll(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("ready") && resolve());
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  return { folder, url: `http://localhost:${port}` };
};

const parsed = (text: string) => (text === "" ? undefined : JSON.parse(text));

/** What suites say to a server, said to another process. `tokens` are those of the database's first start. */
const talkTo = (url: string, tokens: { operatorToken: string; scimToken: string }): TestServer => {
  const request = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
  };
  const send = (path: string, method: string, token: string, body: unknown, type: string) =>
    request(path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const server = {
    url,
    quickStart: tokens,
    request,
    graphql: (query: string, variables: object = {}, token = tokens.operatorToken) =>
      send("/graphql", "POST", token, { query, variables }, "application/json"),
    scim: (method: string, path: string, body?: unknown, token = tokens.scimToken) =>
      send(`/scim/v2${path}`, method, token, body, "application/scim+json"),
  };
  // Nothing is run inside of it: it is another process.
  return server as unknown as TestServer;
};

const open = async () => {
  if ("missing" in keycloak) throw new Error(keycloak.missing);
  const database = await newDatabase(5);
  const first = await startInstance(database, keycloak.url);
  const tokens = JSON.parse(readFileSync(join(first.folder, "quickstart.json"), "utf8"));
  const second = await startInstance(database, keycloak.url);
  const one = talkTo(first.url, tokens);
  const sso = await openSso(one, keycloak, ["sso"]);
  afterAll(() => sso.realm.remove());
  await sso.ask(
    `mutation($organization: String!) { declareSameDirectory(organization: $organization, connections: ["scim", "sso"]) { slug } }`,
  );
  return { one, other: talkTo(second.url, tokens), sso };
};

const here = missing === undefined ? await open() : undefined;

describe.skipIf(here === undefined)(`two instances${because}`, () => {
  it("a deactivation at one ends sessions and codes at the other within a second", async () => {
    if (here === undefined) return;
    const { one, other, sso } = here;
    const externalId = await sso.addPerson("ada");
    const push = pusher(one);
    const user = await push.user("ada", { externalId, active: true });
    const { login } = (await sso.exchange(await sso.signIn("ada"))).body;
    const session = () => reader(other, sso.secret)(`/logins/${login}`);
    expect((await session()).body).toMatchObject({ active: true });
    const code = await sso.signIn("ada");

    const from = performance.now();
    const { status } = await push.patch(`/Users/${user}`, { op: "replace", path: "active", value: false });
    const answered = performance.now();
    const ended = await until(async () => {
      const { body } = await session();
      return body.active === false ? body : undefined;
    });
    const seen = performance.now();
    const exchanged = await other.request("/login/exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${sso.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    const refused = performance.now();
    console.log(
      `the PATCH took ${(answered - from).toFixed(0)} ms; after it the other instance said so in ` +
        `${(seen - answered).toFixed(0)} ms and refused the code in ${(refused - seen).toFixed(0)} ms`,
    );
    expect([200, 204]).toContain(status);
    expect(ended).toMatchObject({ endedBecause: "inactive", roles: [] });
    expect(exchanged.status).toBe(400);
    expect(refused - from).toBeLessThan(1_000);
  }, 60_000);
});
