/** Operators and clients at the same time, on a real PostgreSQL, where transactions really overlap. */
import { Effect } from "effect";
import { beforeAll, describe, expect, it } from "vitest";
import type { OperatorId } from "../../src/domain/index.ts";
import { findOrganization, listOperators, newId } from "../../src/store/index.ts";
import {
  addOrganization,
  type Caller,
  changeLoginSettings,
  inOrganization,
  issueScimToken,
  viewConnections,
} from "../../src/tenancy/index.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../support/engines.ts";
import { startServer } from "../support/server.ts";

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";

const server = hasPostgres ? await startServer({}, (await newDatabase(10)).location) : undefined;

describe.skipIf(server === undefined)(`at the same time, on PostgreSQL ${postgresMissing}`, () => {
  if (server === undefined) return;
  let caller: Caller;
  beforeAll(async () => {
    const operators = await server.run(listOperators());
    const id = operators[0]?.id ?? newId<OperatorId>();
    caller = { id, name: "owner", role: "owner", organizationId: null, request: "test" };
  });

  it("six who make a token for one connection leave two live ones", async () => {
    const wanted = { connection: "scim", label: "race", expiresAt: null };
    const all = await server.run(
      Effect.forEach(Array.from({ length: 6 }), () => Effect.exit(issueScimToken(caller, "acme", wanted)), {
        concurrency: "unbounded",
      }),
    );
    expect(all.filter((exit) => exit._tag === "Success")).toHaveLength(1);
    const [connection] = await server.run(inOrganization(caller, "acme", "token:read", viewConnections));
    expect(connection?.slug).toBe("scim");
  });

  it("two who change different login settings of one connection both have their change", async () => {
    await server.graphql(
      `mutation($settings: [SettingInput!]!) {
        addConnection(organization: "acme", kind: OIDC, slug: "sso", settings: $settings, unchecked: true) { slug } }`,
      {
        settings: Object.entries({
          issuer: "https://login.acme.test/realms/acme",
          clientId: "rolebridge",
          clientSecret: "secret",
        }).map(([name, value]) => ({ name, value })),
      },
    );
    const change = (change: Parameters<typeof changeLoginSettings>[3]) =>
      changeLoginSettings(caller, "acme", "sso", change);
    for (let days = 1; days <= 10; days++) {
      const provisioning = days % 2 === 0 ? "update" : "never";
      await server.run(
        Effect.all([change({ lapseDays: days }), change({ provisioning })], { concurrency: "unbounded" }),
      );
      expect(await server.run(change({}))).toMatchObject({ lapseDays: days, provisioning });
    }
  });

  it("six who make the first organizations of one project all succeed", async () => {
    const slugs = Array.from({ length: 6 }, (_, at) => `race-${at}`);
    await server.run(
      Effect.forEach(
        slugs,
        (slug) => addOrganization(caller, { slug, name: null, project: "fresh", environment: "live" }),
        { concurrency: "unbounded" },
      ),
    );
    const found = await server.run(Effect.forEach(slugs, findOrganization));
    expect(found.filter((row) => row?.isDefault)).toHaveLength(1);
    expect(new Set(found.map((row) => row?.environmentSlug))).toEqual(new Set(["live"]));
  });

  it("a connection disabled while its people arrive leaves none of them a role", async () => {
    const push = async (at: number) => {
      const user = await server.scim("POST", "/Users", { schemas: [userUrn], userName: `late-${at}` });
      if (user.status !== 201) return;
      const members = [{ value: user.body.id }];
      await server.scim("POST", "/Groups", { schemas: [groupUrn], displayName: "Engineering", members });
    };
    const disable = () =>
      server.graphql(
        'mutation { setConnectionEnabled(organization: "acme", connection: "scim", enabled: false) { enabled } }',
      );
    const pushes = Array.from({ length: 30 }, (_, at) => push(at));
    await Promise.all([...pushes.slice(0, 15), disable(), ...pushes.slice(15)]);
    const { body } = await server.graphql(
      '{ organization(slug: "acme") { pendingAccounts accounts(first: 500) { items { roles { role } } } } }',
    );
    const { accounts } = body.data.organization;
    expect(accounts.items.flatMap((account: { roles: ReadonlyArray<unknown> }) => account.roles)).toEqual([]);
  });
});
