/** The commands that touch the database or the folder, which server and token are used, and what is said when neither is. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { newFolder, run, serve, startServer } from "./support.ts";

const server = await startServer();
const { rolebridge, json, quickStart } = server;

const statesOf = (checks: ReadonlyArray<{ check: string; ok: boolean }>) =>
  Object.fromEntries(checks.map(({ check, ok }) => [check, ok]));

const closedPort = "http://127.0.0.1:1";

describe("doctor", () => {
  it("beside the running server asks it over HTTP, and all is well", async () => {
    const checks = await json(["doctor"]);
    expect(checks.map(({ check }: { check: string }) => check)).toEqual([
      ...["settings", "data folder", "master key", "database", "server", "operator token"],
      ...["connections", "exceptions"],
    ]);
    for (const one of checks) expect(one).toEqual({ check: one.check, ok: true, detail: expect.any(String) });
    expect(checks[3].detail).toMatch(/in use by the server \(process \d+\): asked over HTTP instead/);
    expect(checks[5].detail).toContain("owner");
    expect((await rolebridge(["doctor"])).stdout).toMatch(
      /^CHECK +STATE +DETAIL\nsettings +ok +can be used\n/,
    );
  });

  it("sees who else may read the secrets", async () => {
    const file = join(server.folder, "quickstart.json");
    chmodSync(file, 0o644);
    const checks = await json(["doctor"], 2);
    chmodSync(file, 0o600);
    expect(checks[1]).toEqual({
      check: "data folder",
      ok: false,
      detail: `others may read what is secret: chmod go= ${file}`,
    });
  });

  it("sees a token that is none", async () => {
    const checks = await json(["doctor"], 2, { env: { ROLEBRIDGE_TOKEN: "rbo_no" } });
    expect(statesOf(checks)).toMatchObject({ server: true, "operator token": false });
    expect(JSON.stringify(checks)).not.toContain("rbo_no");
  });

  it("before a first start only misses the server, and makes nothing", async () => {
    const folder = join(newFolder(), "data");
    const { code, stdout } = await run(["doctor", "--json", "--data", folder]);
    expect(code).toBe(2);
    const states = statesOf(JSON.parse(stdout));
    expect(states).toEqual({
      settings: true,
      "data folder": true,
      "master key": true,
      database: true,
      server: false,
    });
    expect(existsSync(folder)).toBe(false);
  });

  it("sees settings that cannot be used", async () => {
    const { code, stdout } = await run(["doctor", "--json"], { env: { PORT: "eighty" } });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      { check: "settings", ok: false, detail: expect.stringContaining("PORT") },
    ]);
  });

  it("sees a PostgreSQL that is away, without telling its password", async () => {
    const DATABASE_URL = "postgres://someone:geheim@127.0.0.1:1/none";
    const env = { DATABASE_URL, ROLEBRIDGE_DATA: newFolder(), ROLEBRIDGE_MASTER_KEY: "short" };
    const { code, stdout } = await run(["doctor", "--json"], { env });
    expect(code).toBe(2);
    expect(statesOf(JSON.parse(stdout))).toMatchObject({ "master key": false, database: false });
    expect(stdout).toContain("ECONNREFUSED");
    expect(stdout).not.toMatch(/geheim|short/);
  });
});

describe("migrate, and a server's life", () => {
  const folder = join(newFolder(), "data");
  const env = { ROLEBRIDGE_DATA: folder };

  it("makes the database and says which migrations ran; again, there is nothing to do", async () => {
    const { code, stdout } = await run(["migrate", "--json"], { env });
    expect(code).toBe(0);
    const made = JSON.parse(stdout);
    expect(made).toEqual({ database: folder, migrations: expect.arrayContaining(["0001-foundation"]) });
    const again = await run(["migrate"], { env });
    expect(again.stdout).toBe(`The database (${folder}) is at this version already.\n`);
  });

  it("lets doctor look into the database where no server runs", async () => {
    const { stdout } = await run(["doctor", "--json"], { env });
    expect(JSON.parse(stdout)).toContainEqual({
      check: "database",
      ok: true,
      detail: "the embedded database answers and is at this version",
    });
    expect(statesOf(JSON.parse(stdout))).toMatchObject({ "master key": false });
  });

  it("serves until it is told to stop, and that is exit code 0", async () => {
    const { stop, child } = await serve();
    const { code, stdout } = await stop();
    expect({ code, pid: child.pid }).toMatchObject({ code: 0 });
    expect(stdout).toContain("npm run try");
  });

  it("does not start twice on one folder, nor on a port that is taken", async () => {
    const twice = await rolebridge(["serve"]);
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining("is in use by process") });
    const busy = await rolebridge(["migrate"]);
    expect(busy).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("ROLEBRIDGE_DATA") });
    const port = new URL(quickStart.url).port;
    const taken = await run(["serve"], { env: { ...env, PORT: port } });
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain(`Another program uses port ${port}. Choose another with PORT`);
  });

  it("says what is wrong with a setting", async () => {
    const { code, stderr } = await run(["serve"], { env: { ...env, PORT: "eighty" } });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("PORT") });
    expect(stderr).not.toContain("    at ");
  });
});

describe("which server, and who asks", () => {
  const nowhere = newFolder();

  it("is found by --data as by ROLEBRIDGE_DATA", async () => {
    const { code, stdout } = await run(["role", "list", "--data", server.folder]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("developer") });
  });

  it("is found by address and token, wherever the flags stand", async () => {
    const { url, operatorToken } = quickStart;
    const env = { ROLEBRIDGE_DATA: nowhere, ROLEBRIDGE_URL: `${url}/`, ROLEBRIDGE_TOKEN: operatorToken };
    expect((await run(["role", "list", "-o", "acme"], { env })).code).toBe(0);
    const flags = ["--url", url, "--token", operatorToken, "--organization", "acme"];
    const before = await run([...flags, "role", "list"], { env: { ROLEBRIDGE_DATA: nowhere } });
    expect(before.code).toBe(0);
  });

  it("asks for what is missing", async () => {
    const env = { ROLEBRIDGE_DATA: nowhere };
    const nothing = await run(["role", "list"], { env });
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain(`There is no ${join(nowhere, "quickstart.json")}`);
    const noToken = await run(["organization", "list"], { env: { ...env, ROLEBRIDGE_URL: quickStart.url } });
    expect(noToken.stderr).toContain("Which operator token? Set ROLEBRIDGE_TOKEN");
    const noOrganization = await run(["role", "list"], {
      env: { ...env, ROLEBRIDGE_URL: quickStart.url, ROLEBRIDGE_TOKEN: quickStart.operatorToken },
    });
    expect(noOrganization.stderr).toContain("Which organization? Name it with --organization");
    const noFile = await run(["try"], { env });
    expect(noFile.stderr).toContain("npm start");
    const noAddress = await run(["role", "list"], { env: { ...env, ROLEBRIDGE_URL: "acme.test" } });
    expect(noAddress.stderr).toContain("from ROLEBRIDGE_URL is no http(s) address");
  });

  it("says so where nothing answers, and where the address came from", async () => {
    const stale = newFolder();
    writeFileSync(
      join(stale, "quickstart.json"),
      JSON.stringify({ ...quickStart, url: closedPort, scimUrl: closedPort }),
    );
    const { code, stderr } = await run(["role", "list"], { env: { ROLEBRIDGE_DATA: stale } });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `The server at ${closedPort} (from ${join(stale, "quickstart.json")}) does not answer. Is it running? Start it with "npm start", or name another with --url.\n`,
    );
    expect((await run(["try"], { env: { ROLEBRIDGE_DATA: stale } })).stderr).toContain("does not answer");
    writeFileSync(join(stale, "quickstart.json"), "{}");
    const broken = await run(["role", "list"], { env: { ROLEBRIDGE_DATA: stale } });
    expect(broken.stderr).toContain("cannot be read as the file that a server's first start writes");
  });

  it("says which token was refused, never its value", async () => {
    const byFlag = await rolebridge(["role", "list", "--token", "rbo_wrong"]);
    expect(byFlag.code).toBe(1);
    expect(byFlag.stderr).toContain("does not accept the operator token from --token");
    const byVariable = await rolebridge(["role", "list"], { env: { ROLEBRIDGE_TOKEN: "rbo_wrong" } });
    expect(byVariable.stderr).toContain("does not accept the operator token from ROLEBRIDGE_TOKEN");
    expect(byFlag.stderr + byVariable.stderr).not.toContain("rbo_wrong");
  });
});

describe("something else at the address", () => {
  const asked: Array<string | undefined> = [];
  const other = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(request.url === "/moved/graphql" ? 302 : 200, { location: "/" });
    response.end(request.url === "/null/graphql" ? "null" : "<html>");
  }).listen(0, "127.0.0.1");
  afterAll(() => other.close());
  const urlOf = () => {
    const address = other.address();
    return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
  };

  it("is said to be no Rolebridge", async () => {
    for (const path of ["", "/null"]) {
      const url = `${urlOf()}${path}`;
      const { code, stderr } = await rolebridge([
        "role",
        "list",
        "-o",
        "acme",
        "--url",
        url,
        "--token",
        "mine",
      ]);
      expect(code).toBe(1);
      expect(stderr).toContain(
        `What answers at ${url} (from --url) does not speak as this version of Rolebridge`,
      );
    }
  });

  it("is not sent the token of quickstart.json", async () => {
    asked.length = 0;
    const { code, stderr } = await rolebridge(["role", "list", "--url", urlOf()]);
    expect(code).toBe(1);
    expect(stderr).toContain("Which organization?");
    const named = await rolebridge(["role", "list", "--url", urlOf(), "-o", "acme"]);
    expect(named.stderr).toContain("is only sent to the server that wrote it");
    expect(asked).toEqual([]);
  });

  it("is not followed when it sends the token elsewhere", async () => {
    asked.length = 0;
    const url = `${urlOf()}/moved`;
    const { code, stderr } = await rolebridge([
      "role",
      "list",
      "-o",
      "acme",
      "--url",
      url,
      "--token",
      "mine",
    ]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("status 302") });
    expect(asked).toHaveLength(1);
  });
});

describe("the settings file", () => {
  it("names the data folder for commands, too", async () => {
    const cwd = newFolder();
    mkdirSync(join(cwd, "config"));
    writeFileSync(join(cwd, "config/rolebridge.json"), JSON.stringify({ ROLEBRIDGE_DATA: server.folder }));
    expect((await run(["role", "list"], { cwd })).code).toBe(0);
    rmSync(join(cwd, "config/rolebridge.json"));
    expect((await run(["role", "list"], { cwd })).stderr).toContain("There is no data/quickstart.json");
    expect(readFileSync(join(server.folder, "quickstart.json"), "utf8")).toContain(quickStart.url);
  });
});
