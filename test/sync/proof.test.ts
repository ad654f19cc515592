/** Roles that follow from no fact are found, and what waits for good reasons is not taken for one of them. */
import { Effect } from "effect";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";
import type { OrganizationId } from "../../src/domain/index.ts";
import { findOrganization, Store, type TenantTx } from "../../src/store/index.ts";
import { rollOn } from "../../src/sync/index.ts";
import { startServer } from "../support/server.ts";

const server = await startServer();

const mutate = async (mutation: string) => (await server.graphql(`mutation { ${mutation} }`)).body;

const ask = async (query: string) =>
  (await server.graphql(`{ organization(slug: "acme") { ${query} } }`)).body.data.organization;

const verify = async () =>
  (
    await mutate(
      'verifyRoles(organization: "acme") { accounts waiting unexplained drifts { account missing unfounded otherReasons activity } }',
    )
  ).data.verifyRoles;

const put = (path: string, resource: object) =>
  server.scim("POST", `/${path}`, {
    schemas: [`urn:ietf:params:scim:schemas:core:2.0:${path.slice(0, -1)}`],
    ...resource,
  });

let organization: OrganizationId;

/** What nobody should be able to do: a change behind the product's back. */
const tamper = (statement: (tx: TenantTx) => { execute(db: TenantTx["db"]): Promise<unknown> }) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      yield* store.tenant(organization, (tx) => Effect.promise(() => statement(tx).execute(tx.db)));
    }),
  );

const roll = () => server.run(rollOn(organization));

const metric = async (name: string): Promise<number> => {
  const answer = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.quickStart.operatorToken}` },
  });
  const line = (await answer.text()).split("\n").find((text) => text.startsWith(name));
  return Number(line?.split(" ").at(-1) ?? 0);
};

const draft = (rules: string) =>
  mutate(`draftMapping(organization: "acme", document: { rules: [${rules}] }) { version }`);

beforeAll(async () => {
  const found = await server.run(findOrganization("acme"));
  if (found === undefined) throw new Error("The quick start made no organization.");
  organization = found.id;
  await mutate('createRole(organization: "acme", key: "developer") { key }');
  await draft('{ id: "all", when: { connection: "scim" }, grant: ["developer"] }');
  await mutate('publishMapping(organization: "acme", apply: true) { version }');
  for (const userName of ["ada", "grace", "edsger"]) await put("Users", { userName });
});

describe("the proof that roles follow from facts", () => {
  it("finds nothing where everything went by the rules, whatever waits for good reasons", async () => {
    expect(await verify()).toEqual({ accounts: 3, waiting: 0, unexplained: 0, drifts: [] });
    await draft("");
    await mutate('publishMapping(organization: "acme") { version }');
    expect(await verify()).toMatchObject({ accounts: 3, waiting: 3, unexplained: 0 });
    expect(await roll()).toBe(0);
    await draft('{ id: "all", when: { connection: "scim" }, grant: ["developer"] }');
    await mutate('publishMapping(organization: "acme") { version }');
    expect(await verify()).toMatchObject({ waiting: 0, unexplained: 0 });
  });

  it("finds a role that somebody took or gave behind its back, says so once, and counts it", async () => {
    const before = await metric("rolebridge_unexplained_differences_total");
    await tamper(
      (tx) => sql`delete from assignment where organization_id = ${tx.organization} and account_id in (
        select l.account_id from account_link l
        join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
        where l.organization_id = ${tx.organization} and u.user_name_key = 'ada')`,
    );
    expect(await verify()).toMatchObject({
      waiting: 0,
      unexplained: 1,
      drifts: [{ missing: ["developer"], unfounded: [], otherReasons: 0, activity: false }],
    });
    expect(await roll()).toBe(1);
    expect(await roll()).toBe(1);
    const { exceptions, proof } = await ask(
      "exceptions { kind detail } proof { accounts differences checkedAt roundAt }",
    );
    expect(exceptions).toEqual([
      { kind: "unexplained-roles", detail: expect.objectContaining({ missing: ["developer"] }) },
    ]);
    expect(proof).toMatchObject({ differences: 2, roundAt: expect.any(String) });
    expect((await metric("rolebridge_unexplained_differences_total")) - before).toBe(2);
  });

  it("finds an account that is active in spite of its sources", async () => {
    await tamper(
      (
        tx,
      ) => sql`update account set active = not active where organization_id = ${tx.organization} and id in (
        select l.account_id from account_link l
        join directory_user u on u.organization_id = l.organization_id and u.id = l.user_id
        where l.organization_id = ${tx.organization} and u.user_name_key = 'grace')`,
    );
    expect(await verify()).toMatchObject({
      unexplained: 2,
      drifts: expect.arrayContaining([expect.objectContaining({ activity: true })]),
    });
  });

  it("shows its figures to operators only", async () => {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
    const scim = { authorization: `Bearer ${server.quickStart.scimToken}` };
    expect((await fetch(`${server.url}/metrics`, { headers: scim })).status).toBe(401);
    expect(await metric("rolebridge_verified_accounts_total")).toBeGreaterThan(0);
  });
});
