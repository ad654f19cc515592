/** Who may read, and what strangers learn: nothing. On both engines. */
import { beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { addApplication, asker, onEachEngine, pusher, reader } from "./support.ts";

const wrong = `rbl_${"A".repeat(43)}_${"A".repeat(43)}`;

await onEachEngine((server) => {
  const ask = asker(server);
  const other = asker(server, "globex");
  let secret = "";
  let foreign = "";
  let account = "";

  beforeAll(async () => {
    secret = await addApplication(ask);
    await ask('mutation { createOrganization(slug: "globex") { slug } }');
    foreign = await addApplication(other);
    await pusher(server).user("ada@acme.test", { externalId: "00u1" });
    account = (await reader(server, secret)("/accounts?userName=ada%40acme.test")).body.account;
    expect(account).toMatch(/^[0-9a-f-]{36}$/);
    await ask(
      'mutation($organization: String!) { createRole(organization: $organization, key: "clerk", permissions: ["books.lend"]) { key } }',
    );
    await other(
      'mutation($organization: String!) { createRole(organization: $organization, key: "clerk", permissions: ["books.lend"]) { key } }',
    );
  }, 60_000);

  const paths = (id: string) => [`/accounts/${id}/roles`, `/accounts/${id}/permissions/books.lend`];

  it("another organization's account is not there, in the same words as one that never was", async () => {
    const read = reader(server, foreign);
    for (const path of [
      ...paths(account),
      "/accounts?userName=ada%40acme.test",
      "/accounts?externalId=00u1&connection=scim",
    ]) {
      const theirs = await read(path);
      const none = await read(
        path.replace(account, "01a20797-9ad1-77ff-9759-fa55fa0848ae").replace("ada", "eve"),
      );
      expect(theirs.status).toBe(404);
      expect([none.status, none.body]).toEqual([theirs.status, theirs.body]);
      expect(theirs.headers.get("etag")).toBeNull();
    }
  });

  it.each(["", "nothing", wrong, "rbs_of_scim"])(
    "a credential that is none is refused: %s",
    async (token) => {
      for (const path of [...paths(account), "/accounts?userName=ada%40acme.test"]) {
        const { status, headers, body } = await reader(server, token)(path);
        expect(status).toBe(401);
        expect(headers.get("www-authenticate")).toBe('Bearer realm="rolebridge"');
        expect(headers.get("content-type")).toContain("application/problem+json");
        expect(headers.get("cache-control")).toBe("no-store");
        expect(body.status).toBe(401);
      }
    },
  );

  it("a secret with one character changed, an operator's token and SCIM's are none", async () => {
    const changed = `${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`;
    const { operatorToken, scimToken } = server.quickStart;
    for (const token of [changed, operatorToken, scimToken]) {
      expect((await reader(server, token)(`/accounts/${account}/roles`)).status).toBe(401);
    }
  });

  it("manages nothing: its secret is none at /graphql, nor where SCIM pushes", async () => {
    const ask = (path: string, init: RequestInit) =>
      server.request(path, {
        ...init,
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      });
    const query = JSON.stringify({ query: "{ organizations { slug } }" });
    expect((await ask("/graphql", { method: "POST", body: query })).status).toBe(401);
    expect((await ask("/scim/v2/Users", {})).status).toBe(401);
  });

  it("is asked for before what was sent is read", async () => {
    const [, ids = ""] = secret.split("_");
    const token = `rbl_${ids}_${"A".repeat(43)}`;
    const { status } = await server.request("/v1/connections/sso/logins/verify", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: "{ this is no JSON",
    });
    expect(status).toBe(401);
  });

  it("a secret that names another organization than its own opens neither", async () => {
    const [, ids = "", own = ""] = secret.split("_");
    const [, theirs = ""] = foreign.split("_");
    const parts = [
      Buffer.from(theirs, "base64url").subarray(0, 16),
      Buffer.from(ids, "base64url").subarray(16),
    ];
    const forged = `rbl_${Buffer.concat(parts).toString("base64url")}_${own}`;
    expect((await reader(server, forged)(`/accounts/${account}/roles`)).status).toBe(401);
  });

  it("secrets end with a rotation that keeps none, and with their application", async () => {
    const old = await addApplication(ask, "brief");
    const path = `/accounts/${account}/roles`;
    expect((await reader(server, old)(path)).status).toBe(200);
    const { rotateApplicationSecret } = await ask(
      'mutation($organization: String!) { rotateApplicationSecret(organization: $organization, slug: "brief", graceHours: 0) { secret } }',
    );
    const tag = (await reader(server, rotateApplicationSecret.secret)(path)).headers.get("etag") ?? "";
    expect(tag).not.toBe("");
    expect((await reader(server, old)(path, { "if-none-match": tag })).status).toBe(401);
    await ask(
      'mutation($organization: String!) { deleteApplication(organization: $organization, slug: "brief") }',
    );
    const gone = await reader(server, rotateApplicationSecret.secret)(path, { "if-none-match": tag });
    expect(gone.status).toBe(401);
  });

  it.each([
    "/accounts/%00/roles",
    "/accounts/' or 1=1 --/roles",
    "/accounts/..%2f..%2fscim/roles",
    "/accounts/00000000-0000-0000-0000-000000000000/roles",
    `/accounts/${"a".repeat(4_000)}/roles`,
    "/accounts/ACCOUNT/permissions/%00",
    "/accounts/ACCOUNT/permissions/%22%5D",
    "/accounts/ACCOUNT/permissions/<script>",
    "/accounts/ACCOUNT/permissions/__proto__",
    "/accounts?userName=%00",
    "/accounts?userName=a&userName=b",
    "/accounts?externalId=a%00&connection=scim",
    `/accounts?userName=${"x".repeat(1_001)}`,
    "/accounts/ACCOUNT/permissions/books.lend?scope=%00",
    "/accounts/ACCOUNT/permissions/books.lend?scope=a&scope=b",
    "/accounts?__proto__=x",
  ])("what is no question is refused, and not repeated: %s", async (path) => {
    const { status, body, headers } = await reader(server, secret)(path.replace("ACCOUNT", account));
    expect([400, 404]).toContain(status);
    expect(headers.get("content-type")).toContain("application/problem+json");
    expect(JSON.stringify(body)).not.toMatch(/script|or 1=1|xxxx|aaaa|\\u0000|select/);
  });

  it("is read, not written", async () => {
    const method = { method: "POST", headers: { authorization: `Bearer ${secret}` } };
    expect((await server.request(`/v1/accounts/${account}/roles`, method)).status).toBe(404);
  });
});

describe("bad credentials from one address", () => {
  it("are answered 429 after 20 in a minute, and good ones all the time", async () => {
    const server = await startServer({}, undefined, { badCredentials: 20 });
    const secret = await addApplication(asker(server));
    const statuses: Array<number> = [];
    for (let count = 0; count < 22; count += 1) {
      statuses.push((await reader(server, wrong)("/accounts?userName=ada")).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), 429, 429]);
    expect((await reader(server, secret)("/accounts?userName=ada")).status).toBe(404);
  }, 30_000);
});
