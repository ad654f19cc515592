/** Connections that are read, on the command line: as processes, against a server with a directory in memory. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { beforeEach, describe, expect, it } from "vitest";
import { makeOutside, smallDirectory } from "../support/directory.ts";
import { startServer } from "../support/server.ts";
import { ended, type How, newFolder, program, run, start } from "./support.ts";

const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);
const server = await startServer({}, undefined, { connectors });
const folder = newFolder();

const env = {
  ROLEBRIDGE_DATA: folder,
  ROLEBRIDGE_URL: server.url,
  ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
  ROLEBRIDGE_ORGANIZATION: "acme",
};
const withEnv = (how: How = {}): How => ({ ...how, env: { ...env, ...how.env } });

/** Every command of this file, so that the secret is looked for in all that any of them says. */
const rolebridge = async (args: ReadonlyArray<string>, how: How = {}) => {
  const ran = await run(args, withEnv(how));
  expect(ran.stdout + ran.stderr).not.toContain(secret);
  return ran;
};

const json = async (args: ReadonlyArray<string>, code = 0, how: How = {}) => {
  const ran = await rolebridge([...args, "--json"], how);
  expect({ code: ran.code, stderr: ran.code === code ? "" : ran.stderr }).toEqual({ code, stderr: "" });
  return JSON.parse(ran.stdout);
};

const fileOf = (text: string): string => {
  const file = join(newFolder(), "text");
  writeFileSync(file, text);
  return file;
};
const secretFile = fileOf(`${secret}\n`);

const address = ["--base-url", "https://keycloak.acme.test", "--realm", "acme", "--client-id", "rolebridge"];
const flags = [...address, "--client-secret-file", secretFile];

let made = 0;
const newSlug = () => {
  made += 1;
  return `kc-${made}`;
};

/** A connection that nobody has asked for yet, without a schedule. */
const stored = async () => {
  const slug = newSlug();
  await json(["connection", "add", "keycloak", slug, ...flags, "--every", "off", "--unchecked"]);
  return slug;
};

beforeEach(() => {
  outside.directory = smallDirectory();
  outside.secret = secret;
  outside.lacks = [];
  outside.fault = undefined;
  outside.asked.length = 0;
});

