/** The way of somebody who has a Keycloak: added, refused, tested, read and explained, on a real one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { makeRealm, type TestRealm } from "../connectors/keycloak/realm.ts";
import { keycloakAnswers } from "../support/keycloak.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { newFolder, run } from "./support.ts";

const found = inject("keycloak");
const missing = "missing" in found;

describe.skipIf(missing)("a Keycloak", () => {
  const state: { server?: TestServer; realm?: TestRealm; url?: string } = {};
  const file = join(newFolder(), "secret");

  beforeAll(async () => {
    if ("missing" in found) return;
    await keycloakAnswers(found);
    state.url = found.url;
    state.realm = await makeRealm(found, 30);
    const settings = state.realm.settings("reader", found.url);
    writeFileSync(file, `${settings["clientSecret"]}\n`);
    state.server = await startServer({ ROLEBRIDGE_ALLOWED_ORIGINS: found.url });
  }, 300_000);
  afterAll(() => state.realm?.remove());

  const rolebridge = async (...args: ReadonlyArray<string>) => {
    const { server } = state;
    if (server === undefined) throw new Error("the server is not ready");
    const env = {
      ROLEBRIDGE_DATA: newFolder(),
      ROLEBRIDGE_URL: server.url,
      ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
      ROLEBRIDGE_ORGANIZATION: "acme",
    };
    return run(args, { env });
  };

  const add = (slug: string, clientId: string, secret = file, url = state.url ?? "") => {
    const at = ["--base-url", url, "--realm", state.realm?.name ?? "", "--client-id", clientId];
    const rest = ["--client-secret-file", secret, "--every", "off"];
    return rolebridge("connection", "add", "keycloak", slug, ...at, ...rest);
  };

  it("is refused where the service account lacks a role, which the refusal names", async () => {
    const { code, stdout, stderr } = await add("blind", "blind");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/does not let us see users\. .*add realm-management view-users\./);
    const roleless = await add("roleless", "roleless");
    expect(roleless.stderr).toMatch(/realm roles\. .*view-realm\.\n.*client roles\. .*view-clients\./);
    expect((await rolebridge("connection", "list")).stdout).not.toMatch(/blind|roleless/);
  });

  it("is refused with a wrong secret, and at an address nobody allowed", async () => {
    const wrong = join(newFolder(), "wrong");
    writeFileSync(wrong, "not-the-secret");
    const { code, stderr } = await add("wrong", "reader", wrong);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Keycloak does not accept the client ID and secret"),
    });
    expect(stderr).not.toContain("not-the-secret");
    const inside = await add("inside", "reader", file, "http://127.0.0.1:8079");
    expect(inside.stderr).toContain("ROLEBRIDGE_ALLOWED_ORIGINS=http://127.0.0.1:8079");
  });

  it("is added with the right credential, and read", async () => {
    const added = await add("kc", "reader");
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining("rolebridge sync now kc") });
    const tested = await rolebridge("connection", "test", "kc");
    expect(tested).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^It answers in [\s\S]*sees {3}users/),
    });
    const read = await rolebridge("sync", "now", "kc");
    expect(read).toMatchObject({ code: 0, stderr: expect.stringMatching(/Done in .*\n$/) });
    expect(read.stdout).toMatch(/^users +3\d +/m);
    const status = await rolebridge("sync", "status");
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^kc +healthy /m) });
  });

  it("gives roles by its groups, which explain shows as the reason", async () => {
    const rule = {
      id: "team0-develops",
      when: { groupName: { equals: "team0", connection: "kc" } },
      grant: ["developer"],
    };
    const mapping = join(newFolder(), "mapping.json");
    writeFileSync(mapping, JSON.stringify({ rules: [rule] }));
    expect((await rolebridge("mapping", "draft", "-f", mapping)).code).toBe(0);
    expect((await rolebridge("mapping", "publish", "--apply")).code).toBe(0);
    const explain = async () => (await rolebridge("explain", "person10@acme.test")).stdout;
    await expect.poll(explain, { timeout: 20_000 }).toContain("developer");
    expect(await explain()).toMatch(/because rule team0-develops: member of group "team0" \(connection kc\)/);
  });

  it("reads one person in a moment", async () => {
    const { code, stdout } = await rolebridge(
      "sync",
      "now",
      "kc",
      "--person",
      "PERSON10@acme.test",
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: "DONE", userId: expect.any(String) });
  });

  it("whose secret was changed is quarantined, and comes back with the new one", async () => {
    const { admin } = state.realm ?? {};
    const [client] = (await admin?.clients.find({ clientId: "reader" })) ?? [];
    await admin?.clients.update({ id: client?.id ?? "" }, { ...client, secret: "rotated-for-tests" });
    const failed = await rolebridge("sync", "now", "kc");
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/failed \(unauthorized\): Keycloak/),
    });
    expect((await rolebridge("doctor")).stdout).toMatch(/connection acme\/kc +needs attention +quarantined/);
    const rotated = join(newFolder(), "rotated");
    writeFileSync(rotated, "rotated-for-tests");
    expect((await rolebridge("connection", "set", "kc", "--client-secret-file", rotated)).code).toBe(0);
    expect((await rolebridge("sync", "now", "kc")).code).toBe(0);
    expect((await rolebridge("sync", "status")).stdout).toMatch(/^kc +healthy /m);
  });
});
