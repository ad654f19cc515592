/** The test of a SCIM connection, played against a real server behind a reverse proxy that can be made to misbehave. */
import { writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { startServer } from "../../support/server.ts";
import { newFolder, run } from "../support.ts";

interface Listener {
  listen(port: number, host: string, then: () => void): unknown;
  address(): AddressInfo | string | null;
}

const listening = (server: Listener): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

const freePort = async (): Promise<number> => {
  const server = createTcpServer();
  const port = await listening(server);
  await new Promise((closed) => server.close(closed));
  return port;
};

type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean;
const state: { misbehave: Misbehaviour; seen: Array<IncomingMessage> } = { misbehave: () => false, seen: [] };
const port = await freePort();

const pass = (from: IncomingMessage, to: ServerResponse) => {
  const { method, headers, url: path } = from;
  const onward = httpRequest({ host: "127.0.0.1", port, method, headers, path }, (answer) => {
    to.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(to);
  });
  from.pipe(onward);
};

const proxy = createServer((request, response) => {
  state.seen.push(request);
  if (!state.misbehave(request, response)) pass(request, response);
});
const publicUrl = `http://127.0.0.1:${await listening(proxy)}`;
afterAll(() => proxy.close());
afterEach(() => {
  state.misbehave = () => false;
  state.seen = [];
});

const server = await startServer({
  PORT: port,
  HOST: "127.0.0.1",
  ROLEBRIDGE_PUBLIC_URL: publicUrl,
});

const rolebridge = (...args: ReadonlyArray<string>) =>
  run(args, {
    env: {
      ROLEBRIDGE_DATA: newFolder(),
      ROLEBRIDGE_URL: `http://127.0.0.1:${port}`,
      ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
      ROLEBRIDGE_ORGANIZATION: "acme",
    },
  });

const probe = async (...args: ReadonlyArray<string>) => {
  const { code, stdout, stderr } = await rolebridge("connection", "test", "scim", "--json", ...args);
  expect(stdout, stderr).not.toBe("");
  expect(`${stdout}${stderr}`).not.toMatch(/rbs_|not-a-token/);
  return { code, ...JSON.parse(stdout) };
};

interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly status: number | null;
  readonly advice: string | null;
}

const ask = async (query: string) => {
  const { body } = await server.graphql(query);
  expect(body.errors).toBeUndefined();
  return body.data;
};

const tokens = async () =>
  (await ask('{ organization(slug: "acme") { connections { tokens { label revokedAt } } } }')).organization
    .connections[0].tokens as ReadonlyArray<{ label: string; revokedAt: string | null }>;

const left = async () => {
  const users = await server.scim("GET", "/Users?filter=userName+co+%22connection-test%22");
  const groups = await server.scim("GET", "/Groups?filter=displayName+co+%22connection+test%22");
  return [users.body.totalResults, groups.body.totalResults];
};

