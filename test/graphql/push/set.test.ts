/** What is written through connections: set, held against the ownership graph, seen; and what a connection cannot see. */
import { beforeEach, describe, expect, it } from "vitest";
import { makeJournal } from "../../../connectors/memory/index.ts";
import { makeOutside, smallDirectory } from "../../support/directory.ts";
import { startServer } from "../../support/server.ts";
import { codesOf, dataOf, operator } from "../support.ts";

const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);
const server = await startServer({}, undefined, { connectors });

const settings = Object.entries({
  baseUrl: "https://keycloak.acme.test",
  realm: "acme",
  clientId: "rolebridge",
  clientSecret: secret,
}).map(([name, value]) => ({ name, value }));

let made = 0;
const added = async (more: object = {}) => {
  made += 1;
  const slug = `kc-${made}`;
  const mutation = `mutation ($slug: String!, $settings: [SettingInput!]!, $every: Int) {
    addConnection(organization: "acme", kind: KEYCLOAK, slug: $slug, settings: $settings, every: $every) { id } }`;
  dataOf(await server.graphql(mutation, { slug, settings, every: null, ...more }));
  return slug;
};

const wholeRun = async (slug: string) => {
  const mutation = 'mutation ($slug: String!) { startSync(organization: "acme", connection: $slug) { id } }';
  const { id } = dataOf(await server.graphql(mutation, { slug })).startSync;
  for (;;) {
    const query = `{ organization(slug: "acme") { run(id: "${id}") { state detail } } }`;
    const { run } = dataOf(await server.graphql(query)).organization;
    if (["DONE", "FAILED", "CANCELLED"].includes(run.state)) return run;
    await new Promise((soon) => setTimeout(soon, 50));
  }
};

/** A connection whose directory has been read. */
const read = async (more: object = {}) => {
  const slug = await added(more);
  expect(await wholeRun(slug)).toMatchObject({ state: "DONE" });
  return slug;
};

const set = (slug: string, wanted: object, token?: string) =>
  server.graphql(
    `mutation ($slug: String!, $mode: PushMode, $roles: [PushedRoleInput!], $owns: [PushField!], $creates: PushCreates) {
      setPush(organization: "acme", connection: $slug, mode: $mode, roles: $roles, owns: $owns, creates: $creates) {
        push { mode state creates leaving owns drift problems roles { role scope group kind name } } } }`,
    { slug, ...wanted },
    token,
  );

const developers = { roles: [{ role: "developer", group: "g-1" }] };

const publish = async (rules: ReadonlyArray<object>) => {
  const draft = `mutation ($document: JSON!) { draftMapping(organization: "acme", document: $document) { version } }`;
  dataOf(await server.graphql(draft, { document: { rules } }));
  return server.graphql('mutation { publishMapping(organization: "acme") { version } }');
};

const engineers = (slug: string) => ({
  id: "engineers",
  when: { groupName: { equals: "Engineering", connection: slug } },
  grant: ["developer"],
});

const sentences = ({ body }: { readonly body: { readonly errors?: ReadonlyArray<{ message: string }> } }) =>
  (body.errors ?? []).map(({ message }) => message).join("\n");

beforeEach(async () => {
  made += 100;
  outside.directory = { ...smallDirectory(), identity: `realm-${made}` };
  outside.lacks = [];
  dataOf(await publish([]));
});

describe("what is written through a connection", () => {
  it("is nothing at first, and null where a system pushes", async () => {
    const slug = await added();
    const query =
      '{ organization(slug: "acme") { connections { slug push { mode state roles { role } } } } }';
    const { connections } = dataOf(await server.graphql(query)).organization;
    const found = (name: string) => connections.find((one: { slug: string }) => one.slug === name);
    expect(found(slug).push).toEqual({ mode: "OFF", state: "OFF", roles: [] });
    expect(found("scim").push).toBeNull();
  });

  it("is set part by part; groups have the name and kind they were read with", async () => {
    const slug = await read();
    const observed = dataOf(await set(slug, { mode: "OBSERVE", ...developers })).setPush.push;
    expect(observed).toEqual({
      mode: "OBSERVE",
      state: "OBSERVING",
      creates: "NOBODY",
      leaving: "LEAVE",
      owns: [],
      drift: "LIST",
      problems: [],
      roles: [{ role: "developer", scope: "", group: "g-1", kind: "GROUP", name: "Engineering" }],
    });
    const more = dataOf(await set(slug, { owns: ["EMAIL"], creates: "WITH_ROLES" })).setPush.push;
    expect(more).toEqual({ ...observed, owns: ["EMAIL"], creates: "WITH_ROLES" });
    expect(dataOf(await set(slug, { mode: "ENFORCE" })).setPush.push.mode).toBe("ENFORCE");
  });

  it.each([
    ["a role nobody made", { roles: [{ role: "nobody", group: "g-1" }] }, "there is no role nobody"],
    [
      "a group nobody has",
      { roles: [{ role: "developer", group: "g-9" }] },
      "no group or role with the id g-9",
    ],
    [
      "a kind that it is not",
      { roles: [{ role: "developer", group: "g-1", kind: "REALM_ROLE" }] },
      "g-1 of kc-\\d+ is a group, not a realm-role",
    ],
  ])("is refused with %s", async (_, wanted, sentence) => {
    const answer = await set(await read(), wanted);
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(sentences(answer)).toMatch(new RegExp(sentence));
  });

  it.each(["organization", "organization-group"] as const)(
    "is refused to what is of the kind %s: these are only read",
    async (kind) => {
      outside.directory = {
        ...outside.directory,
        groups: [{ _tag: "Group", id: "o-1", name: "acme", kind, parent: null }],
        memberships: [],
      };
      const word = kind === "organization" ? "ORGANIZATION" : "ORGANIZATION_GROUP";
      const known = await read();
      for (const named of [{ kind: word }, {}]) {
        const answer = await set(known, { roles: [{ role: "developer", group: "o-1", ...named }] });
        expect(codesOf(answer)).toEqual(["InvalidValue"]);
        expect(sentences(answer)).toMatch(/o-1 of kc-\d+ is an organization or a group of one.*only read/);
      }
    },
  );

  it("is refused through what can only be read, and by who may not", async () => {
    outside.directory = smallDirectory();
    const slug = await added();
    expect(codesOf(await set(slug, { mode: "OBSERVE" }))).toEqual(["NotSupported"]);
    expect(codesOf(await set("scim", { mode: "OBSERVE" }))).toEqual(["NotSupported"]);
    const { token } = await operator(server, "auditor");
    expect(codesOf(await set(slug, { mode: "OFF" }, token))).toEqual(["Forbidden"]);
  });
});

