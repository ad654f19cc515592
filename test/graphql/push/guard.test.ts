/** Other settings of what is written may take as much away as a publication: they are held against the same limits. */
import { beforeAll, describe, expect, it } from "vitest";
import { makeJournal } from "../../../connectors/memory/index.ts";
import { makeOutside, smallDirectory } from "../../support/directory.ts";
import { startServer } from "../../support/server.ts";
import { codesOf, dataOf } from "../support.ts";

const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);
outside.directory = { ...smallDirectory(), identity: "realm-1", journal: makeJournal() };
const server = await startServer({}, undefined, { connectors });
const people = 12;

const until = async (holds: () => boolean | Promise<boolean>) => {
  for (let tries = 600; tries > 0; tries -= 1) {
    if (await holds()) return;
    await new Promise((soon) => setTimeout(soon, 50));
  }
  throw new Error("It never came to be so.");
};

const set = (wanted: object) =>
  server.graphql(
    `mutation ($mode: PushMode, $roles: [PushedRoleInput!], $creates: PushCreates, $leaving: PushLeaving, $confirm: Int) {
      setPush(organization: "acme", connection: "kc", mode: $mode, roles: $roles, creates: $creates, leaving: $leaving,
        confirm: $confirm) { push { mode pending roles { role } } } }`,
    wanted,
  );

const members = () => outside.directory.memberships.filter(({ group }) => group === "g-1").length;
const waiting = async () => {
  const query = '{ organization(slug: "acme") { connections { slug push { pending } } } }';
  const { connections } = dataOf(await server.graphql(query)).organization;
  return connections.find(({ slug }: { slug: string }) => slug === "kc").push.pending > 0;
};

beforeAll(async () => {
  const settings = Object.entries({
    baseUrl: "https://keycloak.acme.test",
    realm: "acme",
    clientId: "rolebridge",
    clientSecret: secret,
  }).map(([name, value]) => ({ name, value }));
  const add = `mutation ($settings: [SettingInput!]!) {
    addConnection(organization: "acme", kind: KEYCLOAK, slug: "kc", settings: $settings) { id } }`;
  dataOf(await server.graphql(add, { settings }));
  dataOf(await server.graphql('mutation { startSync(organization: "acme", connection: "kc") { id } }'));
  await until(async () => {
    const query = '{ organization(slug: "acme") { runs(first: 1) { state } } }';
    return dataOf(await server.graphql(query)).organization.runs[0]?.state === "DONE";
  });
  const rules = [{ id: "all", when: { connection: "scim" }, grant: ["developer"] }];
  const draft = `mutation ($document: JSON!) { draftMapping(organization: "acme", document: $document) { version } }`;
  dataOf(await server.graphql(draft, { document: { rules } }));
  dataOf(await server.graphql('mutation { publishMapping(organization: "acme") { version } }'));
  for (let index = 0; index < people; index += 1) {
    const user = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: `p${index}` };
    expect((await server.scim("POST", "/Users", user)).status).toBe(201);
  }
  const roles = [{ role: "developer", group: "g-1" }];
  dataOf(await set({ mode: "ENFORCE", creates: "WITH_ROLES", roles }));
  await until(async () => members() >= people && !(await waiting()));
}, 60_000);

describe("settings that would take something from many people", () => {
  it("are refused with the number while they are enforced, and leave everything as it is", async () => {
    const before = members();
    const answer = await set({ roles: [], leaving: "DISABLE" });
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(answer.body.errors?.[0]?.message).toMatch(
      /^12 people would lose something there: 12 memberships taken back, 0 people disabled, 0 people removed\..*confirm: 12/,
    );
    const few = await set({ roles: [], confirm: people - 1 });
    expect(codesOf(few)).toEqual(["InvalidValue"]);
    const disabling = await set({ creates: "NOBODY", leaving: "DISABLE" });
    expect(disabling.body.errors?.[0]?.message).toContain("12 people disabled");
    expect(members()).toBe(before);
  });

  it("are listed as taking something away while they are observed, and take effect when so many are confirmed", async () => {
    const before = members();
    expect(dataOf(await set({ mode: "OBSERVE", roles: [] })).setPush.push.mode).toBe("OBSERVE");
    const query = `{ organization(slug: "acme") {
      pushPlan(connection: "kc", first: 100) { changes { accountId does takes } } } }`;
    const { changes } = dataOf(await server.graphql(query)).organization.pushPlan;
    const taking = changes.filter(({ takes }: { takes: boolean }) => takes);
    expect(taking.map(({ does }: { does: string }) => does)).toEqual(Array(people).fill("leave"));
    expect(codesOf(await set({ mode: "ENFORCE" }))).toEqual(["InvalidValue"]);
    expect(dataOf(await set({ mode: "ENFORCE", confirm: people })).setPush.push.mode).toBe("ENFORCE");
    await until(() => members() === before - people);
  });
});
