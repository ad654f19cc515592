/** What would change a role, the way back from a role to who brought it, and who has what by what. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { watchSql } from "../support/sql.ts";
import { codesOf, dataOf, everyRole, pushGroup, pushUser } from "./support.ts";

const server = await startServer();
const inAcme = async (fields: string, token?: string) =>
  dataOf(await server.graphql(`{ organization(slug: "acme") { ${fields} } }`, {}, token)).organization;

const title = "Chief of Secrets";
const ada = await pushUser(server, "ada@example.com");
const bob = await pushUser(server, "bob@example.com");
const eve = await pushUser(server, "eve@example.com");
await server.scim("PATCH", `/Users/${bob.id}`, {
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "replace", path: "title", value: title }],
});
const group = await pushGroup(server, "Engineering", [ada.id]);
const other = await pushGroup(server, "Platform", [eve.id]);

const publish = async (rules: ReadonlyArray<object>) => {
  const query = `mutation ($d: JSON!) { draftMapping(organization: "acme", document: $d) { version }
    publishMapping(organization: "acme", apply: true) { version } }`;
  dataOf(await server.graphql(query, { d: { rules } }));
  await expect
    .poll(async () => (await inAcme("pendingAccounts")).pendingAccounts, { timeout: 20_000 })
    .toBe(0);
};

const whatIf = async (name: string, token?: string) =>
  (
    await inAcme(
      `whatIf(name: "${name}@example.com", role: "developer") { gain { rule isProven changes { kind sentence } }
        loss { changes { kind sentence } rules byRules byReasons } }`,
      token,
    )
  ).whatIf;

const engineers = {
  id: "engineers-develop",
  when: { groupName: { equals: "Engineering", connection: "scim" } },
  grant: ["developer"],
};

describe("the way back from a role", () => {
  it("names the decision, the version it went by, the event and who brought it", async () => {
    const { explain } = await inAcme(
      `explain(name: "ada@example.com") { account { id roles { decisionId mappingVersion
         reasons { actorLabel cause { id actorKind actorId } } } } }`,
    );
    const [{ account }] = explain;
    const [{ decisionId, mappingVersion, reasons }] = account.roles;
    expect([mappingVersion, reasons[0].actorLabel, reasons[0].cause.actorKind]).toEqual([
      1,
      expect.stringMatching(/\S/),
      "scim-token",
    ]);
    const { connections, events } = await inAcme(
      `connections { tokens { id label } } events(subject: "${account.id}") { type data causeId }`,
    );
    const token = connections[0].tokens.find(({ id }: { id: string }) => id === reasons[0].cause.actorId);
    expect(reasons[0].actorLabel).toBe(token.label);
    const changed = events.find(({ type }: { type: string }) => type === "account.roles-changed");
    expect(changed).toMatchObject({ data: { decision: decisionId }, causeId: reasons[0].cause.id });
  });

  it("names no token to whoever may not read tokens", async () => {
    const service = (await everyRole(server)).get("service");
    const { accounts } = await inAcme("accounts { items { roles { reasons { actorLabel } } } }", service);
    const labels = accounts.items.flatMap(
      ({ roles }: { roles: ReadonlyArray<{ reasons: ReadonlyArray<{ actorLabel: string | null }> }> }) =>
        roles.flatMap(({ reasons }) => reasons.map(({ actorLabel }) => actorLabel)),
    );
    expect(labels.length).toBeGreaterThan(0);
    expect(new Set(labels)).toEqual(new Set([null]));
  });
});

describe("what would change a role", () => {
  it("is a group by its name, and doing it gives the role", async () => {
    expect(await whatIf("bob")).toEqual([
      {
        loss: null,
        gain: {
          rule: "engineers-develop",
          isProven: true,
          changes: [
            { kind: "join", sentence: 'would have to be a member of group "Engineering" (connection scim)' },
          ],
        },
      },
    ]);
    const patch = (op: object) =>
      server.scim("PATCH", `/Groups/${group.id}`, {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: [op],
      });
    await patch({ op: "add", path: "members", value: [{ value: bob.id }] });
    const [{ gain, loss }] = await whatIf("bob");
    expect(gain).toBeNull();
    expect(loss).toMatchObject({ rules: ["engineers-develop"], byRules: 1, byReasons: 1 });
    expect(loss.changes.map(({ kind }: { kind: string }) => kind)).toEqual(["leave", "deactivate"]);
    await patch({ op: "remove", path: `members[value eq "${bob.id}"]` });
    expect((await whatIf("bob"))[0].loss).toBeNull();
  });

  it("counts what stands in the way, and tells no value of the person", async () => {
    await publish([
      engineers,
      { id: "no-bosses", when: { attribute: { name: "title", present: true } }, deny: ["developer"] },
    ]);
    const answer = await whatIf("bob");
    expect(answer[0].gain.changes.map(({ sentence }: { sentence: string }) => sentence).toSorted()).toEqual([
      "attribute title would have to be absent (connection scim)",
      'would have to be a member of group "Engineering" (connection scim)',
    ]);
    expect(JSON.stringify(answer)).not.toContain(title);
  });

  it("is nobody's who is unknown, and of no role that nobody made", async () => {
    expect(await whatIf("nobody")).toEqual([]);
    const answer = await server.graphql(
      '{ organization(slug: "acme") { whatIf(name: "bob@example.com", role: "no") { gain { rule } } } }',
    );
    expect(codesOf(answer)).toEqual(["NotFound"]);
  });
});

describe("coverage", () => {
  it("of a rule is counts and the accounts page by page, each once", async () => {
    await publish([
      engineers,
      { id: "both", when: { any: [{ group: group.id }, { group: other.id }] }, grant: ["developer"] },
    ]);
    const { ruleCoverage } = await inAcme(
      'ruleCoverage(rule: "both", first: 1) { rule accounts roles { role scope accounts } page { next items { people { userName } } } }',
    );
    expect(ruleCoverage).toEqual({
      rule: "both",
      accounts: 2,
      roles: [{ role: "developer", scope: "", accounts: 2 }],
      page: { next: expect.any(String), items: [{ people: [{ userName: "ada@example.com" }] }] },
    });
    const { ruleCoverage: rest } = await inAcme(
      `ruleCoverage(rule: "both", after: "${ruleCoverage.page.next}") { page { next items { people { userName } } } }`,
    );
    expect(rest.page).toEqual({ next: null, items: [{ people: [{ userName: "eve@example.com" }] }] });
    const unknown = await server.graphql(
      '{ organization(slug: "acme") { ruleCoverage(rule: "nothing") { accounts } } }',
    );
    expect(codesOf(unknown)).toEqual(["NotFound"]);
  });

  it("of a group is the rules that look at it and the roles it gives", async () => {
    const lead = {
      name: "Engineering",
      connection: "scim",
      rules: ["engineers-develop", "both"],
      roles: [{ role: "developer", accounts: 1 }],
    };
    for (const wanted of ["ENGINEERING", group.id]) {
      const { groupLeads } = await inAcme(
        `groupLeads(group: "${wanted}") { name connection rules roles { role accounts } }`,
      );
      expect(groupLeads).toEqual([lead]);
    }
    const { groupLeads } = await inAcme('groupLeads(group: "Engineer") { id }');
    expect(groupLeads).toEqual([]);
  });

  it("of a role is who has it, in a scope or any", async () => {
    const names = async (args: string) =>
      (await inAcme(`roleHolders(${args}) { next items { people { userName } } }`)).roleHolders.items.map(
        ({ people }: { people: ReadonlyArray<{ userName: string }> }) => people[0]?.userName,
      );
    expect(await names('role: "developer"')).toEqual(["ada@example.com", "eve@example.com"]);
    expect(await names('role: "developer", scope: ""')).toHaveLength(2);
    expect(await names('role: "developer", scope: "north"')).toEqual([]);
    const { roleHolders } = await inAcme('roleHolders(role: "developer", first: 1) { next }');
    expect(await names(`role: "developer", after: "${roleHolders.next}"`)).toEqual(["eve@example.com"]);
  });

  it("costs as many queries for many accounts as for one", async () => {
    const sql = watchSql();
    const count = (first: number) =>
      sql.count(() =>
        inAcme(
          `ruleCoverage(rule: "both", first: ${first}) { page { items { id roles { role reasons { actorLabel } } } } }`,
        ),
      );
    const one = await count(1);
    expect(one).toBeGreaterThan(5);
    expect(await count(2)).toBe(one);
  });
});
