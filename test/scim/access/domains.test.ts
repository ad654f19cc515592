/** "Emails only in these domains": who is refused, who is not, and what stays of a refusal. */
import { describe, expect, it } from "vitest";
import { startNameServer } from "../../support/name-server.ts";
import { startServer } from "../../support/server.ts";
import { watchSql } from "../../support/sql.ts";
import { bulkUrn, person, worldOf } from "./support.ts";

const sql = watchSql();
const dns = await startNameServer();
const server = await startServer({ ROLEBRIDGE_DNS_SERVERS: dns.address });
const { run, ask, events } = worldOf(server);
const token = server.quickStart.scimToken;
const send = (method: string, path: string, body?: unknown) => ask(token, method, `/scim/v2${path}`, body);
const set = (on: boolean) => run(`mutation { setScim(organization: "acme", domainsOnly: ${on}) { id } }`);

const domain = async (name: string, verified: boolean) => {
  const { addDomain } = await run(
    `mutation { addDomain(organization: "acme", name: "${name}") { recordName recordValue } }`,
  );
  dns.publish(addDomain.recordName, [[addDomain.recordValue]]);
  if (verified) await run(`mutation { verifyDomain(organization: "acme", name: "${name}") { outcome } }`);
};

const emails = (...values: ReadonlyArray<string>) => ({ emails: values.map((value) => ({ value })) });
const patch = (...operations: ReadonlyArray<object>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});
const exceptions = async () =>
  (await run('{ organization(slug: "acme") { exceptions { id kind subjectKind connection detail } } }'))
    .organization.exceptions;
const count = async () => (await send("GET", "/Users?count=0")).body.totalResults;

const old = (await send("POST", "/Users", person(emails("old@elsewhere.test")))).body;
const costBefore = await sql.count(() => send("POST", "/Users", person(emails("before@elsewhere.test"))));
await domain("acme.test", true);
await domain("bücher.test", true);
await domain("claimed.test", false);
await set(true);

const expectRefused = (
  answer: { readonly status: number; readonly body: { detail: string } },
  name: string,
) => {
  expect(answer.status, JSON.stringify(answer.body)).toBe(400);
  expect(answer.body).toMatchObject({ scimType: "invalidValue", status: "400" });
  expect(answer.body.detail).toContain(name);
};

describe("with the switch on", () => {
  it.each([
    ["in the domain", person(emails("a@acme.test", "b@ACME.TEST"))],
    [
      "in an international one, written in either way",
      person(emails("a@bücher.test", "a@xn--bcher-kva.test")),
    ],
    ["without emails", person({ userName: "plain-name" })],
  ])("people %s are let in", async (_, body) => {
    expect((await send("POST", "/Users", body)).status).toBe(201);
  });

  it.each([
    ["another domain", person(emails("a@evil.test")), "evil.test"],
    ["one among several", person(emails("a@acme.test", "a@evil.test")), "evil.test"],
    ["a userName that looks like an address", person({ userName: "ada@evil.test" }), "evil.test"],
    ["a subdomain", person(emails("a@sub.acme.test")), "sub.acme.test"],
    ["a longer name", person(emails("a@notacme.test")), "notacme.test"],
    ["a homograph", person(emails("a@аcme.test")), "xn--cme-5cd.test"],
    ["a claimed domain that is not verified", person(emails("a@claimed.test")), "claimed.test"],
    ["two @", person(emails("a@evil.test@acme.test")), "one @"],
    ["a quoted @", person(emails('"a@acme.test"@evil.test')), "one @"],
    ["no @", person(emails("acme.test")), "one @"],
    ["an inactive newcomer", person({ active: false, ...emails("a@evil.test") }), "evil.test"],
  ])("%s is refused, and leaves no user", async (_, body, name) => {
    const before = await count();
    expectRefused(await send("POST", "/Users", body), name);
    expect(await count()).toBe(before);
  });

  it("PUT and PATCH to another domain are refused and change nothing", async () => {
    const { body: user } = await send("POST", "/Users", person(emails("c@acme.test")));
    const path = `/Users/${user.id}`;
    expectRefused(await send("PUT", path, { ...user, ...emails("c@evil.test") }), "evil.test");
    const add = patch({ op: "add", path: "emails", value: [{ value: "d@evil.test" }] });
    expectRefused(await send("PATCH", path, add), "evil.test");
    expectRefused(
      await send("PATCH", path, patch({ op: "replace", path: "userName", value: "c@evil.test" })),
      "evil.test",
    );
    expect((await send("GET", path)).body).toEqual(user);
  });

  it("bulk requests are refused one operation at a time", async () => {
    const operations = ["a@acme.test", "a@evil.test"].map((value, at) => ({
      method: "POST",
      path: "/Users",
      bulkId: `b${at}`,
      data: person(emails(value)),
    }));
    const { body } = await send("POST", "/Bulk", { schemas: [bulkUrn], Operations: operations });
    expect(body.Operations.map(({ status }: { status: string }) => status)).toEqual(["201", "400"]);
  });

  it("who was there before may be changed, and may leave, but not come back", async () => {
    const path = `/Users/${old.id}`;
    const replace = (name: string, value: unknown) => patch({ op: "replace", path: name, value });
    expect((await send("PATCH", path, replace("title", "Dr"))).status).toBe(200);
    expect((await send("PATCH", path, replace("active", false))).status).toBe(200);
    expectRefused(await send("PATCH", path, replace("active", true)), "elsewhere.test");
    expect((await send("GET", path)).body.active).toBe(false);
  });

  it("who leaves with another domain in the same request leaves", async () => {
    const { body: user } = await send("POST", "/Users", person(emails("e@acme.test")));
    const path = `/Users/${user.id}`;
    const left = await send("PUT", path, { ...user, active: false, ...emails("e@evil.test") });
    expect(left.status).toBe(200);
    expectRefused(await send("PUT", path, { ...left.body, active: true }), "evil.test");
    expect((await send("DELETE", path)).status).toBe(204);
  });
});

