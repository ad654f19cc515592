/**
 * The gate itself, without any GraphQL in front of it: whatever a resolver forgot, no command and no read lets a
 * role do what the table of the domain does not give it, or an operator reach another organization.
 */
import { Effect, Exit } from "effect";
import { describe, expect, it } from "vitest";
import {
  type Failure,
  mayDo,
  type OperatorId,
  type OperatorRole,
  type OrganizationId,
  operatorRoles,
  type Permission,
  permissions,
} from "../../src/domain/index.ts";
import { askForTrial } from "../../src/login/index.ts";
import {
  findOrganization,
  listConnections,
  listEvents,
  listOrganizations,
  newId,
} from "../../src/store/index.ts";
import {
  addConnection,
  addOrganization,
  addScope,
  applyPlan,
  approveHeldPlan,
  approveMetadata,
  atSystem,
  type Caller,
  changeApplication,
  changeLoginKeys,
  changeLoginSettings,
  changeRole,
  changeScimSwitches,
  claimDomain,
  compareMetadata,
  createApplication,
  createOperator,
  createRole,
  declareSameDirectory,
  deleteApplication,
  deleteRole,
  diagnoseConnection,
  disableOperator,
  draftMapping,
  endEnvironmentToken,
  eraseAccount,
  excludeRole,
  grantRole,
  includeRole,
  inOrganization,
  invite,
  issueEnvironmentToken,
  issueScimToken,
  issueTestToken,
  markConnection,
  mergeTwo,
  planPush,
  previewConnection,
  previewMapping,
  previewPending,
  publishMapping,
  rejectPlan,
  releaseWrittenFact,
  removeDomain,
  removeLadder,
  removeScope,
  resolveException,
  resumeAccount,
  retryException,
  retryExceptions,
  retryPush,
  revokeRole,
  revokeScimToken,
  rollbackMapping,
  rotateApplication,
  setConnectionEnabled,
  setFollowing,
  setGuard,
  setLadder,
  setLifecycleAuthority,
  setPush,
  setSchedule,
  splitAccount,
  startRecording,
  startSync,
  suspendAccount,
  takeRecording,
  testConnection,
  traceGroup,
  tracePerson,
  undoPlan,
  uninvite,
  updateConnectionSettings,
  verifyDomain,
  verifyRoles,
  viewDomains,
  viewGuards,
  viewLadders,
  viewLoginKeys,
  viewLoginSettings,
  viewProof,
  viewScimSwitches,
  visibleApplications,
  visibleConnectors,
  visibleEnvironmentTokens,
  visibleLogin,
  visibleLogins,
  visibleOperators,
  visibleOrganization,
  visibleOrganizations,
  visibleRecordings,
} from "../../src/tenancy/index.ts";
import { startServer } from "../support/server.ts";

const server = await startServer();
type Services = Parameters<typeof server.run>[0] extends Effect.Effect<unknown, unknown, infer R> ? R : never;

const callerOf = (role: OperatorRole, organizationId: OrganizationId | null = null): Caller => ({
  id: newId<OperatorId>(),
  name: role,
  role,
  organizationId,
  request: newId(),
});

const owner = callerOf("owner");
const globex = (
  await server.run(
    addOrganization(owner, { slug: "globex", name: null, project: "default", environment: "production" }),
  )
).id;

/** The failure's tag, or "done". */
const outcomeOf = async <A>(effect: Effect.Effect<A, Failure, Services>) => {
  const exit = await server.run(Effect.exit(effect));
  if (Exit.isSuccess(exit)) return "done";
  const [reason] = exit.cause.reasons;
  return reason?._tag === "Fail" ? reason.error._tag : "defect";
};

const nobody = "00000000-0000-7000-8000-000000000000";

const named = { role: "no", account: "no", scope: null, reason: "test" };
const unchanged = {
  mode: "off" as const,
  creates: null,
  leaving: null,
  owns: null,
  drift: null,
  roles: null,
  confirm: null,
};
const lasting = { until: null, createScope: false };

/** Each command with arguments that nothing comes of, even for those who may. */
const commands: Readonly<
  Record<string, readonly [Permission, (caller: Caller) => Effect.Effect<unknown, Failure, Services>]>
