/** One organization with both sources: people pushed by SCIM as Okta does, and a real Keycloak that is read. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { missing, onRealm } from "../connectors/keycloak/support.ts";
import { startServer } from "../support/server.ts";

const { ready } = onRealm(10);
const keycloak = inject("keycloak");
const url = "missing" in keycloak ? "http://localhost" : keycloak.url;
const server = await startServer({ ROLEBRIDGE_ALLOWED_ORIGINS: url });
const urn = "urn:ietf:params:scim:schemas:core:2.0";

const ask = async (query: string, variables: object = {}) => {
  const { body } = await server.graphql(query, variables);
  expect(body.errors).toBeUndefined();
  return body.data;
};

const explain = async (name: string) => {
  const data = await ask(
    `query ($name: String!) { organization(slug: "acme") { explain(name: $name) { account {
      active people { connection } roles { role reasons { connection group cause { actorKind } } } } } } }`,
    { name },
  );
  return data.organization.explain.map((one: { account: unknown }) => one.account);
};

/** Each role with where it comes from. */
const rolesOf = async (name: string): Promise<ReadonlyArray<string>> => {
  const [account, ...others] = await explain(name);
  expect(others).toEqual([]);
  return account.roles.map(
    ({ role, reasons }: { role: string; reasons: ReadonlyArray<{ connection: string; group: string }> }) =>
      `${role}: ${reasons.map(({ connection, group }) => `${group} of ${connection}`).join(", ")}`,
  );
};

const addKeycloak = async (slug: string) => {
  const { clientSecret, ...rest } = ready().realm.settings("reader", url);
  const settings = Object.entries({ ...rest, clientSecret }).map(([name, value]) => ({
    name,
    value: String(value),
  }));
  await ask(
    `mutation ($slug: String!, $settings: [SettingInput!]!) {
      addConnection(organization: "acme", kind: KEYCLOAK, slug: $slug, every: null, settings: $settings, unchecked: true) { id } }`,
    { slug, settings },
  );
};

/** Reads and waits for the end. */
const read = async (slug: string) => {
  const { startSync } = await ask(
    `mutation ($slug: String!) { startSync(organization: "acme", connection: $slug) { id } }`,
    { slug },
  );
  for (let left = 600; left > 0; left -= 1) {
    const { organization } = await ask(
      `query ($id: ID!) { organization(slug: "acme") { run(id: $id) { state detail } } }`,
      { id: startSync.id },
    );
    if (organization.run.state === "DONE") return;
    if (organization.run.state === "FAILED") throw new Error(organization.run.detail);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The run did not end.");
};

const push = async (userName: string) => {
  const user = await server.scim("POST", "/Users", { schemas: [`${urn}:User`], userName });
  const members = [{ value: user.body.id }];
  const group = await server.scim("POST", "/Groups", {
    schemas: [`${urn}:Group`],
    displayName: "Staff",
    members,
  });
  expect([user.status, group.status]).toEqual([201, 201]);
  return user.body.id as string;
};

const setActive = (id: string, active: boolean) =>
  server.scim("PATCH", `/Users/${id}`, {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "replace", path: "active", value: active }],
  });

const enable = async (username: string, enabled: boolean) => {
  const { admin } = ready().realm;
  const [user] = await admin.users.find({ username, exact: true });
  await admin.users.update({ id: user?.id ?? "" }, { ...user, enabled });
};

describe.skipIf(missing)("Okta by SCIM and a Keycloak in one organization", () => {
  let pushed = "";
  beforeAll(async () => {
    await ask(`mutation { a: createRole(organization: "acme", key: "staff") { key }
      b: createRole(organization: "acme", key: "auditor") { key } }`);
    const rules = [
      { id: "staff", when: { groupName: { equals: "Staff", connection: "scim" } }, grant: ["staff"] },
      { id: "auditors", when: { groupName: { equals: "auditor", connection: "kc" } }, grant: ["auditor"] },
    ];
    await ask(
      `mutation ($document: JSON!) { draftMapping(organization: "acme", document: $document) { version } }`,
      {
        document: { rules },
      },
    );
    await ask(`mutation { publishMapping(organization: "acme", apply: true) { version } }`);
    pushed = await push("person00000");
    await addKeycloak("kc");
    await ask(
      `mutation { declareSameDirectory(organization: "acme", connections: ["scim", "kc"]) { slug } }`,
    );
    await read("kc");
  }, 120_000);

  it("declared the same directory: one account, roles from both, each with its reasons", async () => {
    expect(await rolesOf("person00000")).toEqual(["auditor: auditor of kc", "staff: Staff of scim"]);
    const [account] = await explain("person00000");
    const kinds = account.roles.map(
      (one: { reasons: [{ cause: { actorKind: string } }] }) => one.reasons[0].cause.actorKind,
    );
    expect(kinds).toEqual(["run", "scim-token"]);
  });

  it("whoever is disabled in Keycloak loses what came from there, and nothing else", async () => {
    await enable("person00000", false);
    await read("kc");
    expect(await rolesOf("person00000")).toEqual(["staff: Staff of scim"]);
    await enable("person00000", true);
    await read("kc");
    expect(await rolesOf("person00000")).toEqual(["auditor: auditor of kc", "staff: Staff of scim"]);
  });

  it("whoever SCIM deactivates has no roles at all, also after the next run, and all of them when they are back", async () => {
    await setActive(pushed, false);
    expect(await rolesOf("person00000")).toEqual([]);
    await read("kc");
    expect(await rolesOf("person00000")).toEqual([]);
    await setActive(pushed, true);
    expect(await rolesOf("person00000")).toEqual(["auditor: auditor of kc", "staff: Staff of scim"]);
  });

  it("not declared the same: an account for each, and an exception where the names match", async () => {
    await addKeycloak("other");
    await read("other");
    const accounts = await explain("person00000");
    expect(accounts).toHaveLength(2);
    const data = await ask(`{ organization(slug: "acme") { exceptions { kind connection } } }`);
    expect(data.organization.exceptions).toContainEqual({
      kind: "ambiguous-correlation",
      connection: "other",
    });
  });

  it("what is only in Keycloak has authority there: disabled is inactive", async () => {
    await enable("person00003", false);
    await read("kc");
    const accounts = await explain("person00003");
    expect(accounts.some(({ active }: { active: boolean }) => !active)).toBe(true);
  });
});
