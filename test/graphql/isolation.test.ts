/** Operators bound to one organization: they see it and nothing else, and can make nobody who sees more. */
import { describe, expect, it } from "vitest";
import { makeOutside, smallDirectory } from "../support/directory.ts";
import { startServer } from "../support/server.ts";
import { codesOf, dataOf, operator } from "./support.ts";

const { outside, connectors } = makeOutside("theirs");
const server = await startServer({}, undefined, { connectors });
await server.graphql('mutation { createOrganization(slug: "globex") { id } }');
await server.graphql('mutation { addConnection(organization: "globex", kind: SCIM, slug: "scim") { id } }');

outside.directory = smallDirectory();
const settings = Object.entries({
  baseUrl: "https://keycloak.globex.test",
  realm: "globex",
  clientId: "rolebridge",
  clientSecret: "theirs",
})
  .map(([name, value]) => `{ name: "${name}", value: "${value}" }`)
  .join(", ");
await server.graphql(
  `mutation { addConnection(organization: "globex", kind: KEYCLOAK, slug: "kc", every: null, settings: [${settings}]) { id } }`,
);

const bound = await operator(server, "owner", "acme");
const other = await operator(server, "owner", "globex");
const everywhere = await operator(server, "owner");

const as = (token: string) => ({
  ask: (document: string, variables: object = {}) => server.graphql(document, variables, token),
});

const fieldsOfOrganization = [
  "id",
  "connections { id settings sync { detail } tokens { id } clients { id } }",
  "connections { push { roles { group } troubles { accountId } } }",
  'pushPlan(connection: "scim") { changes { accountId } }',
  'writtenFacts(connection: "scim") { id }',
  "runs { id }",
  'run(id: "00000000-0000-7000-8000-000000000000") { id }',
  "roles { key }",
  "ladders { name }",
  "invitations(ended: true) { items { id } }",
  "grants(ended: true) { items { id } }",
  "exclusions(ended: true) { items { id } }",
  "scopes { items { key } }",
  "catalogueVersions { version }",
  'whoCan(permission: "all") { items { account { id } } }',
  "scimSchemas { id }",
  "scim { enabled }",
  "domains { name }",
  "mapping { version }",
  "plans { id results { open } }",
  'planItems(plan: "00000000-0000-7000-8000-000000000000") { next }',
  'plan(id: "00000000-0000-7000-8000-000000000000") { id }',
  "mapping { version findings { sentence } }",
  "mappingLint(document: { rules: [] }) { findings { sentence } }",
  'groupLeads(group: "no") { id }',
  "mappingVersions { items { version } }",
  "accounts { items { id } }",
  'account(id: "00000000-0000-7000-8000-000000000000") { id }',
  'explain(name: "ada@example.com") { account { id } }',
  'account(id: "00000000-0000-7000-8000-000000000000") { history { id } rolesAt(moment: "2026-01-01T00:00:00Z") { active } }',
  'replay(from: "2026-01-01T00:00:00Z", version: 1) { total }',
  "applications { slug }",
  "logins { id }",
  'login(id: "00000000-0000-7000-8000-000000000000") { id }',
  'loginSettings(connection: "scim") { lapseDays }',
  "exceptions { id advice }",
  'exception(id: "00000000-0000-7000-8000-000000000000") { id }',
  "events { id }",
  "pendingAccounts",
];