> = {
  visibleOrganizations: ["organization:read", visibleOrganizations],
  visibleOrganization: ["organization:read", (caller) => visibleOrganization(caller, "acme")],
  visibleOperators: ["operator:read", visibleOperators],
  addOrganization: [
    "organization:write",
    (caller) =>
      addOrganization(caller, { slug: "acme", name: null, project: "default", environment: "production" }),
  ],
  addConnection: [
    "connection:write",
    (caller) => addConnection(caller, "acme", { kind: "saml", slug: "x", name: null }),
  ],
  updateConnectionSettings: [
    "connection:write",
    (caller) =>
      updateConnectionSettings(caller, "acme", "no", {
        settings: [],
        certificateAuthority: null,
        unchecked: true,
      }),
  ],
  compareMetadata: ["connection:write", (caller) => compareMetadata(caller, "acme", "no", null)],
  approveMetadata: ["connection:write", (caller) => approveMetadata(caller, "acme", "no", "no", null)],
  diagnoseConnection: ["connection:write", (caller) => diagnoseConnection(caller, "acme", "no")],
  tracePerson: ["sync:write", (caller) => tracePerson(caller, "acme", "no", { name: "x", apply: false })],
  traceGroup: ["sync:write", (caller) => traceGroup(caller, "acme", "no", { name: "x", apply: false })],
  planPush: ["push:read", (caller) => planPush(caller, "acme", "no", { first: 1, after: null })],
  setPush: ["push:write", (caller) => setPush(caller, "acme", "no", unchanged)],
  createApplication: [
    "login:write",
    (caller) => createApplication(caller, "acme", { slug: "no", name: null, returnAddresses: [] }),
  ],
  changeApplication: ["login:write", (caller) => changeApplication(caller, "acme", "no", [])],
  rotateApplication: ["login:write", (caller) => rotateApplication(caller, "acme", "no", 0)],
  deleteApplication: ["login:write", (caller) => deleteApplication(caller, "acme", "no")],
  visibleApplications: ["login:read", (caller) => visibleApplications(caller, "acme")],
  visibleLogins: ["login:read", (caller) => visibleLogins(caller, "acme", 1, null)],
  visibleLogin: ["login:read", (caller) => visibleLogin(caller, "acme", "no")],
  viewLoginKeys: ["login:read", (caller) => viewLoginKeys(caller, "acme", "no")],
  changeLoginKeys: ["login:write", (caller) => changeLoginKeys(caller, "acme", "no", "next")],
  askForTrial: ["login:write", (caller) => askForTrial(caller, "acme", "no")],
  viewLoginSettings: ["login:read", (caller) => viewLoginSettings(caller, "acme", "no")],
  changeLoginSettings: ["login:write", (caller) => changeLoginSettings(caller, "acme", "no", {})],
  retryException: ["exception:write", (caller) => retryException(caller, "acme", nobody)],
  retryExceptions: ["exception:write", (caller) => retryExceptions(caller, "acme")],
  retryPush: ["push:write", (caller) => retryPush(caller, "acme", "no", null)],
  releaseWrittenFact: ["push:write", (caller) => releaseWrittenFact(caller, "acme", nobody)],
  testConnection: ["connection:write", (caller) => testConnection(caller, "acme", "no")],
  setSchedule: ["connection:write", (caller) => setSchedule(caller, "acme", "no", null)],
  setFollowing: ["connection:write", (caller) => setFollowing(caller, "acme", "no", null)],
  startSync: ["sync:write", (caller) => startSync(caller, "acme", "no", null)],
  visibleConnectors: ["connection:read", visibleConnectors],
  setConnectionEnabled: ["connection:write", (caller) => setConnectionEnabled(caller, "acme", "no", false)],
  setLifecycleAuthority: ["connection:write", (caller) => setLifecycleAuthority(caller, "acme", "no", null)],
  declareSameDirectory: ["connection:write", (caller) => declareSameDirectory(caller, "acme", ["no"])],
  issueScimToken: [
    "token:write",
    (caller) => issueScimToken(caller, "acme", { connection: "no", label: "x", expiresAt: null }),
  ],
  startRecording: [
    "connection:write",
    (caller) => startRecording(caller, "acme", "no", { seconds: 60, exchanges: 1 }),
  ],
  takeRecording: ["connection:write", (caller) => takeRecording(caller, "acme", nobody)],
  visibleRecordings: ["connection:read", (caller) => visibleRecordings(caller, "acme")],
  issueTestToken: ["token:write", (caller) => issueTestToken(caller, "acme", "no")],
  revokeScimToken: ["token:write", (caller) => revokeScimToken(caller, "acme", nobody)],
  changeScimSwitches: ["organization:write", (caller) => changeScimSwitches(caller, "acme", {})],
  viewScimSwitches: ["connection:read", (caller) => viewScimSwitches(caller, "acme")],
  viewDomains: ["connection:read", (caller) => viewDomains(caller, "acme")],
  claimDomain: ["connection:write", (caller) => claimDomain(caller, "acme", "test")],
  verifyDomain: ["connection:write", (caller) => verifyDomain(caller, "acme", "no.test")],
  removeDomain: ["connection:write", (caller) => removeDomain(caller, "acme", "no.test")],
  markConnection: ["connection:write", (caller) => markConnection(caller, "acme", "no")],
  visibleEnvironmentTokens: ["token:read", visibleEnvironmentTokens],
  issueEnvironmentToken: [
    "token:write",
    (caller) =>
      issueEnvironmentToken(caller, { project: "no", environment: "no", label: "x", expiresAt: null }),
  ],
  endEnvironmentToken: ["token:write", (caller) => endEnvironmentToken(caller, nobody)],
  createRole: [
    "role:write",
    (caller) => createRole(caller, "acme", { key: "developer", name: null, description: "" }),
  ],
  changeRole: [
    "role:write",
    (caller) =>
      changeRole(
        caller,
        "acme",
        "no",
        { name: null, description: null, permissions: null, reserved: null },
        false,
      ),
  ],
  deleteRole: ["role:write", (caller) => deleteRole(caller, "acme", "no")],
  viewLadders: ["role:read", (caller) => viewLadders(caller, "acme")],
  setLadder: ["role:write", (caller) => setLadder(caller, "acme", "no", ["no"], false)],
  removeLadder: ["role:write", (caller) => removeLadder(caller, "acme", "no", false)],
  addScope: ["role:write", (caller) => addScope(caller, "acme", { key: "", description: "" }, false)],
  removeScope: ["role:write", (caller) => removeScope(caller, "acme", "no", false)],
  grantRole: ["grant:write", (caller) => grantRole(caller, "acme", { ...named, ...lasting })],
  revokeRole: ["grant:write", (caller) => revokeRole(caller, "acme", named)],
  excludeRole: ["grant:write", (caller) => excludeRole(caller, "acme", { ...named, ...lasting })],
  includeRole: ["grant:write", (caller) => includeRole(caller, "acme", named)],
  invite: ["grant:write", (caller) => invite(caller, "acme", { ...named, ...lasting, email: "no" })],
  uninvite: ["grant:write", (caller) => uninvite(caller, "acme", nobody)],
  suspendAccount: ["account:write", (caller) => suspendAccount(caller, "acme", "no", "test")],
  resumeAccount: ["account:write", (caller) => resumeAccount(caller, "acme", "no", "test")],
  mergeTwo: ["account:write", (caller) => mergeTwo(caller, "acme", "no", "none", true)],
  splitAccount: ["account:write", (caller) => splitAccount(caller, "acme", "no", nobody, true)],
  eraseAccount: ["account:write", (caller) => eraseAccount(caller, "acme", "no", "test")],
  draftMapping: ["mapping:write", (caller) => draftMapping(caller, "acme", "no mapping")],
  rollbackMapping: ["mapping:write", (caller) => rollbackMapping(caller, "acme", 999)],
  publishMapping: ["mapping:publish", (caller) => publishMapping(caller, "acme", false)],
  viewProof: ["event:read", (caller) => viewProof(caller, "acme")],
  verifyRoles: ["event:read", (caller) => verifyRoles(caller, "acme")],
  viewGuards: ["mapping:read", (caller) => viewGuards(caller, "acme")],
  setGuard: [
    "mapping:publish",
    (caller) =>
      setGuard(caller, "acme", {
        connection: "no",
        enabled: null,
        accounts: null,
        percent: null,
        usual: false,
      }),
  ],
  approveHeldPlan: ["plan:approve", (caller) => approveHeldPlan(caller, "acme", nobody)],
  previewMapping: ["mapping:write", (caller) => previewMapping(caller, "acme")],
  previewPending: ["mapping:write", (caller) => previewPending(caller, "acme")],
  previewConnection: ["mapping:write", (caller) => previewConnection(caller, "acme", "no", null)],
  applyPlan: ["mapping:publish", (caller) => applyPlan(caller, "acme", nobody, "no")],
  rejectPlan: ["mapping:publish", (caller) => rejectPlan(caller, "acme", nobody)],
  undoPlan: ["mapping:publish", (caller) => undoPlan(caller, "acme", nobody)],
  resolveException: ["exception:write", (caller) => resolveException(caller, "acme", nobody)],
  createOperator: [
    "operator:write",
    (caller) =>
      createOperator(caller, { name: "", role: "service", organization: null, label: "x", expiresAt: null }),
  ],
  disableOperator: ["operator:write", (caller) => disableOperator(caller, nobody)],
};

