/** A new connection, looked at before it counts, on the command line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeOutside, smallDirectory } from "../support/directory.ts";
import { startServer } from "../support/server.ts";
import { newFolder, run } from "./support.ts";

const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);
outside.directory = { ...smallDirectory(), identity: "realm-1" };
const server = await startServer({}, undefined, { connectors });

const env = {
  ROLEBRIDGE_DATA: newFolder(),
  ROLEBRIDGE_URL: server.url,
  ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
  ROLEBRIDGE_ORGANIZATION: "acme",
};
const rolebridge = (...args: ReadonlyArray<string>) => run(args, { env });

const secretFile = join(newFolder(), "secret");
writeFileSync(secretFile, secret);
const mapping = join(newFolder(), "mapping.json");
const when = { groupName: { equals: "Engineering", connection: "kc" } };
writeFileSync(mapping, JSON.stringify({ rules: [{ id: "engineers", when, grant: ["developer"] }] }));

const connect = ["connection", "add", "keycloak", "kc", "--base-url", "https://keycloak.acme.test"];
const client = ["--realm", "acme", "--client-id", "rolebridge", "--client-secret-file", secretFile];

describe("a connection added with --plan-first", () => {
  it("is read, shown, and counts when its plan is applied", async () => {
    await rolebridge("mapping", "draft", "-f", mapping);
    await rolebridge("mapping", "publish");
    const added = await rolebridge(...connect, ...client, "--every", "off", "--unchecked", "--plan-first");
    expect(added).toMatchObject({ code: 0 });
    const early = await rolebridge("connection", "preview", "kc");
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('"sync now kc" reads it') });
    expect(await rolebridge("sync", "now", "kc")).toMatchObject({ code: 0 });

    expect((await rolebridge("connection", "list")).stdout).toMatch(/^kc .*healthy, waits for its plan/m);
    expect((await rolebridge("sync", "status")).stdout).toMatch(/^kc +healthy, waits for its plan/m);
    const why = await rolebridge("explain", "ada@acme.test", "--why-not", "developer");
    expect(why.stdout).toContain("connection kc waits for the plan of its first sync");
    expect((await rolebridge("plan", "list")).stdout).toMatch(/first-sync +open/);

    const preview = await rolebridge("connection", "preview", "kc");
    expect(preview).toMatchObject({ code: 2 });
    expect(preview.stdout).toMatch(/connection kc counts from now on, open\n/);
    expect(preview.stdout).toMatch(/developer +0 +\d+ +\+/);
    const [, id = "", hash = ""] = /plan apply (\S+) --hash (\S+)/.exec(preview.stderr) ?? [];
    expect((await rolebridge("plan", "show", id)).stdout).toMatch(
      /ada@acme.test.* developer +becomes active/,
    );
    const applied = await rolebridge("plan", "apply", id, "--hash", hash);
    expect(applied).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("rolebridge connection disable kc"),
    });
    expect((await rolebridge("explain", "ada@acme.test")).stdout).toContain("because rule engineers");
    expect((await rolebridge("connection", "list")).stdout).toMatch(/^kc .*healthy /m);
    expect((await rolebridge("plan", "undo", id, "--yes")).stderr).toContain('"connection disable"');
  }, 240_000);

  it("is refused for one that a system pushes to", async () => {
    const { body } = await server.graphql(
      'mutation { addConnection(organization: "acme", kind: SCIM, slug: "s", planFirst: true) { id } }',
    );
    expect(body.errors[0].message).toContain("Only a connection that is read");
  });
});
