/** Where people sign in by the domain of their address, as far as a real Keycloak. */
import { Effect } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { findOrganization, Store } from "../../src/store/index.ts";
import { asker } from "../rest/support.ts";
import { startNameServer } from "../support/name-server.ts";
import { startServer } from "../support/server.ts";
import { openSso, returnTo, type Sso } from "./sso.ts";

const keycloak = inject("keycloak");
const missing = "missing" in keycloak;
const dns = await startNameServer();
const server = await startServer({
  ROLEBRIDGE_DNS_SERVERS: dns.address,
  ...(missing ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: keycloak.url }),
});
const ask = asker(server);
let sso: Sso;

const addDomain = async (name: string, organization = "acme") => {
  const asked = asker(server, organization);
  const { addDomain: made } = await asked(
    `mutation($organization: String!, $name: String!) {
      addDomain(organization: $organization, name: $name) { recordName recordValue } }`,
    { name },
  );
  dns.publish(made.recordName, [[made.recordValue]]);
  await asked(
    "mutation($organization: String!, $name: String!) { verifyDomain(organization: $organization, name: $name) { outcome } }",
    { name },
  );
};

const setDomains = (connection: string, domains: ReadonlyArray<string>) =>
  ask(
    `mutation($organization: String!, $connection: String!, $domains: [String!]) {
      setLoginSettings(organization: $organization, connection: $connection, domains: $domains) { domains } }`,
    { connection, domains },
  );

const enable = (connection: string, enabled: boolean) =>
  ask(
    `mutation($organization: String!, $connection: String!, $enabled: Boolean!) {
      setConnectionEnabled(organization: $organization, connection: $connection, enabled: $enabled) { slug } }`,
    { connection, enabled },
  );

const wanted = { application: "shop", return_to: returnTo, state: "mine-and-random" };

const enter = (more: Record<string, string>, organization = "acme") =>
  fetch(`${server.url}/login/${organization}?${new URLSearchParams({ ...wanted, ...more })}`, {
    redirect: "manual",
  });

/** The connection that it leads to; undefined where it leads nowhere. */
const leadsTo = async (hint: string | undefined, organization = "acme") => {
  const answer = await enter(hint === undefined ? {} : { login_hint: hint }, organization);
  const location = answer.headers.get("location");
  return location === null ? undefined : new URL(location, server.url).pathname.split("/").at(-1);
};

const pageOf = async (hint: string, organization?: string) => {
  const answer = await enter({ login_hint: hint }, organization);
  return [answer.status, (await answer.text()).replaceAll(/[0-9a-f-]{36}/g, "ID")];
};

beforeAll(async () => {
  if ("missing" in keycloak) return;
  sso = await openSso(server, keycloak, ["sso", "second"]);
  for (const name of ["acme.test", "acme.example", "second.test"]) await addDomain(name);
  await setDomains("sso", ["ACME.test", "acme.example"]);
  await setDomains("second", ["second.test"]);
}, 300_000);
afterAll(() => sso?.realm.remove());