describe("every command × every role", () => {
  const cases = Object.entries(commands).flatMap(([name, [permission, command]]) =>
    operatorRoles.map((role) => ({ name, permission, command, role })),
  );

  it.each(cases)("$name as $role", async ({ permission, command, role }) => {
    const outcome = await outcomeOf(command(callerOf(role)));
    expect(outcome === "Forbidden").toBe(!mayDo(role, permission));
    expect(outcome).not.toBe("defect");
  });
});

describe("having the guard hold nothing", () => {
  const nothing = { connection: null, enabled: null, accounts: null, percent: null, usual: false };
  const ways = [
    { name: "switched off", ...nothing, enabled: false },
    { name: "limits that nothing exceeds", ...nothing, accounts: 1_000_000, percent: 100 },
    { name: "limits that only more than half exceeds", ...nothing, accounts: 1_000_000, percent: 60 },
    { name: "switched off for one connection", ...nothing, connection: "scim", enabled: false },
  ];
  const set = (role: OperatorRole, wanted: Parameters<typeof setGuard>[2]) =>
    outcomeOf(setGuard(callerOf(role), "acme", wanted));

  it.each(ways)("is for owners: $name", async ({ name: _, ...wanted }) => {
    expect(await set("administrator", { ...nothing, percent: 10 })).toBe("done");
    for (const role of operatorRoles.filter((one) => one !== "owner"))
      expect(await set(role, wanted)).toBe("Forbidden");
    expect(await set("owner", wanted)).toBe("done");
    // What is off already may be left so, and turned on again.
    expect(await set("administrator", { ...nothing, connection: wanted.connection, accounts: 30 })).toBe(
      "done",
    );
    const { connection } = wanted;
    expect(await set("administrator", { ...nothing, connection, enabled: true, percent: 20 })).toBe("done");
    expect(await set("administrator", { ...nothing, connection, usual: true })).toBe("done");
  });

  it("is not what going back to the usual limits may come to", async () => {
    await set("owner", { ...nothing, enabled: false });
    expect(await set("owner", { ...nothing, connection: "scim", enabled: true })).toBe("done");
    expect(await set("administrator", { ...nothing, connection: "scim", usual: true })).toBe("Forbidden");
    await set("owner", { ...nothing, usual: true });
  });

  it("leaves an event of its own", async () => {
    await set("owner", { ...nothing, enabled: false });
    await set("owner", { ...nothing, usual: true });
    const types = await server.run(
      inOrganization(owner, "acme", "event:read", (tx) =>
        Effect.map(listEvents(tx, { limit: 2 }), (rows) => rows.map(({ type }) => type)),
      ),
    );
    expect(types).toEqual(["guard.changed", "guard.switched-off"]);
  });
});