describe("connection add keycloak", () => {
  it("takes settings as flags and the secret from a file, and says what comes next", async () => {
    const slug = newSlug();
    const args = ["connection", "add", "keycloak", slug, ...flags, "--page-size", "50", "--every", "1h"];
    const { code, stdout, stderr } = await rolebridge(args);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`sync now ${slug}`),
    });
    expect(stdout).toMatch(
      new RegExp(`^${slug} +keycloak +${slug} +(syncing|healthy) .* 1h .* https://keycloak.acme.test$`, "m"),
    );
    const listed = await json(["connection", "list"]);
    expect(listed.find((one: { slug: string }) => one.slug === slug)).toMatchObject({
      kind: "KEYCLOAK",
      settings: {
        baseUrl: "https://keycloak.acme.test",
        realm: "acme",
        clientId: "rolebridge",
        pageSize: 50,
      },
      sync: { everySeconds: 3600 },
    });
    await json(["sync", "now", slug]);
  });

  it("takes the secret from stdin or the environment, too", async () => {
    const piped = [...address, "--client-secret-file", "-", "--every", "off"];
    await json(["connection", "add", "keycloak", newSlug(), ...piped], 0, { stdin: secret });
    const how = { env: { ROLEBRIDGE_CLIENT_SECRET: secret } };
    await json(["connection", "add", "keycloak", newSlug(), ...address, "--every", "off"], 0, how);
    expect(new Set(outside.asked.map((one) => one.secret))).toEqual(new Set([secret]));
  });

  it("knows no flag that holds a secret, and says where one belongs", async () => {
    const slug = newSlug();
    const bare = await rolebridge(["connection", "add", "keycloak", slug, ...address]);
    expect(bare.code).toBe(1);
    expect(bare.stderr).toContain("--client-secret-file (- reads stdin), or set ROLEBRIDGE_CLIENT_SECRET");
    for (const typed of [["--client-secret", secret], [`--client-secret=${secret}`]]) {
      const { code, stderr } = await rolebridge([
        "connection",
        "add",
        "keycloak",
        slug,
        ...address,
        ...typed,
      ]);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("--client-secret") });
    }
    const nowhere = [...address, "--client-secret-file", "/nowhere/secret"];
    expect((await rolebridge(["connection", "add", "keycloak", slug, ...nowhere])).stderr).toBe(
      "The file /nowhere/secret cannot be read. Name another with --client-secret-file.\n",
    );
    const empty = [...address, "--client-secret-file", fileOf("\n")];
    expect((await rolebridge(["connection", "add", "keycloak", slug, ...empty])).stderr).toContain(
      "there is nothing in",
    );
  });

  it("is refused with one sentence for each thing the credential cannot see", async () => {
    outside.lacks = [
      { what: "users", remedy: "Add view-users." },
      { what: "realm roles", remedy: "Add view-realm." },
    ];
    const slug = newSlug();
    const { code, stdout, stderr } = await rolebridge(["connection", "add", "keycloak", slug, ...flags]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^The credential does not let us see users\. Add view-users\.\nThe credential .* Add view-realm\.\n\(request/,
    );
    const listed = await json(["connection", "list"]);
    expect(listed.map((one: { slug: string }) => one.slug)).not.toContain(slug);
  });

  it("is refused with a wrong secret, and stored all the same where it is left unchecked", async () => {
    const slug = newSlug();
    outside.secret = "another one";
    const args = ["connection", "add", "keycloak", slug, ...flags, "--every", "off"];
    expect((await rolebridge(args)).stderr).toContain("does not accept the client ID and secret");
    const unchecked = await rolebridge([...args, "--unchecked"]);
    expect(unchecked).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/never synced/),
      stderr: expect.stringContaining(`rolebridge connection test ${slug}`),
    });
  });

  it.each([
    [["--every", "5"], "--every takes a time from 1m to 24h"],
    [["--every", "30s"], "--every takes a time from 1m to 24h"],
    [["--every", "2d"], "--every takes a time from 1m to 24h"],
    [["--page-size", "many"], "--page-size"],
    [["--client-roles", "perhaps"], "--client-roles"],
  ])("refuses %j before the server is asked", async (more, sentence) => {
    const { code, stderr } = await rolebridge([
      "connection",
      "add",
      "keycloak",
      newSlug(),
      ...flags,
      ...more,
    ]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
  });

  it("shows a name with escapes as text", async () => {
    const odd = [...address, "--client-secret-file", secretFile, "--realm", "a\u001b[2Jb"];
    const { code, stderr } = await rolebridge(["connection", "add", "keycloak", newSlug(), ...odd]);
    expect(code).toBe(1);
    expect(stderr).not.toContain("\u001b");
  });
});

describe("connection set", () => {
  it("changes a setting, the schedule, the authority and the secret", async () => {
    const slug = await stored();
    expect(await json(["connection", "set", slug, "--page-size", "20", "--every", "2h"])).toMatchObject({
      settings: { pageSize: 20, realm: "acme" },
      sync: { everySeconds: 7200 },
    });
    expect(await json(["connection", "set", slug, "--every", "off"])).toMatchObject({
      sync: { everySeconds: null, dueAt: null },
    });
    const pem = rootCertificates[0] ?? "";
    const authority = ["--certificate-authority", fileOf(pem), "--unchecked"];
    expect(await json(["connection", "set", slug, ...authority])).toMatchObject({
      settings: { certificateAuthority: pem },
    });
    const none = await json(["connection", "set", slug, "--certificate-authority", "none", "--unchecked"]);
    expect(none.settings).not.toHaveProperty("certificateAuthority");
    outside.secret = "the next one";
    await json(["connection", "set", slug, "--client-secret-file", fileOf("the next one")]);
    expect((await json(["connection", "test", slug])).reason).toBeNull();
  });

  it("with another address asks for the secret again", async () => {
    const slug = await stored();
    const { code, stderr } = await rolebridge(["connection", "set", slug, "--base-url", "https://else.test"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^clientSecret: give it again, because baseUrl changes/),
    });
    expect(outside.asked).toEqual([]);
  });

  it("of nothing says so", async () => {
    const { code, stderr } = await rolebridge(["connection", "set", "scim"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("What is to change?"),
    });
  });
});

