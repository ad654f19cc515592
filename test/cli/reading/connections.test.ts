/** Connections that are read, on the command line: added, changed and tried. */
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import {
  address,
  around,
  fileOf,
  flags,
  json,
  newSlug,
  outside,
  rolebridge,
  secret,
  secretFile,
  stored,
} from "./support.ts";

around();

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
