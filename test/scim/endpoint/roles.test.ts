/** `/Roles`, read only, where an organization shows its roles; no such address where it does not. */
import { describe, expect, it } from "vitest";
import { dataOf } from "../../graphql/support.ts";
import { startServer } from "../../support/server.ts";
import { clientOf } from "./support.ts";

const server = await startServer();
const { send } = clientOf(server);
const run = async (document: string) => dataOf(await server.graphql(document));
const set = (on: boolean) => run(`mutation { setScim(organization: "acme", roles: ${on}) { id } }`);
const roleUrn = "urn:ietf:params:scim:schemas:core:2.0:Role";

// "developer" is the quick start's.
for (const [key, name] of [
  ["billing:admin", "Zebra"],
  ["auditor", "auditor"],
  ["reader", "Beta"],
  ["editor", "alpha"],
]) {
  await run(`mutation { createRole(organization: "acme", key: "${key}", name: "${name}") { key } }`);
}
await run('mutation { createOrganization(slug: "globex") { id } }');
await run('mutation { createRole(organization: "globex", key: "theirs") { key } }');
await set(true);

const idsOf = ({ body }: Awaited<ReturnType<typeof send>>): ReadonlyArray<string> =>
  body.Resources.map(({ id }: { id: string }) => id);
const everyone = ["auditor", "billing:admin", "developer", "editor", "reader"];

describe("/Roles", () => {
  it("lists the organization's own roles in the draft's form", async () => {
    const all = await send("GET", "/Roles");
    expect(all.body).toMatchObject({ totalResults: 5, startIndex: 1, itemsPerPage: 5 });
    expect(idsOf(all)).toEqual(everyone);
    expect(all.body.Resources[1]).toEqual({
      schemas: [roleUrn],
      id: "billing:admin",
      value: "billing:admin",
      display: "Zebra",
      supported: true,
      meta: { resourceType: "Role", location: `${server.url}/scim/v2/Roles/billing:admin` },
    });
  });

  it("gives pages of the size asked for", async () => {
    expect((await send("GET", "/Roles?count=1")).body).toMatchObject({ totalResults: 5, itemsPerPage: 1 });
    expect(idsOf(await send("GET", "/Roles?startIndex=4&count=5"))).toEqual(["editor", "reader"]);
    expect((await send("GET", "/Roles?count=0")).body).toMatchObject({ totalResults: 5, Resources: [] });
    expect((await send("GET", "/Roles?startIndex=9")).body).toMatchObject({
      totalResults: 5,
      itemsPerPage: 0,
    });
  });

  it.each(["", "&sortBy=display", "&sortBy=display&sortOrder=descending"])(
    "gives everyone once, cursor after cursor%s",
    async (order) => {
      const seen: Array<string> = [];
      let cursor: string | undefined = "";
      while (cursor !== undefined) {
        const page = await send("GET", `/Roles?count=2${order}&cursor=${encodeURIComponent(cursor)}`);
        seen.push(...idsOf(page));
        cursor = page.body.nextCursor;
      }
      expect(seen).toEqual(idsOf(await send("GET", `/Roles?${order}`)));
      expect(seen.toSorted()).toEqual(everyone);
    },
  );

  it("sorts without regard to case", async () => {
    const sorted = ["editor", "auditor", "reader", "developer", "billing:admin"];
    expect(idsOf(await send("GET", "/Roles?sortBy=display"))).toEqual(sorted);
    expect(idsOf(await send("GET", "/Roles?sortBy=display&sortOrder=descending"))).toEqual(
      sorted.toReversed(),
    );
  });

  it.each([
    ['value eq "auditor"', ["auditor"]],
    ['value eq "AUDITOR"', []],
    ['display eq "ALPHA"', ["editor"]],
    ['value sw "bill" or display co "bet"', ["billing:admin", "reader"]],
    [`id eq "developer" and supported eq true`, ["developer"]],
    ["not (supported eq true)", []],
    [`${roleUrn}:value eq "reader"`, ["reader"]],
  ])("filters: %s", async (filter, ids) => {
    expect(idsOf(await send("GET", `/Roles?filter=${encodeURIComponent(filter)}`))).toEqual(ids);
    const search = { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], filter };
    expect(idsOf(await send("POST", "/Roles/.search", search))).toEqual(ids);
  });

  it.each(['userName eq "x"', "value eq", '__proto__ eq "x"'])("refuses the filter %s", async (filter) => {
    const answer = await send("GET", `/Roles?filter=${encodeURIComponent(filter)}`);
    expect(answer.body).toMatchObject({ status: "400", scimType: "invalidFilter" });
  });

  it("reads one by its id, with the attributes asked for", async () => {
    const one = await send("GET", "/Roles/billing:admin?attributes=display");
    expect(one.body).toEqual({ schemas: [roleUrn], id: "billing:admin", display: "Zebra" });
    expect((await send("GET", "/Roles/billing%3Aadmin")).status).toBe(200);
  });

  it.each(["theirs", "AUDITOR", "__proto__", "..%2fUsers", "%00"])("has no role %s", async (id) => {
    const answer = await send("GET", `/Roles/${id}`);
    expect(answer.status).toBe(404);
  });

  it.each([
    ["POST", "/Roles"],
    ["PUT", "/Roles/auditor"],
    ["PATCH", "/Roles/auditor"],
    ["DELETE", "/Roles/auditor"],
    ["DELETE", "/Roles"],
  ])("cannot be written: %s %s", async (method, path) => {
    const answer = await send(method, path, method === "DELETE" ? undefined : {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
  });

  it("is announced while it is shown, and gone when it is not", async () => {
    const names = async (path: string) => idsOf(await send("GET", path));
    expect(await names("/ResourceTypes")).toEqual(["User", "Group", "Role"]);
    expect(await names("/Schemas")).toContain(roleUrn);
    expect((await send("GET", "/ResourceTypes/Role")).body.endpoint).toBe("/Roles");
    await set(false);
    expect(await names("/ResourceTypes")).toEqual(["User", "Group"]);
    expect(await names("/Schemas")).not.toContain(roleUrn);
    for (const path of ["/Roles", "/Roles/auditor", "/ResourceTypes/Role", `/Schemas/${roleUrn}`]) {
      expect((await send("GET", path)).status).toBe(404);
    }
  });

  it("is nobody's without a credential", async () => {
    expect((await server.scim("GET", "/Roles", undefined, "")).status).toBe(401);
  });
});
