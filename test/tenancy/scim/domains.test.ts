/** Claiming and verifying domains, over GraphQL and a real name server. */
import { describe, expect, it } from "vitest";
import { codesOf, dataOf } from "../../graphql/support.ts";
import { hasPostgres, newDatabase } from "../../support/engines.ts";
import { startNameServer } from "../../support/name-server.ts";
import { startServer } from "../../support/server.ts";

const dns = await startNameServer();
// On PostgreSQL where there is one: transactions really overlap there.
const location = hasPostgres ? (await newDatabase()).location : undefined;
const server = await startServer({ ROLEBRIDGE_DNS_SERVERS: dns.address }, location);
const run = async (document: string) => dataOf(await server.graphql(document));
for (const slug of ["globex", "initech"])
  await run(`mutation { createOrganization(slug: "${slug}") { id } }`);

const fields = "name recordName recordValue verifiedAt";
const claim = async (slug: string, name: string) =>
  (await run(`mutation { addDomain(organization: "${slug}", name: "${name}") { ${fields} } }`)).addDomain;
const check = (slug: string, name: string) =>
  server.graphql(
    `mutation { verifyDomain(organization: "${slug}", name: "${name}") { outcome detail domain { verifiedAt } } }`,
  );
const verify = async (slug: string, name: string) => dataOf(await check(slug, name)).verifyDomain;
const remove = (slug: string, name: string) =>
  server.graphql(`mutation { removeDomain(organization: "${slug}", name: "${name}") { name } }`);
const publish = (...domains: ReadonlyArray<{ readonly recordName: string; readonly recordValue: string }>) =>
  dns.publish(
    domains[0]?.recordName ?? "",
    domains.map(({ recordValue }) => [recordValue]),
  );
const domainsOf = async (slug: string) =>
  (await run(`{ organization(slug: "${slug}") { domains { ${fields} } } }`)).organization.domains;
const eventsOf = async (slug: string) =>
  (await run(`{ organization(slug: "${slug}") { events { type actorKind data } } }`)).organization.events;

describe("a claim", () => {
  it("says which record to publish, and counts for nothing yet", async () => {
    const made = await claim("globex", "Globex.TEST.");
    expect(made).toEqual({
      name: "globex.test",
      recordName: "_rolebridge-challenge.globex.test",
      recordValue: expect.stringMatching(/^rolebridge-domain-verification=[A-Za-z0-9_-]{32}$/),
      verifiedAt: null,
    });
    expect(await domainsOf("globex")).toEqual([made]);
  });

  it.each(["test", "*.globex.test", "127.0.0.1", "a b.test", ""])("of %j is refused", async (name) => {
    const answer = await server.graphql(
      'mutation ($name: String!) { addDomain(organization: "globex", name: $name) { name } }',
      { name },
    );
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
  });

  it("is made once, also where it is written otherwise", async () => {
    const again = await server.graphql(
      'mutation { addDomain(organization: "globex", name: "GLOBEX.test") { name } }',
    );
    expect(codesOf(again)).toEqual(["NotUnique"]);
  });
});