describe("a role that would be its own reason", () => {
  it("is told to whoever observes and refused to whoever would write", async () => {
    const slug = await read();
    dataOf(await publish([engineers(slug)]));
    const loop = `Role "developer" is written as group "Engineering" of ${slug}, which by rule engineers gives role "developer"`;
    const { problems } = dataOf(await set(slug, { mode: "OBSERVE", ...developers })).setPush.push;
    expect(problems).toEqual([expect.stringContaining(loop)]);
    const answer = await set(slug, { mode: "ENFORCE" });
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(sentences(answer)).toContain(loop);
  });

  it("is refused when a mapping would make it so, and only then", async () => {
    const slug = await read();
    dataOf(await set(slug, { mode: "ENFORCE", ...developers }));
    const answer = await publish([engineers(slug)]);
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(sentences(answer)).toContain("it would be its own reason");
    expect(
      codesOf(await publish([{ ...engineers(slug), when: { groupName: { equals: "Sales" } } }])),
    ).toEqual([]);
  });
});

describe("what two connections own", () => {
  it("is refused to the second one, of one directory", async () => {
    const [first, second] = [await read(), await read()];
    dataOf(await set(first, { mode: "ENFORCE", owns: ["EMAIL"] }));
    const answer = await set(second, { mode: "ENFORCE", owns: ["EMAIL", "NAME"] });
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(sentences(answer)).toContain("both own email");
    expect(codesOf(await set(second, { mode: "ENFORCE", owns: ["NAME"] }))).toEqual([]);
  });

  it("is refused to groups of which another connection reads what follows from them", async () => {
    const slug = await read();
    const derived = (value: string) => [...settings, { name: "effectiveRoles", value }];
    await read({ settings: derived("true") });
    const answer = await set(slug, { mode: "ENFORCE", ...developers });
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(sentences(answer)).toContain("--effective-roles false");
  });

  it("is refused when a connection is to read what follows from groups that are written", async () => {
    const slug = await read();
    dataOf(await set(slug, { mode: "ENFORCE", ...developers }));
    const mutation = `mutation ($slug: String!) { updateConnectionSettings(organization: "acme", connection: $slug,
      settings: [{ name: "effectiveRoles", value: "true" }]) { id } }`;
    const answer = await server.graphql(mutation, { slug });
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(sentences(answer)).toContain("read with effective roles".slice(5));
  });
});

describe("the diagnosis of a connection", () => {
  const diagnose = async (slug: string) =>
    dataOf(
      await server.graphql(
        `mutation ($slug: String!) { diagnoseConnection(organization: "acme", connection: $slug) {
          reason version sees lacks { what remedy } sync { state everySeconds followSeconds }
          ledger { what coveredBy worstSeconds remedy } } }`,
        { slug },
      ),
    ).diagnoseConnection;

  const spots = [
    { what: "Brokered logins", coveredBy: "events", remedy: null },
    { what: "Organization groups", coveredBy: "sweep", remedy: null },
    { what: "Changes while events are off", coveredBy: "nothing", remedy: "Switch events on." },
  ] as const;

  it("says of a system that tells nothing that only reading everything tells", async () => {
    const slug = await added({ every: 900 });
    expect(await diagnose(slug)).toMatchObject({
      reason: null,
      version: "1.2.3",
      ledger: [{ coveredBy: "SWEEP", worstSeconds: 900, remedy: null }],
    });
    const unscheduled = await added();
    const { ledger } = await diagnose(unscheduled);
    expect(ledger).toMatchObject([{ coveredBy: "NOTHING", worstSeconds: null }]);
    expect(ledger[0].remedy).toContain(`connection set ${unscheduled} --every`);
  });

  it("holds blind spots against the schedule: what is not followed waits for the next reading", async () => {
    outside.directory = { ...smallDirectory(), journal: makeJournal(), blindSpots: spots };
    const slug = await added({ every: 600 });
    const { ledger } = await diagnose(slug);
    expect(ledger).toHaveLength(4);
    expect(ledger[0].what).toBe("Changes that the system's events tell");
    expect(ledger.slice(2)).toMatchObject([
      { what: "Organization groups", coveredBy: "SWEEP", worstSeconds: 600 },
      { what: spots[2].what, coveredBy: "NOTHING", worstSeconds: null, remedy: "Switch events on." },
    ]);
  });

  it("says what the credential lacks, and why it does not answer", async () => {
    const slug = await added();
    outside.lacks = [{ what: "groups", remedy: "Add the role query-groups." }];
    expect((await diagnose(slug)).lacks).toEqual(outside.lacks);
    outside.secret = "another";
    const failing = await diagnose(slug);
    outside.secret = secret;
    expect(failing).toMatchObject({ reason: "unauthorized", ledger: [] });
  });
});
