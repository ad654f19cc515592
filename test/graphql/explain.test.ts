/** Everything has a because: each role, back to the request that brought it; and why a role is missing. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { watchSql } from "../support/sql.ts";
import { codesOf, dataOf, pushGroup, pushUser } from "./support.ts";

const server = await startServer();
const inAcme = async (fields: string) =>
  dataOf(await server.graphql(`{ organization(slug: "acme") { ${fields} } }`)).organization;

const ada = await pushUser(server, "ada@example.com");
const bob = await pushUser(server, "bob@example.com");
const group = await pushGroup(server, "Engineering", [ada.id]);

describe("explain", () => {
  it("shows for each role the rule, the group, the connection and the request", async () => {
    const { explain } = await inAcme(
      `explain(name: "  ADA@Example.com ") { account { people { connection userName via email active } roles { role scope
         reasons { rule because connection group groupId requestId cause { type requestId subjectId connection } } } } whyNot { rule } }`,
    );
    expect(explain).toEqual([
      {
        account: {
          people: [
            {
              connection: "scim",
              userName: "ada@example.com",
              via: "new",
              email: "ada@example.com",
              active: true,
            },
          ],
          roles: [
            {
              role: "developer",
              scope: "",
              reasons: [
                {
                  rule: "engineers-develop",
                  because: "group",
                  connection: "scim",
                  group: "Engineering",
                  groupId: group.id,
                  requestId: group.requestId,
                  cause: {
                    type: "group.members-changed",
                    requestId: group.requestId,
                    subjectId: group.id,
                    connection: "scim",
                  },
                },
              ],
            },
          ],
        },
        whyNot: [],
      },
    ]);
  });

  it("says why not, and nothing about whom nobody knows", async () => {
    const whyNot = async (name: string) =>
      (
        await inAcme(
          `explain(name: "${name}", whyNot: "developer") { whyNot { rule connection blocked failed } }`,
        )
      ).explain;
    expect(await whyNot("bob@example.com")).toEqual([
      {
        whyNot: [
          {
            rule: "engineers-develop",
            connection: "scim",
            blocked: null,
            failed: ["when: group"],
          },
        ],
      },
    ]);
    expect(await whyNot("ada@example.com")).toEqual([{ whyNot: [] }]);
    expect(await whyNot("nobody@example.com")).toEqual([]);
    await server.scim("PATCH", `/Users/${bob.id}`, {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value: false }],
    });
    expect((await whyNot("bob@example.com"))[0].whyNot[0].blocked).toContain("inactive");
  });

  it("refuses a role that nobody made: it is missing for the dullest of reasons", async () => {
    const answer = await server.graphql(
      '{ organization(slug: "acme") { explain(name: "bob@example.com", whyNot: "develper") { whyNot { rule } } } }',
    );
    expect(codesOf(answer)).toEqual(["NotFound"]);
  });
});

describe("accounts", () => {
  it("come in pages, each once, and one by one", async () => {
    for (let index = 0; index < 5; index += 1) await pushUser(server, `extra${index}@example.com`);
    const seen: Array<string> = [];
    let after: string | null = null;
    do {
      const from: string = after === null ? "" : `, after: "${after}"`;
      const { accounts } = await inAcme(`accounts(first: 3${from}) { next items { id } }`);
      seen.push(...accounts.items.map(({ id }: { id: string }) => id));
      after = accounts.next;
    } while (after !== null);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    const { account } = await inAcme(`account(id: "${seen[0]}") { id people { userName } roles { role } }`);
    expect(account).toEqual({
      id: seen[0],
      people: [{ userName: "ada@example.com" }],
      roles: [{ role: "developer" }],
    });
    expect((await inAcme('account(id: "00000000-0000-7000-8000-000000000000") { id }')).account).toBeNull();
    expect((await inAcme(`accounts(first: 7) { next }`)).accounts.next).toBeNull();
  });

  it("cost as many queries for seven as for one", async () => {
    const fields = "{ items { id roles { role reasons { group requestId cause { type } } } } }";
    const sql = watchSql();
    const countFor = (first: number) => sql.count(() => inAcme(`accounts(first: ${first}) ${fields}`));
    const one = await countFor(1);
    expect(one).toBeGreaterThan(5);
    expect(await countFor(7)).toBe(one);
  });
});

describe("events", () => {
  it("come newest first, in pages, and of one thing only", async () => {
    const { events } = await inAcme("events(first: 4) { id at }");
    const { events: rest } = await inAcme(`events(first: 500, before: "${events[3].id}") { id }`);
    const { events: all } = await inAcme("events(first: 500) { id }");
    expect([...events, ...rest].map(({ id }: { id: string }) => id)).toEqual(
      all.map(({ id }: { id: string }) => id),
    );
    const { events: ofGroup } = await inAcme(`events(subject: "${group.id}") { type subjectId causeId }`);
    expect(ofGroup.map(({ type }: { type: string }) => type)).toEqual([
      "group.members-changed",
      "group.created",
    ]);
  });
});
