/** The commands about addresses and domains: tokens of environments, marks, what an organization switches. */
import { describe, expect, it } from "vitest";
import { startNameServer } from "../../support/name-server.ts";
import { startServer } from "../support.ts";

const dns = await startNameServer();
const server = await startServer({ ROLEBRIDGE_TENANT_ADDRESSES: "on", ROLEBRIDGE_DNS_SERVERS: dns.address });
const { rolebridge, json, scim, quickStart } = server;

const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);

describe("environment-token", () => {
  const create = ["environment-token", "create", "default", "production"];

  it("is made, opens the organizations that mark a connection, is listed, and ends", async () => {
    const made = await json([...create, "--label", "portal"]);
    expect(made).toEqual({ id, token: expect.stringMatching(/^rbe_/) });
    const at = async () =>
      (
        await fetch(`${quickStart.url}/scim/v2/default/production/v2/acme/Users`, {
          headers: { authorization: `Bearer ${made.token}` },
        })
      ).status;
    expect(await at()).toBe(401);
    expect(await json(["connection", "mark", "scim"])).toMatchObject([
      { slug: "scim", forEnvironment: true },
    ]);
    expect(await at()).toBe(200);
    expect((await rolebridge(["connection", "list"])).stdout).toContain("FOR ITS ENVIRONMENT");
    expect(await json(["connection", "unmark"])).toMatchObject([{ slug: "scim", forEnvironment: false }]);
    expect(await at()).toBe(401);
    expect(await json(["environment-token", "list"])).toEqual([
      {
        id: made.id,
        label: "portal",
        project: "default",
        environment: "production",
        createdAt: time,
        expiresAt: null,
        revokedAt: null,
        lastUsedAt: time,
      },
    ]);
    expect((await rolebridge(["environment-token", "list"])).stdout).toContain("default/production");
    expect(await json(["environment-token", "revoke", made.id, "--yes"])).toMatchObject({ revokedAt: time });
  });

  it("is all of stdout when it is made, and the talk is beside it", async () => {
    const { stdout, stderr } = await rolebridge(create);
    expect(stdout).toMatch(/^rbe_\S+\n$/);
    expect(stderr).toContain("/scim/v2/default/production");
  });

  it("says what is wrong", async () => {
    expect((await rolebridge(["environment-token", "create", "no", "no"])).stderr).toContain(
      "environment no/no",
    );
    expect((await rolebridge(["environment-token", "revoke", "no", "--yes"])).stderr).toContain(
      "There is no token no",
    );
  });
});

describe("domain", () => {
  it("is claimed, verified, kept while it is needed, and removed", async () => {
    const made = await json(["domain", "add", "ACME.test"]);
    expect(made).toEqual({
      name: "acme.test",
      recordName: "_rolebridge-challenge.acme.test",
      recordValue: expect.stringMatching(/^rolebridge-domain-verification=/),
      createdAt: time,
      verifiedAt: null,
    });
    const early = await json(["domain", "verify", "acme.test"], 1);
    expect(early).toMatchObject({ outcome: "ABSENT", detail: expect.stringContaining(made.recordName) });
    dns.publish(made.recordName, [[made.recordValue]]);
    expect(await json(["domain", "verify", "acme.test"])).toMatchObject({ outcome: "VERIFIED" });
    expect((await rolebridge(["domain", "list"])).stdout).toMatch(/acme\.test +verified/);
    await json(["organization", "set", "--domains-only", "on"]);
    expect((await rolebridge(["domain", "remove", "acme.test", "--yes"])).stderr).toContain(
      "--domains-only off",
    );
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
    expect((await scim("POST", "/Users", { schemas, userName: "a@evil.test" })).status).toBe(400);
    const { code, stdout } = await rolebridge(["exception", "list"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/email-outside-domains.*evil\.test/);
    await json(["organization", "set", "--domains-only", "off"]);
    expect(await json(["domain", "remove", "acme.test", "--yes"])).toMatchObject({ name: "acme.test" });
    expect(await json(["domain", "list"])).toEqual([]);
  });

  it("prints the record to publish, and what comes after beside it", async () => {
    const { stdout, stderr } = await rolebridge(["domain", "add", "talk.test"]);
    expect(stdout).toMatch(
      /^_rolebridge-challenge\.talk\.test {2}TXT {2}"rolebridge-domain-verification=\S+"\n$/,
    );
    expect(stderr).toContain("rolebridge domain verify talk.test");
  });
});

describe("organization set", () => {
  it("switches what is named and nothing else", async () => {
    expect(await json(["organization", "set", "--roles", "on"])).toMatchObject({
      slug: "acme",
      scim: { enabled: true, domainsOnly: false, roles: true },
    });
    expect(await json(["organization", "set", "acme", "--scim", "off"])).toMatchObject({
      scim: { enabled: false, roles: true },
    });
    expect((await scim("GET", "/Roles")).status).toBe(401);
    expect((await rolebridge(["organization", "show"])).stdout).toContain("off: its credentials are refused");
    await json(["organization", "set", "--scim", "on"]);
    expect((await scim("GET", "/Roles?count=1")).body).toMatchObject({ itemsPerPage: 1 });
  });
});
