/** What applications read of accounts without a login, over HTTP, on both engines. */
import { beforeAll, describe, expect, it } from "vitest";
import { addApplication, asker, onEachEngine, pusher, reader } from "./support.ts";

await onEachEngine((server) => {
  const ask = asker(server);
  const push = pusher(server);
  let read: ReturnType<typeof reader>;
  let second: ReturnType<typeof pusher>;
  let ada = { user: "", account: "", group: "" };

  const accountOf = async (userName: string): Promise<string> =>
    (await read(`/accounts?userName=${encodeURIComponent(userName)}`)).body.account;

  beforeAll(async () => {
    const secret = await addApplication(ask);
    read = reader(server, secret);
    const user = await push.user("ada@acme.test", {
      externalId: "00u1",
      displayName: "Ada Lovelace",
      emails: [{ value: "ada@acme.test", primary: true }],
    });
    const group = await push.group("Engineering", [user]);
    ada = { user, group, account: await accountOf("ada@acme.test") };
    await ask(
      `mutation($organization: String!) {
        createRole(organization: $organization, key: "librarian", permissions: ["books.lend", "books/read"]) { key }
        addScope(organization: $organization, key: "library:north") { key }
        addConnection(organization: $organization, kind: SCIM, slug: "second") { slug } }`,
    );
    const { createScimToken } = await ask(
      `mutation($organization: String!) {
        createScimToken(organization: $organization, connection: "second", label: "tests") { token } }`,
    );
    second = pusher(server, createScimToken.token);
  }, 60_000);

  const grant = (account: string, more: string) =>
    ask(
      `mutation($organization: String!, $account: String!) { grantRole(organization: $organization, account: $account,
        role: "librarian", reason: "Helps out", ${more}) { changed } }`,
      { account },
    );

  describe("the roles of an account", () => {
    it("come with the rule, the group, the connection and the person that gave them", async () => {
      const { status, body, headers } = await read(`/accounts/${ada.account}/roles`);
      expect(status).toBe(200);
      expect(headers.get("cache-control")).toBe("private, no-cache");
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect(body).toMatchObject({ account: ada.account, active: true });
      expect(body.roles).toEqual([
        {
          role: "developer",
          scope: null,
          since: expect.stringMatching(/^20\d\d-.*Z$/),
          until: null,
          held: false,
          reasons: [
            {
              rule: "engineers-develop",
              because: "group",
              connection: "scim",
              group: "Engineering",
              groupId: ada.group,
              person: "ada@acme.test",
              until: null,
            },
          ],
        },
      ]);
    });

    it("end when their last reason ends", async () => {
      const user = await push.user("bea@acme.test");
      const account = await accountOf("bea@acme.test");
      const until = new Date(Date.now() + 3_600_000).toISOString();
      await grant(account, `scope: "library:north", until: "${until}"`);
      await grant(account, "");
      const { body } = await read(`/accounts/${account}/roles`);
      expect(
        body.roles.map((role: Record<string, unknown>) => [role["role"], role["scope"], role["until"]]),
      ).toEqual([
        ["librarian", null, null],
        ["librarian", "library:north", until],
      ]);
      expect(body.roles[1].reasons[0]).toMatchObject({ connection: null, group: null, person: null, until });
      expect(user).not.toBe(account);
    });

    it("end when the rule does", async () => {
      const validUntil = new Date(Date.now() + 86_400_000).toISOString();
      const rules = [
        {
          id: "engineers-develop",
          when: { groupName: { equals: "Engineering", connection: "scim" } },
          grant: ["developer"],
          validUntil,
        },
      ];
      await ask(
        `mutation($organization: String!, $document: JSON!) {
          draftMapping(organization: $organization, document: $document) { version }
          publishMapping(organization: $organization) { version } }`,
        { document: { rules } },
      );
      const { body } = await read(`/accounts/${ada.account}/roles`);
      expect(body.roles[0]).toMatchObject({ until: validUntil, reasons: [{ until: validUntil }] });
    });

    it("are those of the account it became, where it was merged", async () => {
      await second.user("cy@acme.test");
      const other = await accountOf("cy@acme.test");
      await ask(
        `mutation($organization: String!, $account: String!, $other: String!) {
          mergeAccounts(organization: $organization, account: $account, other: $other, apply: true) { done } }`,
        { account: ada.account, other },
      );
      const byOld = await read(`/accounts/${other}/roles`);
      expect(byOld.body.account).toBe(ada.account);
      expect(byOld.body.roles).toEqual((await read(`/accounts/${ada.account}/roles`)).body.roles);
      const allowed = await read(`/accounts/${other}/permissions/books.lend`);
      expect(allowed.body.account).toBe(ada.account);
    });

    it("are none of somebody who was deactivated, with the reason", async () => {
      const user = await push.user("dan@acme.test");
      const account = await accountOf("dan@acme.test");
      await grant(account, "");
      expect((await read(`/accounts/${account}/permissions/books.lend`)).body.allowed).toBe(true);
      await push.patch(`/Users/${user}`, { op: "replace", path: "active", value: false });
      const { body } = await read(`/accounts/${account}/roles`);
      expect(body).toMatchObject({ active: false, roles: [] });
      expect(body.activeBecause).toContain("scim");
      const may = await read(`/accounts/${account}/permissions/books.lend`);
      expect(may.body).toMatchObject({ allowed: false, because: [], active: false });
      expect(may.body.activeBecause).toBe(body.activeBecause);
    });
  });

  describe("an entity tag", () => {
    it("saves sending again what has not changed, and only that", async () => {
      const user = await push.user("eve@acme.test");
      const account = await accountOf("eve@acme.test");
      const first = await read(`/accounts/${account}/roles`);
      const tag = first.headers.get("etag") ?? "";
      expect(tag).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
      for (const known of [tag, `"other", ${tag}`, `W/${tag}`, "*"]) {
        const again = await read(`/accounts/${account}/roles`, { "if-none-match": known });
        expect([again.status, again.body]).toEqual([304, ""]);
        expect(again.headers.get("etag")).toBe(tag);
        expect(again.headers.get("cache-control")).toBe("private, no-cache");
      }
      await push.patch(`/Groups/${ada.group}`, { op: "add", path: "members", value: [{ value: user }] });
      const changed = await read(`/accounts/${account}/roles`, { "if-none-match": tag });
      expect(changed.status).toBe(200);
      expect(changed.headers.get("etag")).not.toBe(tag);
      await push.patch(`/Groups/${ada.group}`, { op: "remove", path: `members[value eq "${user}"]` });
      expect((await read(`/accounts/${account}/roles`, { "if-none-match": tag })).status).toBe(304);
    });

    it("of another account is another one", async () => {
      const one = await read(`/accounts/${ada.account}/permissions/books.lend`);
      const other = await read(`/accounts/${await accountOf("bea@acme.test")}/permissions/books.lend`);
      expect(one.headers.get("etag")).not.toBe(other.headers.get("etag"));
    });
  });

  describe("a permission", () => {
    const may = (account: string, permission: string, scope?: string) =>
      read(
        `/accounts/${account}/permissions/${encodeURIComponent(permission)}${scope === undefined ? "" : `?scope=${encodeURIComponent(scope)}`}`,
      );

    it("counts everywhere by a role without scope, and by one with a scope there only", async () => {
      await push.user("flo@acme.test");
      const account = await accountOf("flo@acme.test");
      expect((await may(account, "books.lend")).body).toMatchObject({ allowed: false, because: [] });
      await grant(account, 'scope: "library:north"');
      expect((await may(account, "books.lend")).body).toMatchObject({ allowed: false, scope: null });
      expect((await may(account, "books.lend", "library:south")).body.allowed).toBe(false);
      expect((await may(account, "books/read", "library:north")).body).toEqual({
        account,
        active: true,
        activeBecause: expect.any(String),
        permission: "books/read",
        scope: "library:north",
        allowed: true,
        because: [{ role: "librarian", scope: "library:north" }],
      });
      await grant(account, "");
      expect((await may(account, "books.lend", "library:south")).body).toMatchObject({
        allowed: true,
        because: [{ role: "librarian", scope: null }],
      });
      expect((await may(account, "books.lend")).body.allowed).toBe(true);
    });

    it("that no role gives is not there, and is named", async () => {
      const { status, body, headers } = await may(ada.account, "books.burn");
      expect(status).toBe(404);
      expect(headers.get("content-type")).toContain("application/problem+json");
      expect(body).toEqual({
        type: "about:blank",
        title: "Not found",
        status: 404,
        detail: "There is no permission books.burn here. No role of the catalogue gives it.",
      });
    });

    it("counts as soon as the catalogue says so", async () => {
      const { body: before } = await may(ada.account, "books.lend");
      expect(before.allowed).toBe(false);
      await ask(
        `mutation($organization: String!) { setRole(organization: $organization, key: "developer", permissions: ["books.lend"]) { key } }`,
      );
      expect((await may(ada.account, "books.lend")).body.because).toEqual([
        { role: "developer", scope: null },
      ]);
    });
  });

  describe("finding an account", () => {
    it("goes by userName in any case, and by the id of the source as it is", async () => {
      const by = (query: string) => read(`/accounts?${query}`);
      const { body } = await by("userName=ADA%40acme.test");
      expect(body).toMatchObject({ account: ada.account, active: true });
      expect(body.people).toContainEqual({
        connection: "scim",
        active: true,
        userName: "ada@acme.test",
        displayName: "Ada Lovelace",
        email: "ada@acme.test",
      });
      expect((await by("externalId=00u1&connection=scim")).body.account).toBe(ada.account);
      expect((await by("externalId=00U1&connection=scim")).status).toBe(404);
      expect((await by("externalId=00u1&connection=other")).status).toBe(404);
      expect((await by("userName=nobody%40acme.test")).body.detail).toBe(
        "There is no account that fits here.",
      );
    });

    it("takes no first of several", async () => {
      await second.user("ada@acme.test");
      const { status, body } = await read("/accounts?userName=ada%40acme.test");
      expect(status).toBe(409);
      expect(body.detail).toContain("Several accounts fit.");
    });

    it.each([
      "",
      "userName=",
      "externalId=00u1",
      "connection=scim",
      "userName=a&externalId=b&connection=scim",
    ])("by nothing that leads to one is refused: %s", async (query) => {
      const { status, headers } = await read(`/accounts?${query}`);
      expect(status).toBe(400);
      expect(headers.get("content-type")).toContain("application/problem+json");
    });
  });
});