describe("connection test of a SCIM connection", () => {
  it.each(["okta", "entra", "onelogin", "jumpcloud", "generic"])(
    "as %s passes, with and without a person that comes and goes",
    async (as) => {
      const asked = await probe("--as", as);
      expect(asked.steps.filter(({ ok }: Step) => !ok)).toEqual([]);
      expect(asked).toMatchObject({ code: 0, ok: true, as, address: `${publicUrl}/scim/v2` });
      const written = await probe("--as", as, "--write");
      expect(written.steps.filter(({ ok }: Step) => !ok)).toEqual([]);
      expect(written.code).toBe(0);
      expect(written.steps.length).toBe(asked.steps.length + 10);
      expect(await left()).toEqual([0, 0]);
    },
    60_000,
  );

  it("goes to the public address, with a token of its own that ends with it", async () => {
    await probe("--as", "entra");
    expect(state.seen.length).toBeGreaterThan(4);
    expect(state.seen.every(({ headers }) => (headers["user-agent"] ?? "") === "")).toBe(true);
    const own = (await tokens()).filter(({ label }) => label === "connection test");
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  });

  it("takes no place among the two live tokens", async () => {
    await ask('mutation { createScimToken(organization: "acme", connection: "scim", label: "two") { id } }');
    expect((await tokens()).filter(({ revokedAt }) => revokedAt === null)).toHaveLength(2);
    expect((await probe()).code).toBe(0);
  });

  it("gives the test person no role", async () => {
    await probe("--write");
    const { events } = (await ask('{ organization(slug: "acme") { events(first: 100) { type data } } }'))
      .organization;
    const types = events.map(({ type }: { type: string }) => type);
    expect(types).toContain("user.deleted");
    expect(types).not.toContain("account.roles-changed");
  });

  it("tells a wrong token of the client's, from a file", async () => {
    const file = join(newFolder(), "token");
    writeFileSync(file, `${server.quickStart.scimToken}\n`);
    expect((await probe("--scim-token-file", file)).code).toBe(0);
    writeFileSync(file, "rbs_wrong\n");
    const { code, ok, steps } = await probe("--as", "okta", "--scim-token-file", file);
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    expect(steps[0]).toMatchObject({ ok: false, status: 401 });
    expect(steps[0].advice).toMatch(
      /^Okta shows it at Test Connector Configuration, with 401: the token is wrong/,
    );
  });

  it.each<[string, Misbehaviour, RegExp]>([
    [
      "redirects",
      (_, response) => !!response.writeHead(301, { location: "https://acme.test/" }).end(),
      /with 301: something redirects/,
    ],
    [
      "cuts the path",
      (_, response) => !!response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not here</h1>"),
      /with 404: the address leads elsewhere/,
    ],
    ["cannot reach us", (_, response) => !!response.writeHead(502).end(), /does not reach Rolebridge/],
    [
      "refuses who has no User-Agent",
      ({ headers }, response) => !headers["user-agent"] && !!response.writeHead(403).end(),
      /firewall/,
    ],
    [
      "takes the credential away",
      (request, response) => {
        delete request.headers.authorization;
        pass(request, response);
        return true;
      },
      /a proxy takes the Authorization header away/,
    ],
    [
      "shows a page of its own",
      (_, response) => !!response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>"),
      /no SCIM JSON: does a proxy change/,
    ],
    ["hangs up", ({ socket }) => !!socket.destroy(), /an address that cannot be reached: 127\.0\.0\.1:\d+ /],
  ])("says what to do where the proxy %s", async (_, misbehave, advice) => {
    state.misbehave = misbehave;
    const { code, steps } = await probe("--as", "entra");
    expect(code).toBe(1);
    expect(steps[0].ok).toBe(false);
    expect(steps[0].advice).toMatch(/^Entra shows it at Test Connection/);
    expect(steps[0].advice).toMatch(advice);
  });

  it("removes the test person and group where a step fails", async () => {
    state.misbehave = ({ method }, response) => method === "PATCH" && !!response.writeHead(500).end();
    const { code, steps } = await probe("--write");
    expect(code).toBe(1);
    expect(steps.filter(({ ok }: Step) => !ok).length).toBeGreaterThanOrEqual(2);
    expect(await left()).toEqual([0, 0]);
  });

  it("removes them where a proxy gave up although they were created", async () => {
    state.misbehave = (request, response) => {
      if (request.method !== "POST") return false;
      const { method, headers, url: path } = request;
      const onward = httpRequest({ host: "127.0.0.1", port, method, headers, path }, (answer) => {
        answer.resume().once("end", () => response.writeHead(504).end());
      });
      return !!request.pipe(onward);
    };
    const { code, steps } = await probe("--write");
    expect(code).toBe(1);
    expect(steps.map(({ step }: Step) => step)).toContain("deletes the test group");
    expect(await left()).toEqual([0, 0]);
  });

  it("is one line each for people: what was asked, what came, how long", async () => {
    const { code, stdout, stderr } = await rolebridge("connection", "test", "scim", "--as", "entra");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /✓ Test Connection: a random person, wants an empty list {2}\d+ ms\n {4}GET \/Users\?filter=/,
    );
    expect(stdout).toContain("200, 0 found");
    expect(stderr).toContain("only take https");
  });

  it("knows that a connection which is read has no client", async () => {
    const { stderr, code } = await rolebridge("connection", "test", "nobody");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no connection "nobody"') });
  });
});