describe.skipIf(missing)("the entrance of an organization", () => {
  it("leads to the connection of the address's domain, with the address for the provider to fill in", async () => {
    const answer = await enter({ login_hint: "ada@acme.test", more: "dropped" });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const location = new URL(answer.headers.get("location") ?? "", server.url);
    expect(location.pathname).toBe("/login/acme/sso");
    expect(Object.fromEntries(location.searchParams)).toEqual({ ...wanted, login_hint: "ada@acme.test" });
    const begun = await fetch(location, { redirect: "manual" });
    const provider = new URL(begun.headers.get("location") ?? "");
    expect(provider.href.startsWith(`${sso.issuer}/`)).toBe(true);
    expect(provider.searchParams.get("login_hint")).toBe("ada@acme.test");
  });

  it.each([
    ["ada@acme.test", "sso"],
    ["ada@ACME.TEST", "sso"],
    ["ada@acme.example", "sso"],
    ["ben@second.test", "second"],
    ["ben@sub.second.test", undefined],
    ["ben@xsecond.test", undefined],
    ["ben@other.test", undefined],
    ["ben@x.test@second.test", undefined],
    ["@second.test", undefined],
    ["second.test", undefined],
    ["ben@second.test\r\nx: y", undefined],
    [`${"x".repeat(320)}@second.test`, undefined],
    ["", undefined],
    [undefined, undefined],
  ])("for %j leads to %s", async (hint, connection) => {
    expect(await leadsTo(hint)).toBe(connection);
  });

  it("says the same of people who are there and of those who are not", async () => {
    await sso.addPerson("ada");
    await sso.exchange(await sso.signIn("ada"));
    const [known, unknown] = [
      await enter({ login_hint: "ada@acme.test" }),
      await enter({ login_hint: "zoe@acme.test" }),
    ];
    expect([known.status, known.headers.get("location")?.replace("ada", "zoe")]).toEqual([
      unknown.status,
      unknown.headers.get("location"),
    ]);
  }, 60_000);

  it("names nothing where it leads nowhere, be there such an organization or not", async () => {
    const page = await pageOf("ben@other.test");
    expect(page[0]).toBe(404);
    expect(page[1]).not.toMatch(/sso|second|acme|ben/i);
    expect(await pageOf("ben@other.test", "nobody")).toEqual(page);
    expect(await pageOf("ben@acme.test", "nobody")).toEqual(page);
  });

  it("drops an address that is there twice", async () => {
    const query = new URLSearchParams([
      ...Object.entries(wanted),
      ["login_hint", "a@acme.test"],
      ["login_hint", "b@second.test"],
    ]);
    expect((await fetch(`${server.url}/login/acme?${query}`, { redirect: "manual" })).status).toBe(404);
  });

  it("leads to the only enabled connection where the address has no domain that leads to another", async () => {
    await enable("second", false);
    for (const hint of ["ada@acme.test", "ben@other.test", undefined])
      expect(await leadsTo(hint)).toBe("sso");
    await enable("sso", false);
    expect(await leadsTo("ada@acme.test")).toBeUndefined();
    await enable("sso", true);
    await enable("second", true);
  });

  it("leads nobody to another provider while that of their domain is disabled", async () => {
    await enable("second", false);
    expect(await leadsTo("ben@second.test")).toBeUndefined();
    await enable("second", true);
    expect(await leadsTo("ben@second.test")).toBe("second");
  });

  it("leads nowhere for a domain that is given up, nor when it is claimed anew until somebody says so", async () => {
    await addDomain("leaving.test");
    await setDomains("second", ["second.test", "leaving.test"]);
    expect(await leadsTo("ben@leaving.test")).toBe("second");
    await ask(
      'mutation($organization: String!) { removeDomain(organization: $organization, name: "leaving.test") { name } }',
    );
    expect(await leadsTo("ben@leaving.test")).toBeUndefined();
    await addDomain("leaving.test");
    expect(await leadsTo("ben@leaving.test")).toBeUndefined();
    // One that is verified no more, however that came about.
    const { id } = (await server.run(findOrganization("acme"))) ?? { id: "" as never };
    await setDomains("second", ["second.test", "leaving.test"]);
    await server.run(
      Effect.flatMap(Store, (store) =>
        store.tenant(id, (tx) =>
          Effect.promise(() =>
            sql`update scim_domain set verified_at = null where organization_id = ${id} and name = 'leaving.test'`.execute(
              tx.db,
            ),
          ),
        ),
      ),
    );
    expect(await leadsTo("ben@leaving.test")).toBeUndefined();
  });
});

describe.skipIf(missing)("the domains of a connection", () => {
  it("are verified, and lead to one connection each", async () => {
    await expect(setDomains("second", ["unclaimed.test"])).rejects.toThrow("unclaimed.test is not verified");
    await ask(
      'mutation($organization: String!) { addDomain(organization: $organization, name: "claimed.test") { name } }',
    );
    await expect(setDomains("second", ["claimed.test"])).rejects.toThrow("claimed.test is not verified");
    await expect(setDomains("second", ["acme.test"])).rejects.toThrow("acme.test leads to sso");
    await expect(setDomains("second", ["no domain"])).rejects.toThrow("is no domain");
    await expect(setDomains("scim", ["acme.test"])).rejects.toThrow("Nobody signs in");
    await asker(server)('mutation { createOrganization(slug: "globex") { slug } }');
    await addDomain("globex.test", "globex");
    await expect(setDomains("second", ["globex.test"])).rejects.toThrow("globex.test is not verified");
    expect(await leadsTo("ben@second.test")).toBe("second");
  });

  it("stay where something else is set, and are taken away by an empty list", async () => {
    const { setLoginSettings: kept } = await ask(
      `mutation($organization: String!) {
        setLoginSettings(organization: $organization, connection: "sso", lapseDays: 7) { lapseDays domains } }`,
    );
    expect(kept).toEqual({ lapseDays: 7, domains: ["acme.example", "acme.test"] });
    expect((await setDomains("sso", [])).setLoginSettings).toEqual({ domains: [] });
    expect(await leadsTo("ada@acme.test")).toBeUndefined();
  });

  it("of two connections that are told the same one at once belong to one", async () => {
    const results = await Promise.allSettled([
      setDomains("sso", ["acme.test"]),
      setDomains("second", ["acme.test"]),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});
