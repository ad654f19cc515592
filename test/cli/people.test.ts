/** What operators ask about people: try, account, explain, exception, against a server that people are pushed to. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ended, program, startServer, until } from "./support.ts";

const server = await startServer();
const { rolebridge, json, scim } = server;

const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

const user = (userName: string, more: object = {}) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName,
  active: true,
  ...more,
});

describe("try", () => {
  it("needs people first: an empty list says how to make one", async () => {
    const { code, stdout, stderr } = await rolebridge(["account", "list"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain('"rolebridge try" does it for you');
  });

  it("tells its story request by request, and what to do next", async () => {
    const { code, stdout, stderr } = await rolebridge(["try"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\. Ada Lovelace <ada-[0-9a-f]{6}@acme\.test> starts/);
    expect(stdout).toContain(`POST ${server.quickStart.scimUrl}/Users  -> 201`);
    expect(stdout).toContain('/Groups?filter=displayName eq "Engineering"  -> 200');
    expect(stdout).toMatch(
      /rule engineers-develop: member of group "Engineering" \(connection scim\), brought by request/,
    );
    expect(stdout).toMatch(
      /She leaves: the role is gone at once[\s\S]*inactive[\s\S]*no roles, while inactive/,
    );
    expect(stdout).toMatch(/She comes back: so does the role[\s\S]*developer {3}since/);
    expect(stderr).toMatch(/npm run rolebridge -- explain ada-[0-9a-f]{6}@acme\.test/);
  });

  it("can be told again, with another person and the same group", async () => {
    const story = await json(["try"]);
    expect(story).toEqual({
      person: expect.stringMatching(/^ada-[0-9a-f]{6}@acme\.test$/),
      steps: [201, 200, 200, 200, 200]
        .map((status) => ({
          does: expect.any(String),
          request: expect.stringMatching(/^(GET|POST|PATCH) http/),
          status,
          account: status === 201 ? null : expect.anything(),
        }))
        .map((step, index) => (index === 1 ? { ...step, account: null } : step)),
    });
    const roles = story.steps
      .slice(2)
      .map((step: { account: { roles: ReadonlyArray<unknown> } }) => step.account.roles.length);
    expect(roles).toEqual([1, 0, 1]);
  });
});

describe("account", () => {
  const listed = {
    id,
    active: true,
    activeBecause: expect.any(String),
    createdAt: time,
    people: [
      {
        id,
        connection: "scim",
        via: "new",
        active: true,
        userName: expect.any(String),
        displayName: "Ada Lovelace",
        email: expect.stringContaining("@acme.test"),
      },
    ],
    roles: [{ role: "developer", scope: "", since: time }],
  };

  it("is listed page by page", async () => {
    const all = await json(["account", "list"]);
    expect(all).toEqual({ items: [listed, listed], next: null });
    const first = await json(["account", "list", "-n", "1"]);
    expect(first).toEqual({ items: [all.items[0]], next: all.items[0].id });
    const rest = await json(["account", "list", "-n", "1", "--after", first.next]);
    expect(rest).toEqual({ items: [all.items[1]], next: null });
    const { stdout, stderr } = await rolebridge(["account", "list", "-n", "1"]);
    expect(stdout).toMatch(/^ID +PEOPLE +STATE +ROLES\n\S{36} +Ada Lovelace <\S+> +active +developer\n$/);
    expect(stderr).toBe(`More: rolebridge account list --after ${first.next}\n`);
  });

  it("is shown by id, email and userName, in any case", async () => {
    const [{ id, people }] = (await json(["account", "list"])).items;
    const shown = await json(["account", "show", id]);
    expect(shown).toMatchObject({ id, roles: [{ reasons: [{ group: "Engineering" }] }] });
    expect(await json(["account", "show", people[0].email.toUpperCase()])).toEqual(shown);
    const { stdout } = await rolebridge(["account", "show", people[0].userName]);
    expect(stdout).toMatch(/^person 1 +ada-\S+ of connection scim, active, joined by new$/m);
  });

  it("that is not there is said so", async () => {
    const unknown = "00000000-0000-7000-8000-000000000000";
    const { code, stdout, stderr } = await rolebridge(["account", "show", unknown]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      `There is no account ${unknown} here. "rolebridge account list" shows those there are.\n`,
    );
  });
});

describe("explain", () => {
  it("gives every reason with the request that brought it", async () => {
    const [{ people }] = (await json(["account", "list"])).items;
    const [explanation, ...others] = await json(["explain", people[0].email]);
    expect(others).toEqual([]);
    const [reason] = explanation.account.roles[0].reasons;
    expect(reason).toEqual({
      rule: "engineers-develop",
      because: "group",
      connection: "scim",
      group: "Engineering",
      groupId: id,
      requestId: id,
      cause: {
        id,
        at: time,
        type: expect.any(String),
        actorKind: "scim-token",
        actorId: expect.any(String),
        data: expect.anything(),
      },
      actorLabel: expect.stringMatching(/\S/),
      operator: null,
      note: null,
      decidedAt: null,
      until: null,
    });
    expect(explanation.whyNot).toEqual([]);
    const events = await json(["event", "list", "-n", "500"]);
    expect(events.map((event: { requestId: string }) => event.requestId)).toContain(reason.requestId);
  });

  it("says why not, in words from the rule", async () => {
    await scim("POST", "/Users", user("grace@acme.test", { displayName: "Grace Hopper" }));
    const args = ["explain", "grace@acme.test", "--why-not", "developer"];
    const { code, stdout } = await rolebridge(args);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "  no roles: no rule of the mapping in force applies\n  not developer: what is missing\n",
    );
    expect(stdout).toContain("    rule engineers-develop, by what connection scim says:\n");
    expect(stdout).toContain('does not hold: in a group named "Engineering" (connection scim), at when\n');
    expect(stdout).toContain(
      "  what would give developer, by rule engineers-develop: this, nothing less does\n" +
        '    would have to be a member of group "Engineering" (connection scim)\n',
    );
    const made = await json(["operator", "create", "program", "--role", "service"]);
    const asService = await rolebridge(args, { env: { ROLEBRIDGE_TOKEN: made.token } });
    expect(asService).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/does not hold: when: group\n/),
    });
  });

  it("says what would take a role away that is there, and back to what gave it", async () => {
    const [{ people }] = (await json(["account", "list"])).items;
    const { stdout } = await rolebridge(["explain", people[0].email, "--why-not", "developer"]);
    expect(stdout).toMatch(/developer {3}since .*, decision \S{36} by mapping version 1\n/);
    expect(stdout).toMatch(/brought by request \S{36} of scim-token ".+" at .* \(event \S{36}\)\n/);
    expect(stdout).toContain(
      "  what would take developer away, each of these alone:\n" +
        '    would have to leave group "Engineering" (connection scim)\n' +
        "    would have to be inactive (connection scim)\n" +
        "    rule engineers-develop would have to go\n",
    );
  });

  it("says what to do about somebody unknown, and about a role nobody made", async () => {
    const { code, stdout, stderr } = await rolebridge(["explain", "nobody@acme.test"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain('Nobody in acme has the email or userName "nobody@acme.test".');
    expect(stderr).toContain("rolebridge account list");
    expect((await rolebridge(["explain", "grace@acme.test", "--why-not", "pope"])).code).toBe(1);
  });

  it("lets no name act on the terminal", async () => {
    const displayName = "Mallory \u202egnp.exe";
    expect((await scim("POST", "/Users", user("mallory@acme.test", { displayName }))).status).toBe(201);
    const { stdout } = await rolebridge(["explain", "mallory@acme.test"], { env: { FORCE_COLOR: "1" } });
    expect(stdout.split("\n")[0]).toBe(
      "\u001b[1mMallory \\u202egnp.exe <mallory@acme.test>  active\u001b[0m",
    );
    const asJson = await rolebridge(["account", "list", "--json"]);
    expect(asJson.stdout).not.toContain("\u202e");
    expect(asJson.stdout).toContain("Mallory \\u202egnp.exe");
  });
});

describe("exception", () => {
  it("is listed with exit code 2, seen by doctor, and resolved", async () => {
    expect(await rolebridge(["exception", "list"])).toMatchObject({
      code: 0,
      stderr: "Nothing needs a person.\n",
    });
    await rolebridge(["connection", "add", "okta"]);
    const { token } = await json(["token", "create", "okta"]);
    await scim("POST", "/Users", user("grace@acme.test"), token);
    const [exception, ...others] = await json(["exception", "list"], 2);
    expect(others).toEqual([]);
    expect(exception).toEqual({
      id,
      kind: "ambiguous-correlation",
      subjectKind: "directory-user",
      subjectId: id,
      connection: "okta",
      detail: expect.anything(),
      advice: expect.stringContaining("rolebridge account merge"),
      createdAt: time,
    });
    const several = await rolebridge(["explain", "grace@acme.test"]);
    expect(several.stderr).toContain("2 accounts carry that name");
    const show = await rolebridge(["account", "show", "grace@acme.test"]);
    expect(show).toMatchObject({ code: 1, stderr: expect.stringContaining("Name one by id: ") });
    const checks = await json(["doctor"], 2);
    expect(checks).toContainEqual({
      check: "exceptions",
      ok: false,
      detail: "open in acme: rolebridge exception list -o acme",
    });
    expect(await json(["exception", "show", exception.id])).toEqual(exception);
    const retried = await rolebridge(["exception", "retry", exception.id]);
    expect({ code: retried.code, said: retried.stderr }).toEqual({
      code: 1,
      said: expect.stringContaining("Nothing is tried again for ambiguous-correlation."),
    });
    expect(await json(["exception", "retry", "--all"])).toEqual({ retried: 0 });
    expect((await rolebridge(["exception", "retry"])).stderr).toContain("Give its id, or --all.");
    expect(await json(["exception", "resolve", exception.id])).toEqual({ id: exception.id, resolved: true });
    expect(await json(["exception", "list"])).toEqual([]);
    const again = await rolebridge(["exception", "resolve", exception.id]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("rolebridge exception list") });
  });
});

const hasScript = process.platform === "linux" && existsSync("/usr/bin/script");

/** At a terminal: `script` gives the command one, and what is typed goes there. */
const atTerminal = async (args: ReadonlyArray<string>, typed: string) => {
  const command = [process.execPath, program, ...args].join(" ");
  const child = spawn("/usr/bin/script", ["-qefc", command, "/dev/null"], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ROLEBRIDGE_DATA: server.folder,
      TERM: "xterm",
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let shown = "";
  child.stdout?.on("data", (text) => {
    shown += text;
  });
  const end = ended(child);
  await until(() => (shown.includes("to go on: ") ? true : undefined));
  child.stdin?.end(`${typed}\r`);
  return end;
};

describe.skipIf(!hasScript)("a command that ends something, at a terminal", () => {
  it("does it when its name is typed", async () => {
    const { code, stdout } = await atTerminal(["connection", "disable", "okta"], "okta");
    expect(stdout).toContain("This refuses okta of acme at once");
    expect(code).toBe(0);
    expect(await json(["connection", "list"])).toMatchObject([
      { enabled: true },
      { slug: "okta", enabled: false },
    ]);
  });

  it("changes nothing when anything else is typed", async () => {
    const { code, stdout } = await atTerminal(["connection", "disable", "scim"], "y");
    expect(stdout).toContain('That was not "scim": nothing was changed.');
    expect(code).toBe(1);
    expect(await json(["connection", "list"])).toMatchObject([{ slug: "scim", enabled: true }, {}]);
  });

  it("changes nothing when the input ends", async () => {
    const { code, stdout } = await atTerminal(["connection", "disable", "scim"], "\u0004");
    expect(stdout).toContain("nothing was changed.");
    expect(code).toBe(1);
  });

  it("changes nothing on Ctrl-C", async () => {
    const { code } = await atTerminal(["connection", "disable", "scim"], "\u0003");
    expect(code).toBe(130);
    expect(await json(["connection", "list"])).toMatchObject([{ slug: "scim", enabled: true }, {}]);
  });
});