describe("verifying", () => {
  it("tells what there is from what is not there, and a failure from both", async () => {
    const made = await claim("globex", "steps.test");
    expect((await verify("globex", "steps.test")).outcome).toBe("ABSENT");
    dns.publish(made.recordName, "servfail");
    expect(await verify("globex", "steps.test")).toMatchObject({
      outcome: "UNKNOWN",
      detail: expect.stringContaining("ESERVFAIL"),
    });
    dns.publish(made.recordName, [["v=spf1"], [`${made.recordValue}x`]]);
    expect((await verify("globex", "steps.test")).outcome).toBe("OTHER");
    const [head, tail] = [made.recordValue.slice(0, 20), made.recordValue.slice(20)];
    dns.publish(made.recordName, [["v=spf1"], [head, tail]]);
    const done = await verify("globex", "steps.test");
    expect(done).toMatchObject({ outcome: "VERIFIED", domain: { verifiedAt: expect.any(String) } });
    const types = (await eventsOf("globex")).filter(
      ({ data }: { data: { domain?: string } }) => data.domain === "steps.test",
    );
    expect(types).toEqual([
      { type: "domain.verified", actorKind: "operator", data: { domain: "steps.test" } },
      { type: "domain.added", actorKind: "operator", data: { domain: "steps.test" } },
    ]);
  });

  it.each(["servfail", "nxdomain"] as const)("never undoes what was verified: %s", async (trouble) => {
    dns.publish("_rolebridge-challenge.steps.test", trouble);
    expect((await verify("globex", "steps.test")).outcome).toBe("VERIFIED");
    const found = (await domainsOf("globex")).find(({ name }: { name: string }) => name === "steps.test");
    expect(found.verifiedAt).toEqual(expect.any(String));
  });

  it("of what was not claimed says what to do", async () => {
    const answer = await check("globex", "unclaimed.test");
    expect(codesOf(answer)).toEqual(["NotFound"]);
    expect(answer.body.errors[0].message).toContain("rolebridge domain add unclaimed.test");
    expect(dns.asked).not.toContain("_rolebridge-challenge.unclaimed.test");
  });

  it("gives a domain to the first who proves it, and says no name to the second", async () => {
    const [one, two] = [await claim("globex", "shared.test"), await claim("initech", "shared.test")];
    expect(one.recordValue).not.toBe(two.recordValue);
    publish(one);
    expect((await verify("globex", "shared.test")).outcome).toBe("VERIFIED");
    // Who has not proved it does not even learn that it is taken.
    expect((await verify("initech", "shared.test")).outcome).toBe("OTHER");
    publish(one, two);
    const answer = await check("initech", "shared.test");
    expect(codesOf(answer)).toEqual(["NotUnique"]);
    expect(JSON.stringify(answer.body)).not.toContain("globex");
    expect((await domainsOf("initech"))[0].verifiedAt).toBeNull();
    await remove("globex", "shared.test");
    expect((await verify("initech", "shared.test")).outcome).toBe("VERIFIED");
  });

  it("at the same time leaves one owner", async () => {
    const made = [await claim("globex", "race.test"), await claim("initech", "race.test")];
    publish(...made);
    const answers = await Promise.all([check("globex", "race.test"), check("initech", "race.test")]);
    expect(answers.flatMap(codesOf)).toEqual(["NotUnique"]);
  });

  it("by a record of another organization proves nothing", async () => {
    const [mine, theirs] = [await claim("globex", "copied.test"), await claim("initech", "copied.test")];
    publish(mine);
    expect((await verify("initech", "copied.test")).outcome).toBe("OTHER");
    expect(theirs.verifiedAt).toBeNull();
  });

  it("of a domain that looks like another asks for its own record", async () => {
    const homograph = await claim("initech", "glоbex.test");
    expect(homograph.name).toMatch(/^xn--/);
    expect(homograph.recordName).toBe(`_rolebridge-challenge.${homograph.name}`);
  });
});

describe("the switch for domains only", () => {
  const set = (on: boolean) =>
    server.graphql(`mutation { setScim(organization: "acme", domainsOnly: ${on}) { scim { domainsOnly } } }`);

  it("needs a verified domain, and keeps the last one", async () => {
    expect(codesOf(await set(true))).toEqual(["InvalidValue"]);
    publish(await claim("acme", "acme.test"));
    expect(codesOf(await set(true))).toEqual(["InvalidValue"]);
    await verify("acme", "acme.test");
    expect(codesOf(await set(true))).toEqual([]);
    expect(codesOf(await remove("acme", "acme.test"))).toEqual(["InvalidValue"]);
    expect(codesOf(await set(false))).toEqual([]);
    expect(codesOf(await remove("acme", "acme.test"))).toEqual([]);
  });
});
