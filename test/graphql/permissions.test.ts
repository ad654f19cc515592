/** Every field of Query, Mutation and Organization, asked by every operator role, against the table of the domain. */
import { isObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { mayDo, type OperatorRole, operatorRoles, type Permission } from "../../src/domain/index.ts";
import { schema } from "../../src/graphql/schema.ts";
import { startServer } from "../support/server.ts";
import { codesOf, everyRole } from "./support.ts";

/** The contract, written a second time on purpose: field, what it needs, how to ask. */
const root: Readonly<Record<string, readonly [Permission | "any", string]>> = {
  "Query.me": ["any", "{ me { id } }"],
  "Query.organizations": ["organization:read", "{ organizations { id } }"],
  "Query.organization": ["organization:read", '{ organization(slug: "acme") { id } }'],
  "Query.connectors": ["connection:read", "{ connectors { kind fields { name } } }"],
  "Query.operators": ["operator:read", "{ operators { id } }"],
  "Query.systemEvents": ["event:read", "{ systemEvents { id } }"],
  "Mutation.createOrganization": [
    "organization:write",
    'mutation { createOrganization(slug: "Users") { id } }',
  ],
  "Mutation.addConnection": [
    "connection:write",
    'mutation { addConnection(organization: "acme", kind: SAML, slug: "x") { id } }',
  ],
  "Mutation.updateConnectionSettings": [
    "connection:write",
    'mutation { updateConnectionSettings(organization: "acme", connection: "no") { id } }',
  ],
  "Mutation.approveMetadata": [
    "connection:write",
    'mutation { approveMetadata(organization: "acme", connection: "no", difference: "no") { id } }',
  ],
  "Mutation.testConnection": [
    "connection:write",
    'mutation { testConnection(organization: "acme", connection: "no") { version } }',
  ],
  "Mutation.diagnoseConnection": [
    "connection:write",
    'mutation { diagnoseConnection(organization: "acme", connection: "no") { version } }',
  ],
  "Mutation.tracePerson": [
    "sync:write",
    'mutation { tracePerson(organization: "acme", connection: "no", user: "no") { kept } }',
  ],
  "Mutation.traceGroup": [
    "sync:write",
    'mutation { traceGroup(organization: "acme", connection: "no", group: "no") { kept } }',
  ],
  "Mutation.setPush": [
    "push:write",
    'mutation { setPush(organization: "acme", connection: "no", mode: OFF) { id } }',
  ],
  "Mutation.retryPush": ["push:write", 'mutation { retryPush(organization: "acme", connection: "no") }'],
  "Mutation.releaseWrittenFact": [
    "push:write",
    'mutation { releaseWrittenFact(organization: "acme", id: "no") }',
  ],
  "Mutation.setSchedule": [
    "connection:write",
    'mutation { setSchedule(organization: "acme", connection: "no", every: null) { id } }',
  ],
  "Mutation.setFollowing": [
    "connection:write",
    'mutation { setFollowing(organization: "acme", connection: "no", every: null) { id } }',
  ],
  "Mutation.startSync": [
    "sync:write",
    'mutation { startSync(organization: "acme", connection: "no") { id } }',
  ],
  "Mutation.setConnectionEnabled": [
    "connection:write",
    'mutation { setConnectionEnabled(organization: "acme", connection: "no", enabled: true) { id } }',
  ],
  "Mutation.setConnectionStrict": [
    "connection:write",
    'mutation { setConnectionStrict(organization: "acme", connection: "no", strict: true) { id } }',
  ],
  "Mutation.setLifecycleAuthority": [
    "connection:write",
    'mutation { setLifecycleAuthority(organization: "acme", connection: "no", authority: null) { id } }',
  ],
  "Mutation.declareSameDirectory": [
    "connection:write",
    'mutation { declareSameDirectory(organization: "acme", connections: []) { id } }',
  ],
  "Mutation.markConnection": [
    "connection:write",
    'mutation { markConnection(organization: "acme", connection: "no") { id } }',
  ],
  "Mutation.addDomain": [
    "connection:write",
    'mutation { addDomain(organization: "acme", name: "test") { name } }',
  ],
  "Mutation.verifyDomain": [
    "connection:write",
    'mutation { verifyDomain(organization: "acme", name: "no.test") { outcome } }',
  ],
  "Mutation.removeDomain": [
    "connection:write",
    'mutation { removeDomain(organization: "acme", name: "no.test") { name } }',
  ],
  "Mutation.setScim": ["organization:write", 'mutation { setScim(organization: "acme") { id } }'],
  "Query.environmentTokens": ["token:read", "{ environmentTokens { id } }"],
  "Mutation.createEnvironmentToken": [
    "token:write",
    'mutation { createEnvironmentToken(project: "no", environment: "no", label: "x") { id } }',
  ],
  "Mutation.revokeEnvironmentToken": ["token:write", 'mutation { revokeEnvironmentToken(id: "no") { id } }'],
  "Mutation.createScimToken": [
    "token:write",
    'mutation { createScimToken(organization: "acme", connection: "no", label: "x") { id } }',
  ],
  "Mutation.createTestToken": [
    "token:write",
    'mutation { createTestToken(organization: "acme", connection: "no") { id } }',
  ],
  "Mutation.startRecording": [
    "connection:write",
    'mutation { startRecording(organization: "acme", connection: "no") { id } }',
  ],
  "Mutation.takeRecording": [
    "connection:write",
    'mutation { takeRecording(organization: "acme", id: "no") }',
  ],
  "Mutation.createApplication": [
    "login:write",
    'mutation { createApplication(organization: "acme", slug: "no", returnAddresses: []) { slug } }',
  ],
  "Mutation.setReturnAddresses": [
    "login:write",
    'mutation { setReturnAddresses(organization: "acme", slug: "no", returnAddresses: []) { slug } }',
  ],
  "Mutation.rotateApplicationSecret": [
    "login:write",
    'mutation { rotateApplicationSecret(organization: "acme", slug: "no") { slug } }',
  ],
  "Mutation.deleteApplication": [
    "login:write",
    'mutation { deleteApplication(organization: "acme", slug: "no") }',
  ],
  "Mutation.changeLoginKeys": [
    "login:write",
    'mutation { changeLoginKeys(organization: "acme", connection: "no", step: NEXT) { state } }',
  ],
  "Mutation.testLogin": [
    "login:write",
    'mutation { testLogin(organization: "acme", connection: "no") { url } }',
  ],
  "Mutation.setLoginSettings": [
    "login:write",
    'mutation { setLoginSettings(organization: "acme", connection: "no") { lapseDays } }',
  ],
  "Mutation.revokeScimToken": [
    "token:write",
    'mutation { revokeScimToken(organization: "acme", id: "no") { id } }',
  ],
  "Mutation.createScimClient": [
    "token:write",
    'mutation { createScimClient(organization: "acme", connection: "no", label: "x") { id } }',
  ],
  "Mutation.rotateScimClientSecret": [
    "token:write",
    'mutation { rotateScimClientSecret(organization: "acme", id: "no") { id } }',
  ],
  "Mutation.revokeScimClient": [
    "token:write",
    'mutation { revokeScimClient(organization: "acme", id: "no") { id } }',
  ],
  "Mutation.setScimSchema": [
    "connection:write",
    'mutation { setScimSchema(organization: "acme", document: {}) { id } }',
  ],
  "Mutation.removeScimSchema": [
    "connection:write",
    'mutation { removeScimSchema(organization: "acme", id: "no") { id } }',
  ],
  "Mutation.createRole": ["role:write", 'mutation { createRole(organization: "acme", key: "A") { key } }'],
  "Mutation.setRole": ["role:write", 'mutation { setRole(organization: "acme", key: "no") { key } }'],
  "Mutation.deleteRole": ["role:write", 'mutation { deleteRole(organization: "acme", key: "no") { key } }'],
  "Mutation.setLadder": [
    "role:write",
    'mutation { setLadder(organization: "acme", name: "no", roles: []) { name } }',
  ],
  "Mutation.removeLadder": [
    "role:write",
    'mutation { removeLadder(organization: "acme", name: "no") { name } }',
  ],
  "Mutation.addScope": ["role:write", 'mutation { addScope(organization: "acme", key: "") { key } }'],
  "Mutation.removeScope": ["role:write", 'mutation { removeScope(organization: "acme", key: "no") { key } }'],
  "Mutation.grantRole": [
    "grant:write",
    'mutation { grantRole(organization: "acme", role: "no", account: "no", reason: "x") { changed } }',
  ],
  "Mutation.revokeRole": [
    "grant:write",
    'mutation { revokeRole(organization: "acme", role: "no", account: "no", reason: "x") { changed } }',
  ],
  "Mutation.excludeRole": [
    "grant:write",
    'mutation { excludeRole(organization: "acme", role: "no", account: "no", reason: "x") { changed } }',
  ],
  "Mutation.includeRole": [
    "grant:write",
    'mutation { includeRole(organization: "acme", role: "no", account: "no", reason: "x") { changed } }',
  ],
  "Mutation.invite": [
    "grant:write",
    'mutation { invite(organization: "acme", role: "no", email: "no", reason: "x") { changed } }',
  ],
  "Mutation.uninvite": ["grant:write", 'mutation { uninvite(organization: "acme", id: "no") { changed } }'],
  "Mutation.suspendAccount": [
    "account:write",
    'mutation { suspendAccount(organization: "acme", account: "no", reason: "x") { changed } }',
  ],
  "Mutation.resumeAccount": [
    "account:write",
    'mutation { resumeAccount(organization: "acme", account: "no", reason: "x") { changed } }',
  ],
  "Mutation.mergeAccounts": [
    "account:write",
    'mutation { mergeAccounts(organization: "acme", account: "no", other: "no") { done } }',
  ],
  "Mutation.splitAccount": [
    "account:write",
    'mutation { splitAccount(organization: "acme", account: "no", user: "no") { accountId } }',
  ],
  "Mutation.eraseAccount": [
    "account:write",
    'mutation { eraseAccount(organization: "acme", account: "no", reason: "x") { accountId } }',
  ],
  "Mutation.draftMapping": [
    "mapping:write",
    'mutation { draftMapping(organization: "acme", document: {}) { version } }',
  ],
  "Mutation.rollbackMapping": [
    "mapping:write",
    'mutation { rollbackMapping(organization: "acme", version: 999) { version } }',
  ],
  "Mutation.publishMapping": [
    "mapping:publish",
    'mutation { publishMapping(organization: "acme") { version } }',
  ],
  "Mutation.verifyRoles": ["event:read", 'mutation { verifyRoles(organization: "acme") { accounts } }'],
  "Mutation.setGuard": [
    "mapping:publish",
    'mutation { setGuard(organization: "acme", percent: -1) { set } }',
  ],
  "Mutation.approveHeldPlan": [
    "plan:approve",
    'mutation { approveHeldPlan(organization: "acme", id: "no") }',
  ],
  "Mutation.previewMapping": ["mapping:write", 'mutation { previewMapping(organization: "acme") { id } }'],
  "Mutation.previewPending": ["mapping:write", 'mutation { previewPending(organization: "acme") { id } }'],
  "Mutation.previewConnection": [
    "mapping:write",
    'mutation { previewConnection(organization: "acme", connection: "no") { id } }',
  ],
  "Mutation.applyPlan": [
    "mapping:publish",
    'mutation { applyPlan(organization: "acme", id: "no", hash: "no") { id } }',
  ],
  "Mutation.rejectPlan": [
    "mapping:publish",
    'mutation { rejectPlan(organization: "acme", id: "no") { id } }',
  ],
  "Mutation.undoPlan": ["mapping:publish", 'mutation { undoPlan(organization: "acme", id: "no") { id } }'],
  "Mutation.retryException": [
    "exception:write",
    'mutation { retryException(organization: "acme", id: "no") }',
  ],
  "Mutation.retryExceptions": ["exception:write", 'mutation { retryExceptions(organization: "acme") }'],
  "Mutation.resolveException": [
    "exception:write",
    'mutation { resolveException(organization: "acme", id: "no") }',
  ],
  "Mutation.createOperator": ["operator:write", 'mutation { createOperator(name: "", role: OWNER) { id } }'],
  "Mutation.disableOperator": ["operator:write", 'mutation { disableOperator(id: "no") { id } }'],
};

const within: Readonly<Record<string, readonly [Permission, string]>> = {
  id: ["organization:read", "id"],
  slug: ["organization:read", "slug"],
  name: ["organization:read", "name"],
  project: ["organization:read", "project"],
  environment: ["organization:read", "environment"],
  isDefault: ["organization:read", "isDefault"],
  connections: ["connection:read", "connections { id }"],
  metadataDifference: ["connection:write", 'metadataDifference(connection: "no") { hash }'],
  pushPlan: ["push:read", 'pushPlan(connection: "no") { looked }'],
  writtenFacts: ["push:read", 'writtenFacts(connection: "no") { id }'],
  applications: ["login:read", "applications { slug }"],
  logins: ["login:read", "logins { id }"],
  login: ["login:read", 'login(id: "no") { id }'],
  loginKeys: ["login:read", 'loginKeys(connection: "no") { state }'],
  loginSettings: ["login:read", 'loginSettings(connection: "no") { lapseDays }'],
  runs: ["sync:read", "runs { id }"],
  run: ["sync:read", 'run(id: "no") { id }'],
  domains: ["connection:read", "domains { name }"],
  scim: ["connection:read", "scim { enabled }"],
  roles: ["role:read", "roles { key }"],
  ladders: ["role:read", "ladders { name }"],
  scopes: ["role:read", "scopes { next }"],
  catalogueVersions: ["role:read", "catalogueVersions { version }"],
  whoCan: ["account:read", 'whoCan(permission: "no") { next }'],
  grants: ["grant:read", "grants { next }"],
  exclusions: ["grant:read", "exclusions { next }"],
  invitations: ["grant:read", "invitations { next }"],
  recordings: ["connection:read", "recordings { id }"],
  scimSchemas: ["connection:read", "scimSchemas { id }"],
  mapping: ["mapping:read", "mapping { version }"],
  guards: ["mapping:read", "guards { set }"],
  proof: ["event:read", "proof { accounts }"],
  plans: ["mapping:read", "plans { id }"],
  plan: ["mapping:read", 'plan(id: "no") { id }'],
  planItems: ["mapping:read", 'planItems(plan: "no") { next }'],
  whatIf: ["mapping:read", 'whatIf(name: "nobody", role: "developer") { account { id } }'],
  ruleCoverage: ["account:read", 'ruleCoverage(rule: "no") { accounts }'],
  roleHolders: ["account:read", 'roleHolders(role: "developer") { next }'],
  groupLeads: ["account:read", 'groupLeads(group: "no") { id }'],
  mappingLint: ["mapping:read", "mappingLint { version }"],
  mappingVersions: ["mapping:read", "mappingVersions { next }"],
  mappingDifference: ["mapping:read", "mappingDifference(from: 1, to: 1) { added }"],
  replay: ["mapping:read", 'replay(from: "2026-01-01T00:00:00Z") { version }'],
  accounts: ["account:read", "accounts { next }"],
  groups: ["account:read", "groups { next }"],
  account: ["account:read", 'account(id: "no") { id }'],
  explain: ["account:read", 'explain(name: "nobody") { account { id } }'],
  exception: ["exception:read", 'exception(id: "no") { id }'],
  exceptions: ["exception:read", "exceptions { id }"],
  events: ["event:read", "events { id }"],
  pendingAccounts: ["account:read", "pendingAccounts"],
};

const table = {
  ...root,
  ...Object.fromEntries(
    Object.entries(within).map(([field, [permission, query]]) => [
      `Organization.${field}`,
      [permission, `{ organization(slug: "acme") { ${query} } }`] as const,
    ]),
  ),
  "Connection.tokens": [
    "token:read",
    '{ organization(slug: "acme") { connections { tokens { id } } } }',
  ] as const,
  "Connection.clients": [
    "token:read",
    '{ organization(slug: "acme") { connections { clients { id } } } }',
  ] as const,
  "Connection.push": [
    "push:read",
    '{ organization(slug: "acme") { connections { push { state troubles { reason } } } } }',
  ] as const,
  "Connection.sync": [
    "sync:read",
    '{ organization(slug: "acme") { connections { sync { state } } } }',
  ] as const,
};

const server = await startServer();
const tokens = await everyRole(server);

const allowed = (role: OperatorRole, permission: Permission | "any"): boolean =>
  permission === "any" || mayDo(role, permission);

describe("every field × every role", () => {
  it("is in the table", () => {
    const all = ["Query", "Mutation", "Organization"].flatMap((name) => {
      const type = schema.getType(name);
      return isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${name}.${field}`) : [];
    });
    expect(Object.keys(table).sort()).toEqual(
      [...all, "Connection.clients", "Connection.tokens", "Connection.push", "Connection.sync"].sort(),
    );
  });

  const cases = Object.entries(table).flatMap(([field, [permission, query]]) =>
    operatorRoles.map((role) => ({ field, permission, query, role })),
  );

  it.each(cases)("$field as $role", async ({ permission, query, role }) => {
    const answer = await server.graphql(query, {}, tokens.get(role));
    expect(answer.status).toBe(200);
    const codes = codesOf(answer);
    expect(codes.includes("Forbidden")).toBe(!allowed(role, permission));
    expect(codes).not.toContain("Internal");
    expect(codes).not.toContain("InvalidSyntax");
  });
});

describe("who sees an account but no event log", () => {
  it("still sees what caused its roles", async () => {
    const query =
      '{ organization(slug: "acme") { accounts { items { roles { reasons { cause { id } } } } } } }';
    expect(codesOf(await server.graphql(query, {}, tokens.get("service")))).toEqual([]);
  });
});
