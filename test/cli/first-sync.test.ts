/** A new connection, looked at before it counts, on the command line. */
import { describe, expect, it } from "vitest";
import { smallDirectory } from "../support/directory.ts";
import { openRealm } from "./realm.ts";

const realm = await openRealm();
const { connect, publishEngineers } = realm;
realm.outside.directory = { ...smallDirectory(), identity: "realm-1" };
const rolebridge = (...args: ReadonlyArray<string>) => realm.rolebridge(args);

describe("a connection added with --plan-first", () => {
  it("is read, shown, and counts when its plan is applied", async () => {
    await publishEngineers();
    const added = await rolebridge(...connect, "--unchecked", "--plan-first");
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
    const { body } = await realm.server.graphql(
      'mutation { addConnection(organization: "acme", kind: SCIM, slug: "s", planFirst: true) { id } }',
    );
    expect(body.errors[0].message).toContain("Only a connection that is read");
  });
});
