/** Senders that lose our answers and say it again, and senders that say much at once. Both get what they meant. */
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { engines } from "../support/engines.ts";
import { startServer, type TestServer } from "../support/server.ts";

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const person = (userName: string) => ({ schemas: [userUrn], userName, displayName: "Before" });
const patch = (...Operations: ReadonlyArray<object>) => ({ schemas: [patchUrn], Operations });

/** Sends the creation whole, and hangs up some milliseconds later: the answer, if there is one, is lost. */
const createAndHangUp = (server: TestServer, body: object, after: number) =>
  new Promise<void>((resolve) => {
    const text = JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${server.quickStart.scimToken}`,
      "content-type": "application/scim+json",
      "content-length": Buffer.byteLength(text),
    };
    const outgoing = request(`${server.url}/scim/v2/Users`, { method: "POST", headers });
    outgoing.on("error", () => resolve());
    outgoing.on("close", () => resolve());
    outgoing.end(text, () => setTimeout(() => outgoing.destroy(), after));
  });

const find = async (server: TestServer, userName: string) => {
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  return (await server.scim("GET", `/Users?filter=${filter}`)).body.Resources;
};

/** What a provisioning client does: create; if there is one already, find and correct it. */
const provision = async (server: TestServer, userName: string) => {
  const created = await server.scim("POST", "/Users", person(userName));
  if (created.status === 201) return;
  expect([created.status, created.body.scimType]).toEqual([409, "uniqueness"]);
  const [found] = await find(server, userName);
  const corrected = patch({ op: "replace", path: "displayName", value: "After" });
  expect((await server.scim("PATCH", `/Users/${found.id}`, corrected)).status).toBe(200);
};

describe.each(engines.filter(({ skip }) => !skip))("on the $name engine", async ({ location }) => {
  const server = await startServer({}, await location());

  it("who lost the answer to a creation and says it again ends with one person, and can correct them", async () => {
    for (let after = 0; after < 12; after += 1) {
      const userName = `lost-${after}@acme.test`;
      await createAndHangUp(server, person(userName), after);
      await provision(server, userName);
      // Who hung up may have been served after the repetition: then it was refused, or this is the second to know.
      await provision(server, userName);
      expect(await find(server, userName)).toMatchObject([{ userName, displayName: "After" }]);
    }
  });

  it("many PATCHes of one group at once lose no member", async () => {
    const names = Array.from({ length: 24 }, (_, at) => `together-${at}@acme.test`);
    const ids: ReadonlyArray<string> = await Promise.all(
      names.map(async (name) => (await server.scim("POST", "/Users", person(name))).body.id),
    );
    const [leaving, staying] = [ids.slice(0, 12), ids.slice(12)];
    const members = leaving.map((value) => ({ value }));
    const group = { schemas: [groupUrn], displayName: "Together", members };
    const { id } = (await server.scim("POST", "/Groups", group)).body;
    const answers = await Promise.all([
      ...staying.map((value) =>
        server.scim("PATCH", `/Groups/${id}`, patch({ op: "Add", path: "members", value: [{ value }] })),
      ),
      ...leaving.map((value) =>
        server.scim("PATCH", `/Groups/${id}`, patch({ op: "remove", path: `members[value eq "${value}"]` })),
      ),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const left = (await server.scim("GET", `/Groups/${id}`)).body.members;
    expect(left.map((member: { value: string }) => member.value).toSorted()).toEqual(staying.toSorted());
  });
});