describe("what stays of refusals", () => {
  it("is one exception for the connection, however many people and domains", async () => {
    const [before, ...more] = await exceptions();
    expect(more).toEqual([]);
    const domains = Array.from({ length: 30 }, (_, at) => `other-${at}.test`);
    await Promise.all(domains.map((name) => send("POST", "/Users", person(emails(`a@${name}`)))));
    const [after, ...others] = await exceptions();
    expect(others).toEqual([]);
    expect(after).toMatchObject({
      id: before.id,
      kind: "email-outside-domains",
      subjectKind: "connection",
      connection: "scim",
    });
    expect(after.detail.people).toBe(before.detail.people + 30);
    expect(after.detail.domains).toHaveLength(20);
    expect(after.detail.domains).toContain("evil.test");
  });

  it("counts one person once, however often they are sent, with one event", async () => {
    const [before] = await exceptions();
    const again = person(emails("again@evil.test"));
    const refusedBefore = (await events("acme", "user.refused")).length;
    for (let at = 0; at < 5; at += 1) await send("POST", "/Users", again);
    const [after] = await exceptions();
    expect(after.detail.people).toBe(before.detail.people + 1);
    const refused = await events("acme", "user.refused");
    expect(refused.length).toBe(refusedBefore + 1);
    expect(refused[0]).toMatchObject({
      actorKind: "scim-token",
      connection: "scim",
      data: { domain: "evil.test" },
    });
  });

  it("holds no name and no address", async () => {
    const text = JSON.stringify([await exceptions(), await events("acme", "user.refused")]);
    expect(text).not.toMatch(/@|again/);
  });

  it("opens anew for whoever comes after it was resolved", async () => {
    const [open] = await exceptions();
    await run(`mutation { resolveException(organization: "acme", id: "${open.id}") }`);
    expect(await exceptions()).toEqual([]);
    await send("POST", "/Users", person(emails("late@evil.test")));
    const [next] = await exceptions();
    expect(next.detail).toEqual({ people: 1, domains: ["evil.test"] });
  });

  it("is nothing more for whom a verified domain lets in", async () => {
    const body = person(emails("soon@claimed.test"));
    expectRefused(await send("POST", "/Users", body), "rolebridge domain add claimed.test");
    await run('mutation { verifyDomain(organization: "acme", name: "claimed.test") { outcome } }');
    expect((await send("POST", "/Users", body)).status).toBe(201);
  });
});

describe("the cost", () => {
  it("is one statement where the switch is on, none where it is off", async () => {
    const create = () => send("POST", "/Users", person(emails("cost@acme.test")));
    const on = await sql.count(create);
    await set(false);
    const off = await sql.count(create);
    expect(on).toBe(off + 1);
    expect(off).toBe(costBefore);
  });

  it("with the switch off everybody is let in", async () => {
    expect((await send("POST", "/Users", person(emails("any@evil.test")))).status).toBe(201);
  });
});
