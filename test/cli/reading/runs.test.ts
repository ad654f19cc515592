/** Connections that are read, on the command line: read now, and how their runs went. */
import { describe, expect, it } from "vitest";
import { ended, program, start } from "../support.ts";
import { around, env, json, outside, rolebridge, secret, stored, withEnv } from "./support.ts";

around();

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