describe("connection test", () => {
  it("shows what is seen and what is lacking, with exit code 2", async () => {
    const slug = await stored();
    expect(await rolebridge(["connection", "test", slug])).toMatchObject({
      code: 0,
      stdout: "It answers in 0 ms, version 1.2.3.\n  sees   users\n  sees   groups\n  sees   memberships\n",
      stderr: "",
    });
    outside.lacks = [{ what: "realm roles", remedy: "Add view-realm." }];
    expect(await rolebridge(["connection", "test", slug])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("  lacks  realm roles: Add view-realm.\n"),
    });
  });

  it("that fails says why and what to do, with exit code 1", async () => {
    const slug = await stored();
    outside.secret = "another one";
    expect(await rolebridge(["connection", "test", slug])).toMatchObject({
      code: 1,
      stdout:
        "It fails (unauthorized): The directory does not accept the client ID and secret. Check both.\n",
      stderr: expect.stringContaining(`rolebridge connection set ${slug} --help`),
    });
    expect(await json(["connection", "test", slug], 1)).toMatchObject({ reason: "unauthorized", sees: [] });
  });
});

describe("sync now", () => {
  it("shows each step as it ends and the table of steps, and what came of it", async () => {
    const slug = await stored();
    const { code, stdout, stderr } = await rolebridge(["sync", "now", slug]);
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(/^STEP +READ +ADDED +CHANGED +REMOVED +FAILED +TIME$/);
    expect(stdout).toMatch(/^users +2 +2 +0 +0 +0 +\d+/m);
    expect(stderr).toMatch(/^users: 2 read, 2 added, \d+/m);
    expect(stderr).toMatch(/Done in .*\n$/);
    const again = await json(["sync", "now", slug]);
    expect(again).toMatchObject({ state: "DONE", connection: slug, failures: [] });
    expect(again.steps[0]).toMatchObject({ name: "users", read: 2, added: 0 });
  });

  it("may be about one person, in any case, and says what to do about somebody unknown", async () => {
    const slug = await stored();
    await json(["sync", "now", slug]);
    const one = await json(["sync", "now", slug, "--person", "ADA@acme.test"]);
    expect(one).toMatchObject({ state: "DONE", userId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const { code, stderr } = await rolebridge(["sync", "now", slug, "--person", "linus@acme.test"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is found by reading everyone"),
    });
  });

  it("that fails ends with 1, the reason, and the next step", async () => {
    const slug = await stored();
    outside.secret = "another one";
    const { code, stderr } = await rolebridge(["sync", "now", slug]);
    expect(code).toBe(1);
    expect(stderr).toContain("It failed (unauthorized): The directory does not accept");
    expect(stderr).toContain(`rolebridge connection set ${slug} --help`);
    expect(await json(["sync", "now", slug], 1)).toMatchObject({ state: "FAILED", reason: "unauthorized" });
  });

  it("shows what could not be kept before the steps, with escapes as text", async () => {
    const slug = await stored();
    const { users } = outside.directory;
    const nameless = { _tag: "User" as const, id: "u-\u001b[31mred", resource: {} };
    outside.directory = { ...outside.directory, users: [...users, nameless] };
    const { stdout, stderr } = await rolebridge(["sync", "now", slug]);
    expect(stdout).toMatch(/^NOT KEPT +WHY\nuser u-\\x1b\[31mred +\S/);
    expect(stdout.indexOf("NOT KEPT")).toBeLessThan(stdout.indexOf("STEP"));
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("does not wait where it is told so", async () => {
    const slug = await stored();
    const { code, stdout, stderr } = await rolebridge(["sync", "now", slug, "--detach"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
    expect(stderr).toContain(`rolebridge sync show ${stdout.trim()}`);
  });

  it("leaves the run going when it is interrupted, and says so", async () => {
    const slug = await stored();
    outside.fault = { _tag: "Silence" };
    const child = start(["sync", "now", slug], withEnv());
    const end = ended(child);
    const runs = async () => (await json(["sync", "runs", slug]))[0];
    await expect.poll(async () => (await runs())?.state, { timeout: 20_000 }).toBe("RUNNING");
    child.kill("SIGINT");
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain(
      `The run goes on at the server. To see it: rolebridge sync show ${(await runs()).id}`,
    );
    expect((await runs()).state).toBe("RUNNING");
    await json(["connection", "disable", slug, "--yes"]);
  });

  it("on a terminal rewrites one line", async () => {
    const slug = await stored();
    const command = [process.execPath, program, "sync", "now", slug].join(" ");
    const child = (await import("node:child_process")).spawn("script", ["-qec", command, "/dev/null"], {
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, stdout } = await ended(child);
    expect(code).toBe(0);
    expect(stdout).toContain("\r\u001b[2K");
    expect(stdout).toMatch(/users +2 +2/);
  });
});

describe("looking at runs", () => {
  it("lists them newest first, goes on from one, and shows one", async () => {
    const slug = await stored();
    const first = await json(["sync", "now", slug]);
    const second = await json(["sync", "now", slug]);
    const ids = (await json(["sync", "runs", slug])).map((one: { id: string }) => one.id);
    expect(ids).toEqual([second.id, first.id]);
    const older = await json(["sync", "runs", slug, "--before", second.id]);
    expect(older).toEqual([first]);
    const { stdout } = await rolebridge(["sync", "show", first.id]);
    expect(stdout).toMatch(
      new RegExp(`^run +${first.id}\nconnection +${slug}\nabout +everyone\nstate +done$`, "m"),
    );
    expect(stdout).toMatch(/^users +2 +2 +0/m);
    expect((await rolebridge(["sync", "runs", slug, "-n", "1"])).stderr).toContain(`--before ${second.id}`);
  });

  it("says so where there is none", async () => {
    expect((await rolebridge(["sync", "show", "nothing"])).stderr).toContain("There is no run nothing here.");
    const slug = await stored();
    expect((await rolebridge(["sync", "runs", slug])).stderr).toBe("No run yet.\n");
    expect((await rolebridge(["sync", "runs", "nowhere"])).stderr).toContain(
      "There is no connection nowhere",
    );
  });
});

describe("sync status, connection list and doctor", () => {
  it("tell which connection is quarantined, why, and what to do", async () => {
    const slug = await stored();
    await json(["sync", "now", slug]);
    const rowOf = (stdout: string) => stdout.split("\n").find((line) => line.startsWith(`${slug} `)) ?? "";
    expect(rowOf((await rolebridge(["sync", "status"])).stdout)).toMatch(
      /healthy .* when asked +off +off +0 % +0 +2 +1$/,
    );
    outside.secret = "another one";
    await json(["sync", "now", slug], 1);
    const status = await rolebridge(["sync", "status"]);
    expect(status.code).toBe(2);
    expect(rowOf(status.stdout)).toMatch(/quarantined .* \(unauthorized\): The directory does not accept/);
    expect(status.stderr).toContain(`${slug}: Give it a credential that works`);
    const list = await rolebridge(["connection", "list"]);
    expect(rowOf(list.stdout)).toContain(" quarantined ");
    expect(list.stderr).toBe("To see what is wrong: rolebridge sync status\n");
    const checks = await json(["doctor"], 2);
    expect(checks).toContainEqual({
      check: `connection acme/${slug}`,
      ok: false,
      detail: expect.stringMatching(/^quarantined \(unauthorized\): .* Check both\. Give it a credential/),
    });
    outside.secret = secret;
    await json(["sync", "now", slug]);
    expect(rowOf((await rolebridge(["sync", "status"])).stdout)).toMatch(/healthy/);
  });

  it("tell one that is disabled and one that was never read", async () => {
    const [idle, off] = [await stored(), await stored()];
    await json(["connection", "disable", off, "--yes"]);
    const states = Object.fromEntries(
      (await json(["sync", "status"], 2).catch(() => json(["sync", "status"]))).map(
        ({ slug, sync }: { slug: string; sync: { state: string } }) => [slug, sync.state],
      ),
    );
    expect(states).toMatchObject({ [idle]: "NEVER_SYNCED", [off]: "DISABLED" });
    expect(states).not.toHaveProperty("scim");
  });
});