const mutations = (slug: string) => [
  `addConnection(organization: "${slug}", kind: SCIM, slug: "mine") { id }`,
  `addConnection(organization: "${slug}", kind: KEYCLOAK, slug: "kc", unchecked: true, settings: [${settings}]) { id }`,
  `updateConnectionSettings(organization: "${slug}", connection: "kc", settings: [${settings}]) { id }`,
  `testConnection(organization: "${slug}", connection: "kc") { version }`,
  `diagnoseConnection(organization: "${slug}", connection: "kc") { version }`,
  `tracePerson(organization: "${slug}", connection: "kc", user: "ada") { kept }`,
  `traceGroup(organization: "${slug}", connection: "kc", group: "Engineering") { kept }`,
  `setPush(organization: "${slug}", connection: "kc", mode: OBSERVE) { id }`,
  `retryPush(organization: "${slug}", connection: "kc")`,
  `releaseWrittenFact(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000")`,
  `setSchedule(organization: "${slug}", connection: "kc", every: null) { id }`,
  `setFollowing(organization: "${slug}", connection: "kc", every: null) { id }`,
  `startSync(organization: "${slug}", connection: "kc") { id }`,
  `setConnectionEnabled(organization: "${slug}", connection: "scim", enabled: false) { id }`,
  `setConnectionStrict(organization: "${slug}", connection: "scim", strict: true) { id }`,
  `setLifecycleAuthority(organization: "${slug}", connection: "scim", authority: false) { id }`,
  `declareSameDirectory(organization: "${slug}", connections: ["scim"]) { id }`,
  `setScimSchema(organization: "${slug}", document: { id: "urn:acme:x:User", attributes: [{ name: "a" }] }) { id }`,
  `removeScimSchema(organization: "${slug}", id: "urn:acme:x:User") { id }`,
  `markConnection(organization: "${slug}", connection: "scim") { id }`,
  `addDomain(organization: "${slug}", name: "mine.test") { name }`,
  `verifyDomain(organization: "${slug}", name: "mine.test") { outcome }`,
  `removeDomain(organization: "${slug}", name: "mine.test") { name }`,
  `setScim(organization: "${slug}", enabled: false) { id }`,
  `createScimToken(organization: "${slug}", connection: "scim", label: "mine") { id token }`,
  `createTestToken(organization: "${slug}", connection: "scim") { id token }`,
  `startRecording(organization: "${slug}", connection: "scim") { id }`,
  `takeRecording(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000")`,
  `revokeScimToken(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000") { id }`,
  `createScimClient(organization: "${slug}", connection: "scim", label: "mine") { id clientSecret }`,
  `rotateScimClientSecret(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000") { id clientSecret }`,
  `revokeScimClient(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000") { id }`,
  `createApplication(organization: "${slug}", slug: "mine", returnAddresses: ["https://mine.test/"]) { secret }`,
  `setReturnAddresses(organization: "${slug}", slug: "mine", returnAddresses: ["https://mine.test/x"]) { slug }`,
  `rotateApplicationSecret(organization: "${slug}", slug: "mine") { secret }`,
  `deleteApplication(organization: "${slug}", slug: "mine")`,
  `testLogin(organization: "${slug}", connection: "scim") { url }`,
  `setLoginSettings(organization: "${slug}", connection: "scim", lapseDays: 3) { lapseDays }`,
  `createRole(organization: "${slug}", key: "mine") { key }`,
  `setRole(organization: "${slug}", key: "mine", name: "x") { key }`,
  `addScope(organization: "${slug}", key: "mine") { key }`,
  `removeScope(organization: "${slug}", key: "mine") { key }`,
  `setLadder(organization: "${slug}", name: "mine", roles: ["mine", "developer"]) { name }`,
  `removeLadder(organization: "${slug}", name: "mine") { name }`,
  ...["grantRole", "revokeRole", "excludeRole", "includeRole"].map(
    (name) =>
      `${name}(organization: "${slug}", role: "mine", account: "ada@acme.test", reason: "x") { changed }`,
  ),
  `invite(organization: "${slug}", role: "mine", email: "mine@acme.test", reason: "x") { changed }`,
  `uninvite(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000") { changed }`,
  `suspendAccount(organization: "${slug}", account: "ada@acme.test", reason: "x") { changed }`,
  `resumeAccount(organization: "${slug}", account: "ada@acme.test", reason: "x") { changed }`,
  `mergeAccounts(organization: "${slug}", account: "ada@acme.test", other: "b", apply: true) { done }`,
  `splitAccount(organization: "${slug}", account: "ada@acme.test", user: "b") { accountId }`,
  `eraseAccount(organization: "${slug}", account: "ada@acme.test", reason: "x") { values }`,
  `draftMapping(organization: "${slug}", document: { rules: [] }) { version }`,
  `publishMapping(organization: "${slug}") { version }`,
  `previewMapping(organization: "${slug}") { id }`,
  `previewPending(organization: "${slug}") { id }`,
  `previewConnection(organization: "${slug}", connection: "scim") { id }`,
  `applyPlan(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000", hash: "no") { id }`,
  `rejectPlan(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000") { id }`,
  `undoPlan(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000") { id }`,
  `rollbackMapping(organization: "${slug}", version: 1) { version }`,
  `retryException(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000")`,
  `retryExceptions(organization: "${slug}")`,
  `resolveException(organization: "${slug}", id: "00000000-0000-7000-8000-000000000000")`,
  `createOperator(name: "mine", role: SERVICE, organization: "${slug}") { id }`,
];

