/** Invitations: whoever comes with the address has the role; the first only, and nobody who should not. */
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { codesOf, operator } from "../../graphql/support.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../../support/engines.ts";
import { startServer } from "../../support/server.ts";
import { openPeople } from "./support.ts";

const server = await startServer();
const { acme, change, done, explained, read, rolesOf, eventsOf, inTenant, passTime } = openPeople(server);

await done(`createRole(${acme}, key: "editor") { key }`);
await done(`createRole(${acme}, key: "root", reserved: true) { key }`);

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
let made = 0;
const address = () => {
  made += 1;
  return `i${made}@acme.test`;
};
const bodyOf = (email: string, more: object = {}) => {
  made += 1;
  return { schemas: [userUrn], userName: `name-${made}`, emails: [{ value: email, primary: true }], ...more };
};
const push = async (email: string, more: object = {}): Promise<{ id: string; userName: string }> => {
  const answer = await server.scim("POST", "/Users", bodyOf(email, more));
  expect(answer.status).toBe(201);
  return { id: answer.body.id, userName: answer.body.userName };
};
const patch = (id: string, path: string, value: unknown) =>
  server.scim("PATCH", `/Users/${id}`, {
    schemas: [patchUrn],
    Operations: [{ op: "replace", path, value }],
  });
const inviting = (email: string, more = "", role = "editor") =>
  `invite(${acme}, role: "${role}", email: "${email}", reason: "Starts soon" ${more}) { changed invitation { id email } }`;

describe("an invitation", () => {
  it("gives the role to whoever comes with the address, in any case, and says so", async () => {
    const email = address();
    await done(inviting(`  ${email.toUpperCase()} `));
    const { userName } = await push(email.replace("i", "I"));
    const account = await explained(userName);
    expect(account.roles).toEqual([
      {
        role: "editor",
        scope: "",
        reasons: [
          {
            rule: expect.stringMatching(/^invitation:/),
            because: "invitation",
            connection: null,
            operator: expect.stringMatching(/\S/),
            note: "Starts soon",
            until: null,
          },
        ],
      },
    ]);
    expect(await eventsOf(account.id)).toContain("invitation.used");
    const { invitations } = await read(
      "invitations(ended: true, first: 1) { items { email accountId endedAt } }",
    );
    expect(invitations.items).toEqual([{ email, accountId: account.id, endedAt: expect.any(String) }]);
  });

  it("is used once: a second person with the address has nothing", async () => {
    const email = address();
    await done(inviting(email));
    const [first, second] = [await push(email), await push(email)];
    expect(await rolesOf(first.userName)).toEqual(["editor"]);
    expect(await rolesOf(second.userName)).toEqual([]);
  });

  it("counts for who changes to the address later", async () => {
    const email = address();
    const { id, userName } = await push(address());
    await done(inviting(email));
    await patch(id, "emails", [{ value: email.toUpperCase(), primary: true }]);
    expect(await rolesOf(userName)).toEqual(["editor"]);
  });

  it("waits until who comes is active", async () => {
    const email = address();
    await done(inviting(email));
    const { id, userName } = await push(email, { active: false });
    expect((await read("invitations { items { email } }")).invitations.items).toContainEqual({ email });
    await patch(id, "active", true);
    expect(await rolesOf(userName)).toEqual(["editor"]);
  });

  it("lets nobody in by a domain that another organization has verified", async () => {
    const email = "guest@globex.test";
    await done(inviting(email));
    await done('createOrganization(slug: "globex") { id }');
    await inTenant(
      sql`insert into verified_domain (name, organization_id) select 'globex.test', id from organization where slug = 'globex'`,
    );
    const { userName } = await push(email);
    expect(await rolesOf(userName)).toEqual([]);
  });

  it("made twice is no change, withdrawn gives nothing, and can be withdrawn twice", async () => {
    const email = address();
    const { invite: first } = await done(inviting(email));
    const { invite: again } = await done(inviting(email.toUpperCase()));
    expect(again).toEqual({ changed: false, invitation: first.invitation });
    const withdraw = `uninvite(${acme}, id: "${first.invitation.id}") { changed }`;
    expect((await done(withdraw)).uninvite.changed).toBe(true);
    expect((await done(withdraw)).uninvite.changed).toBe(false);
    expect(await rolesOf((await push(email)).userName)).toEqual([]);
  });

  it("ends by time, and so does the role it gave", async () => {
    const [early, late] = [address(), address()];
    await done(inviting(early, ', until: "2099-01-01T00:00:00Z"'));
    const { userName } = await push(early);
    expect(await rolesOf(userName)).toEqual(["editor"]);
    const { invite } = await done(inviting(late, ', until: "2099-01-01T00:00:00Z"'));
    await passTime();
    expect(await rolesOf(userName)).toEqual([]);
    expect(await eventsOf(invite.invitation.id)).toContain("invitation.expired");
    expect(await rolesOf((await push(late)).userName)).toEqual([]);
  });

  it("is refused for who is here, and for what is no address", async () => {
    const email = address();
    await push(email);
    const { body } = await change(inviting(email));
    expect(body.errors[0].message).toContain(`rolebridge role grant editor ${email}`);
    for (const text of ["nobody", "a@b@acme.test", "@acme.test"])
      expect(codesOf(await change(inviting(text)))).toEqual(["InvalidValue"]);
  });

  it("to a reserved role is for owners", async () => {
    const administrator = (await operator(server, "administrator")).token;
    expect(codesOf(await change(inviting(address(), "", "root"), administrator))).toEqual(["Forbidden"]);
    await done(inviting(address(), "", "root"));
  });
});

const busy = hasPostgres ? await startServer({}, (await newDatabase(10)).location) : undefined;

describe.skipIf(busy === undefined)(`at the same time, on PostgreSQL ${postgresMissing}`, () => {
  if (busy === undefined) return;
  const people = openPeople(busy);

  it("of six who come with one address one has the role", async () => {
    await people.done(`createRole(${people.acme}, key: "editor") { key }`);
    await people.done(inviting("race@acme.test"));
    const pushes = Array.from({ length: 6 }, () => busy.scim("POST", "/Users", bodyOf("race@acme.test")));
    const names = (await Promise.all(pushes)).map(({ body }) => body.userName);
    const roles = await Promise.all(names.map(people.rolesOf));
    expect(roles.flat()).toEqual(["editor"]);
  });

  it("who is invited while coming either has the role, or the invitation is refused", async () => {
    for (let at = 0; at < 15; at += 1) {
      const email = `both-${at}@acme.test`;
      const [invited, pushed] = await Promise.all([
        people.change(inviting(email)),
        busy.scim("POST", "/Users", bodyOf(email)),
      ]);
      const roles = await people.rolesOf(pushed.body.userName);
      expect(codesOf(invited), email).toEqual(roles.length === 0 ? ["InvalidValue"] : []);
    }
    const { invitations } = await people.read("invitations { items { email } }");
    expect(invitations.items).toEqual([]);
  });
});
