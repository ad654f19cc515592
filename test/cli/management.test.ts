/** Every management command once as it should go, its JSON's form, and what it says when it does not. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newFolder, startServer } from "./support.ts";

const server = await startServer();
const { rolebridge, json, quickStart } = server;

const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
const requestLine = /\n\(request [0-9a-f-]{36}\)\n$/;

const connection = (slug: string, more: object = {}) => ({
  id,
  slug,
  name: slug,
  kind: "SCIM",
  enabled: true,
  waits: false,
  lifecycleAuthority: null,
  sameDirectoryAs: [],
  forEnvironment: false,
  scimUrl: quickStart.scimUrl,
  strict: false,
  settings: {},
  sync: null,
  createdAt: time,
  ...more,
});

const fileOf = (document: unknown): string => {
  const file = join(newFolder(), "mapping.json");
  writeFileSync(file, JSON.stringify(document));
  return file;
};

describe("organization", () => {
  const globex = {
    id,
    slug: "globex",
    name: "Globex Corporation",
    project: "default",
    environment: "production",
    isDefault: false,
  };

  it("is made, listed and shown", async () => {
    const made = await json(["organization", "create", "globex", "--name", "Globex Corporation"]);
    expect(made).toEqual(globex);
    const acme = { ...globex, slug: "acme", name: "Acme", isDefault: true };
    expect(await json(["organization", "list"])).toEqual([acme, globex]);
    expect(await json(["organization", "show", "globex"])).toEqual({
      ...globex,
      connections: [],
      scim: { enabled: true, domainsOnly: false, roles: false },
      roles: [],
      pendingAccounts: 0,
    });
  });

  it("shows the one at hand without being told which", async () => {
    const { stdout } = await rolebridge(["organization", "show"]);
    expect(stdout).toMatch(/^slug +acme\nname +Acme\n/);
    expect(stdout).toMatch(/roles +developer \(0\)/);
  });

  it("has a table for people", async () => {
    const { stdout } = await rolebridge(["organization", "list"]);
    expect(stdout.split("\n")[0]).toMatch(/^SLUG +NAME +WORKSPACE +DEFAULT$/);
    expect(stdout).toMatch(/^acme +Acme +default\/production +yes$/m);
  });

  it("says whose name is taken, with the request id", async () => {
    const { code, stdout, stderr } = await rolebridge(["organization", "create", "acme"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("There is already an organization acme.");
    expect(stderr).toMatch(requestLine);
  });

  it("says the same of one that is not there, whatever is asked of it", async () => {
    const sentence = 'There is no organization "initech", or it is not for you to see.';
    expect((await rolebridge(["organization", "show", "initech"])).stderr).toContain(sentence);
    expect((await rolebridge(["role", "list", "-o", "initech"])).stderr).toContain(sentence);
  });

  it("can be named by flag and environment, and says what to do where it is empty", async () => {
    const byFlag = await rolebridge(["connection", "list", "-o", "globex"]);
    expect(byFlag.stdout).toBe("");
    expect(byFlag.stderr).toBe(
      "No connection yet. Make one that a system can push to: rolebridge connection add scim\n",
    );
    const how = { env: { ROLEBRIDGE_ORGANIZATION: "globex" } };
    expect((await rolebridge(["role", "list"], how)).stderr).toContain("rolebridge role create KEY");
    const mapping = await rolebridge(["mapping", "show"], how);
    expect(mapping).toMatchObject({ code: 0, stderr: expect.stringContaining("rolebridge mapping draft") });
    expect((await rolebridge(["account", "list"], how)).stderr).toContain("No account here.");
    expect((await rolebridge(["token", "list"], how)).stderr).toContain("rolebridge token create");
  });
});

describe("connection", () => {
  it("is added, listed, declared the same directory, given authority, disabled and enabled", async () => {
    expect(await json(["connection", "add", "okta", "--name", "Okta"])).toEqual(
      connection("okta", { name: "Okta" }),
    );
    const same = await json(["connection", "same-directory", "scim", "okta"]);
    expect(same.map((one: { sameDirectoryAs: unknown }) => one.sameDirectoryAs)).toEqual([
      ["okta"],
      ["scim"],
    ]);
    expect(await json(["connection", "authority", "okta", "no"])).toMatchObject({
      lifecycleAuthority: false,
    });
    expect(await json(["connection", "authority", "okta", "yes"])).toMatchObject({
      lifecycleAuthority: true,
    });
    expect(await json(["connection", "authority", "okta", "default"])).toMatchObject({
      lifecycleAuthority: null,
    });
    expect(await json(["connection", "disable", "okta", "--yes"])).toMatchObject({ enabled: false });
    expect(await json(["connection", "enable", "okta"])).toMatchObject({ enabled: true });
    expect(await json(["connection", "same-directory", "okta"])).toMatchObject([{ sameDirectoryAs: [] }]);
    const listed = await json(["connection", "list"]);
    expect(listed).toEqual([connection("scim", { name: "SCIM" }), connection("okta", { name: "Okta" })]);
  });

  it("is strict and not strict again, and the table says so", async () => {
    await json(["connection", "add", "narrow", "-o", "globex"]);
    const set = (flag: string) => json(["connection", "set", "narrow", flag, "-o", "globex"]);
    expect(await set("--strict")).toMatchObject({ strict: true });
    const { stdout } = await rolebridge(["connection", "list", "-o", "globex"]);
    expect(stdout).toMatch(/^narrow +scim, strict /m);
    expect(await set("--no-strict")).toMatchObject({ strict: false });
    expect(await json(["connection", "list", "-o", "globex"])).toMatchObject([{ strict: false }]);
  });

  it("is not disabled where nobody can be asked, and says what to add", async () => {
    const { code, stderr } = await rolebridge(["connection", "disable", "scim"]);
    expect(code).toBe(1);
    expect(stderr).toContain("add --yes if you mean it");
    expect(await json(["connection", "list"])).toMatchObject([{ slug: "scim", enabled: true }, {}]);
  });

  it("of a kind that is not there yet is refused in a sentence", async () => {
    const { code, stderr } = await rolebridge(["connection", "add", "z", "--kind", "zitadel"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/zitadel cannot be added yet/);
    const read = await rolebridge(["connection", "add", "kc", "--kind", "keycloak"]);
    expect(read.stderr).toContain("rolebridge connection add keycloak --help");
    const unknown = await rolebridge(["connection", "add", "kc", "--kind", "ldap"]);
    expect(unknown.stderr).toContain("For help: rolebridge connection add --help");
  });
});

describe("client", () => {
  const askToken = async (clientId: string, clientSecret: string) => {
    const fields = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
    const body = new URLSearchParams(fields);
    return (await fetch(`${server.quickStart.url}/oauth/token`, { method: "POST", body })).status;
  };

  it("is made, signs in, is rotated, listed without its secret, and ends", async () => {
    const made = await json(["client", "create", "scim", "--label", "entra", "--expires", "2099-12-31"]);
    expect(await askToken(made.clientId, made.clientSecret)).toBe(200);
    const next = await json(["client", "rotate", made.id, "--grace", "0"]);
    expect(next.clientId).toBe(made.clientId);
    expect(await askToken(made.clientId, made.clientSecret)).toBe(401);
    expect(await askToken(made.clientId, next.clientSecret)).toBe(200);
    const listed = await json(["client", "list", "scim"]);
    expect(listed).toMatchObject([{ id: made.id, label: "entra", assertion: null, lastUsedAt: time }]);
    expect(JSON.stringify(listed)).not.toContain(next.clientSecret);
    expect(await json(["client", "revoke", made.id, "--yes"])).toMatchObject({ revokedAt: time });
    expect(await askToken(made.clientId, next.clientSecret)).toBe(401);
    const events = await json(["event", "list"]);
    const types = events
      .filter((event: { subjectId: string }) => event.subjectId === made.id)
      .map(({ type }: { type: string }) => type);
    expect(types).toEqual(["client.revoked", "client.secret-rotated", "client.created"]);
  });

  it("may sign in with assertions, under an address that the guard lets through", async () => {
    const refused = await rolebridge(["client", "create", "scim", "--jwks-url", "https://10.0.0.1/keys"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("not a public address");
  });
});

describe("token", () => {
  it("is made, works, is listed without its secret, and ends", async () => {
    const made = await json(["token", "create", "scim", "--label", "second", "--expires", "2099-12-31"]);
    expect(made).toEqual({ id, token: expect.stringMatching(/^rbs_/) });
    expect((await server.scim("GET", "/Users", undefined, made.token)).status).toBe(200);
    const listed = await json(["token", "list", "scim"]);
    expect(listed[1]).toEqual({
      id: made.id,
      label: "second",
      connection: "scim",
      createdAt: time,
      expiresAt: "2099-12-31T00:00:00.000Z",
      revokedAt: null,
      lastUsedAt: time,
    });
    expect(JSON.stringify(listed)).not.toContain(made.token);
    expect(await json(["token", "revoke", made.id, "--yes"])).toMatchObject({ revokedAt: time });
    expect((await server.scim("GET", "/Users", undefined, made.token)).status).toBe(401);
    expect((await rolebridge(["token", "list"])).stdout).toMatch(/second +scim +revoked 20/);
  });

  it("is all of stdout when it is made, and the talk is beside it", async () => {
    const { stdout, stderr } = await rolebridge(["token", "create", "okta"]);
    expect(stdout).toMatch(/^rbs_\S+\n$/);
    expect(stderr).toContain("not shown again");
    expect(stderr).not.toContain("rbs_");
  });

  it("is refused beyond two, for another connection, and for an unknown id", async () => {
    await rolebridge(["token", "create", "okta"]);
    const third = await rolebridge(["token", "create", "okta"]);
    expect(third).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(requestLine) });
    const nowhere = await rolebridge(["token", "list", "nowhere"]);
    expect(nowhere.stderr).toContain('There is no connection "nowhere" here.');
    const unknown = await rolebridge(["token", "revoke", "nothing", "--yes"]);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("rolebridge token list") });
  });

  it("is not revoked where nobody can be asked", async () => {
    const [{ id }] = await json(["token", "list", "okta"]);
    const { code, stderr } = await rolebridge(["token", "revoke", id]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
  });
});

describe("role", () => {
  it("is made and listed with its holders", async () => {
    const role = { key: "billing-admin", name: "Billing", description: "May pay.", holders: 0 };
    const args = ["role", "create", "billing-admin", "--name", "Billing", "--description", "May pay."];
    const made = await json(args);
    expect(made).toMatchObject(role);
    expect(await json(["role", "list"])).toContainEqual(made);
    expect((await rolebridge(args)).code).toBe(1);
  });
});

describe("mapping", () => {
  const rule = {
    id: "finance-bills",
    when: { groupName: { equals: "Finance", connection: "scim" } },
    grant: ["billing-admin"],
  };

  it("is shown, drafted from a file and from stdin, and put in force; a waiting draft is exit code 2", async () => {
    const before = await json(["mapping", "show"]);
    expect(before).toEqual({
      published: {
        version: 1,
        state: "published",
        document: expect.anything(),
        createdAt: time,
        publishedAt: time,
      },
      draft: null,
    });
    const document = { rules: [...before.published.document.rules, rule] };
    const drafted = await json(["mapping", "draft", "-f", fileOf(document)]);
    expect(drafted).toMatchObject({ state: "draft", document, publishedAt: null });
    expect((await json(["mapping", "show"], 2)).draft.document).toEqual(document);
    const piped = await json(["mapping", "draft"], 0, { stdin: JSON.stringify(document) });
    expect(piped.document).toEqual(document);
    const published = await json(["mapping", "publish", "--apply"]);
    expect(published).toMatchObject({ state: "published", document, publishedAt: time });
    const { code, stdout } = await rolebridge(["mapping", "show"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^finance-bills +in a group named "Finance" \(connection scim\) +billing-admin$/m);
  });

  it("is shown with its conditions in CEL, as a document that drafts the same mapping", async () => {
    const long = { any: Array.from({ length: 300 }, (_, index) => ({ connection: `connection-${index}` })) };
    const document = { rules: [rule, { ...rule, id: "long", when: long }] };
    await json(["mapping", "draft"], 0, { stdin: JSON.stringify(document) });
    const cel = "groups.exists(g, g.name == 'Finance' && g.connection == 'scim')";
    const { draft } = await json(["mapping", "show", "--cel"], 2);
    expect(draft.document).toEqual({ rules: [{ ...rule, when: cel }, document.rules[1]] });
    const again = await json(["mapping", "draft"], 0, { stdin: JSON.stringify(draft.document) });
    expect(again.document).toEqual(document);
    const { stdout } = await rolebridge(["mapping", "show", "--cel"]);
    expect(stdout).toContain(`finance-bills  ${cel}`);
    await json(["mapping", "publish"]);
  });

  it("says what to do with a draft", async () => {
    const { stderr } = await rolebridge(["mapping", "draft"], { stdin: '{ "rules": [] }' });
    expect(stderr).toContain("rolebridge mapping publish");
    const shown = await rolebridge(["mapping", "show"]);
    expect(shown).toMatchObject({ code: 2, stderr: expect.stringContaining("rolebridge mapping publish") });
    expect(shown.stdout).toContain("No rule: it grants nothing.");
    const document = { rules: [rule] };
    await json(["mapping", "draft"], 0, { stdin: JSON.stringify(document) });
    expect((await rolebridge(["mapping", "publish"])).stderr).toContain("with the next news of them");
  });

  it("refuses what it cannot read or use, in the words of whoever found it", async () => {
    const missing = await rolebridge(["mapping", "draft", "-f", "/nowhere/mapping.json"]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot be read") });
    const broken = await rolebridge(["mapping", "draft"], { stdin: '{ "rules": [' });
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("is no JSON: ") });
    const strange = await rolebridge(["mapping", "draft"], { stdin: '{ "rules": [{ "id": "x" }] }' });
    expect(strange.code).toBe(1);
    expect(strange.stderr).toMatch(/rule "x"/);
    const again = await rolebridge(["mapping", "publish"]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(requestLine) });
  });
});

describe("operator", () => {
  it("is made for one organization, sees only it, and ends with their token", async () => {
    const made = await json(["operator", "create", "grace", "--role", "auditor", "--only", "globex"]);
    expect(made).toEqual({ id, token: expect.stringMatching(/^rbo_/) });
    const how = { env: { ROLEBRIDGE_TOKEN: made.token } };
    expect(await json(["organization", "list"], 0, how)).toMatchObject([{ slug: "globex" }]);
    const refused = await rolebridge(["role", "create", "x", "-o", "globex"], how);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(requestLine) });
    expect(await json(["operator", "list"])).toContainEqual({
      id: expect.anything(),
      name: "grace",
      role: "AUDITOR",
      organization: "globex",
      createdAt: time,
      disabledAt: null,
    });
    const ended = await json(["operator", "disable", "grace", "--yes"]);
    expect(ended).toMatchObject({ name: "grace", disabledAt: time });
    const { code, stderr } = await rolebridge(["organization", "list"], how);
    expect(code).toBe(1);
    expect(stderr).toContain("does not accept the operator token from ROLEBRIDGE_TOKEN");
    expect(stderr).not.toContain(made.token);
  });

  it("is not disabled by itself, unknown, or where nobody can be asked", async () => {
    expect((await rolebridge(["operator", "disable", "owner", "--yes"])).code).toBe(1);
    const unknown = await rolebridge(["operator", "disable", "nobody", "--yes"]);
    expect(unknown.stderr).toContain('There is no operator "nobody" you may see.');
    const silent = await rolebridge(["operator", "disable", "owner"]);
    expect(silent.stderr).toContain("add --yes");
  });
});

describe("event", () => {
  it("lists what happened, the newest first, page by page and for one subject", async () => {
    const [newest, ...older] = await json(["event", "list", "-n", "3"]);
    expect(newest).toEqual({
      id,
      at: time,
      type: expect.any(String),
      actorKind: "operator",
      actorId: id,
      connection: null,
      requestId: id,
      subjectKind: expect.any(String),
      subjectId: id,
      causeId: null,
      data: expect.anything(),
    });
    expect(await json(["event", "list", "-n", "2", "--before", newest.id])).toEqual(older);
    const [okta] = (await json(["connection", "list"])).slice(1);
    const history = await json(["event", "list", "--subject", okta.id, "-n", "500"]);
    expect(new Set(history.map((event: { subjectId: string }) => event.subjectId))).toEqual(
      new Set([okta.id]),
    );
    expect(history.map(({ type }: { type: string }) => type)).toContain("connection.disabled");
  });

  it("says how to see older ones, and where there are none", async () => {
    const page = await rolebridge(["event", "list", "-n", "1"]);
    expect(page.stderr).toMatch(/^For older ones: rolebridge event list --before [0-9a-f-]{36}\n$/);
    const none = await rolebridge(["event", "list", "--subject", "00000000-0000-7000-8000-000000000000"]);
    expect(none).toMatchObject({ code: 0, stdout: "", stderr: "Nothing has happened there.\n" });
  });

  it("asks for no more than there is at once", async () => {
    const { code, stderr } = await rolebridge(["event", "list", "-n", "501"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Ask for 1 to 500 at a time, not 501.");
  });
});