const state = async () =>
  dataOf(
    await server.graphql(
      '{ organization(slug: "globex") { scim { enabled } domains { name } connections { slug enabled forEnvironment settings lifecycleAuthority tokens { id } clients { id } sync { everySeconds } } roles { key } mapping(state: DRAFT) { version } events(first: 5) { id } runs { id } } operators { id } }',
    ),
  );

describe("an owner of one organization", () => {
  it("sees that one, and themselves bound to it", async () => {
    const { me, organizations, operators } = dataOf(
      await as(bound.token).ask(
        "{ me { id organization } organizations { slug } operators { id organization } }",
      ),
    );
    expect(me).toEqual({ id: bound.id, organization: "acme" });
    expect(organizations).toEqual([{ slug: "acme" }]);
    expect(operators).toEqual([{ id: bound.id, organization: "acme" }]);
  });

  it.each(fieldsOfOrganization)("sees no %s of another", async (field) => {
    const ask = (slug: string) => as(bound.token).ask(`{ organization(slug: "${slug}") { ${field} } }`);
    expect(dataOf(await ask("acme")).organization).not.toBeNull();
    expect(dataOf(await ask("globex"))).toEqual({ organization: null });
    expect((await ask("globex")).body).toEqual((await ask("nowhere")).body);
  });

  it.each(mutations("globex"))("changes nothing of another: %s", async (mutation) => {
    const before = await state();
    const answer = await as(bound.token).ask(`mutation { ${mutation} }`);
    expect(codesOf(answer)).toEqual(["NotFound"]);
    const unknown = await as(bound.token).ask(`mutation { ${mutation.replaceAll("globex", "nowhere")} }`);
    expect(
      JSON.stringify(answer.body)
        .replaceAll("globex", "nowhere")
        .replace(/"column":\d+/, ""),
    ).toBe(JSON.stringify(unknown.body).replace(/"column":\d+/, ""));
    expect(await state()).toEqual(before);
  });

  it("makes no organizations", async () => {
    const answer = await as(bound.token).ask('mutation { createOrganization(slug: "mine") { id } }');
    expect(codesOf(answer)).toEqual(["Forbidden"]);
    expect(dataOf(await server.graphql('{ organization(slug: "mine") { id } }')).organization).toBeNull();
  });

  it("makes operators of their own organization only", async () => {
    const create =
      'mutation ($o: String) { createOperator(name: "helper", role: OWNER, organization: $o) { id token } }';
    expect(codesOf(await as(bound.token).ask(create, { o: null }))).toEqual(["Forbidden"]);
    expect(codesOf(await as(bound.token).ask(create, { o: "globex" }))).toEqual(["NotFound"]);
    const made = dataOf(await as(bound.token).ask(create, { o: "acme" })).createOperator;
    const { me } = dataOf(await as(made.token).ask("{ me { organization role } }"));
    expect(me).toEqual({ organization: "acme", role: "OWNER" });
    const { organization } = dataOf(
      await as(bound.token).ask(
        `{ organization(slug: "acme") { events(subject: "${made.id}") { type actorId data } } }`,
      ),
    );
    expect(organization.events).toEqual([
      { type: "operator.created", actorId: bound.id, data: { role: "owner" } },
    ]);
  });

  it.each([
    ["of another organization", () => other.id],
    ["of every organization", () => everywhere.id],
    ["nobody knows", () => "00000000-0000-7000-8000-000000000000"],
    ["that is no id", () => "x"],
  ])("ends no operator %s", async (_, id) => {
    const answer = await as(bound.token).ask(`mutation { disableOperator(id: "${id()}") { id } }`);
    expect(codesOf(answer)).toEqual(["NotFound"]);
  });
});