describe("inOrganization", () => {
  it.each(permissions)("asks the table for %s, whoever asks", async (permission) => {
    for (const role of operatorRoles) {
      const outcome = await outcomeOf(
        inOrganization(callerOf(role), "acme", permission, () => Effect.succeed(1)),
      );
      expect(outcome).toBe(mayDo(role, permission) ? "done" : "Forbidden");
    }
  });

  it("gives a transaction of that organization, and an origin that names the caller", async () => {
    const caller = callerOf("owner", globex);
    const seen = await server.run(
      inOrganization(caller, "globex", "connection:read", (tx, origin, organization) =>
        Effect.map(listConnections(tx), (rows) => ({
          tx: tx.organization,
          origin,
          slug: organization.slug,
          rows,
        })),
      ),
    );
    expect(seen).toEqual({
      tx: globex,
      origin: { actor: { kind: "operator", id: caller.id }, connection: null, request: caller.request },
      slug: "globex",
      rows: [],
    });
  });

  it("is closed to who is bound to another organization, also where it was found before", async () => {
    const acme = await server.run(findOrganization("acme"));
    const bound = callerOf("owner", globex);
    for (const target of ["acme", "nowhere", acme ?? "acme"]) {
      const outcome = inOrganization(bound, target, "organization:read", () => Effect.die("reached"));
      expect(await outcomeOf(outcome)).toBe("NotFound");
    }
  });

  it("does not tell who may not whether an organization exists", async () => {
    for (const target of ["acme", "nowhere"]) {
      const outcome = inOrganization(callerOf("service"), target, "role:write", () => Effect.void);
      expect(await outcomeOf(outcome)).toBe("Forbidden");
    }
  });
});

describe("atSystem", () => {
  it("tells the body which organization its caller is bound to", async () => {
    const only = (caller: Caller) =>
      server.run(atSystem(caller, "organization:read", (_, bound) => Effect.succeed(bound)));
    expect(await only(callerOf("owner", globex))).toBe(globex);
    expect(await only(owner)).toBeNull();
    const rows = await server.run(
      atSystem(callerOf("owner", globex), "organization:read", (_, bound) => listOrganizations(bound)),
    );
    expect(rows.map(({ slug }) => slug)).toEqual(["globex"]);
  });
});