describe("a run of another organization", () => {
  const runs = async () =>
    dataOf(await server.graphql('{ organization(slug: "globex") { runs { id state } } }')).organization.runs;

  it("is not there, by its true id", async () => {
    await expect.poll(async () => (await runs())[0]?.state, { timeout: 20_000 }).toBe("DONE");
    const [{ id }] = await runs();
    const { organization } = dataOf(
      await as(bound.token).ask(`{ organization(slug: "acme") { run(id: "${id}") { id } runs { id } } }`),
    );
    expect(organization).toEqual({ run: null, runs: [] });
    const other = '{ organization(slug: "acme") { runs(connection: "kc") { id } } }';
    expect(codesOf(await as(bound.token).ask(other))).toEqual(["NotFound"]);
  });

  it("and its system are not reached by commands of somebody else", async () => {
    await expect.poll(async () => (await runs())[0]?.state, { timeout: 20_000 }).toBe("DONE");
    outside.asked.length = 0;
    for (const mutation of mutations("globex")) await as(bound.token).ask(`mutation { ${mutation} }`);
    expect(outside.asked).toEqual([]);
    expect(await runs()).toHaveLength(1);
  });
});

describe("nobody", () => {
  it("disables themselves", async () => {
    for (const { id, token } of [bound, everywhere]) {
      const answer = await as(token).ask(`mutation { disableOperator(id: "${id}") { id } }`);
      expect(codesOf(answer)).toEqual(["Forbidden"]);
    }
  });

  it("but an owner makes operators, of whatever role", async () => {
    for (const role of ["administrator", "reviewer", "auditor", "service"] as const) {
      const { token } = await operator(server, role);
      for (const wanted of ["OWNER", "SERVICE"]) {
        const answer = await as(token).ask(`mutation { createOperator(name: "x", role: ${wanted}) { id } }`);
        expect(codesOf(answer)).toEqual(["Forbidden"]);
      }
    }
  });
});

describe("disabling an operator", () => {
  it("can be said twice, and leaves one event", async () => {
    const { id } = await operator(server, "auditor", "acme");
    const disable = () => server.graphql(`mutation { disableOperator(id: "${id}") { id disabledAt } }`);
    const first = dataOf(await disable()).disableOperator;
    expect(first).toEqual({ id, disabledAt: expect.any(String) });
    expect(dataOf(await disable()).disableOperator).toEqual(first);
    const { organization } = dataOf(
      await server.graphql(`{ organization(slug: "acme") { events(subject: "${id}") { type } } }`),
    );
    expect(organization.events).toEqual([{ type: "operator.disabled" }, { type: "operator.created" }]);
  });

  it("names no operator twice", async () => {
    const create = 'mutation { createOperator(name: "twin", role: SERVICE) { id } }';
    dataOf(await server.graphql(create));
    expect(codesOf(await server.graphql(create))).toEqual(["NotUnique"]);
  });
});
