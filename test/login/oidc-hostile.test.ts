/**
 * Forged, altered, misdirected, replayed and oversized replies, tokens, keys and metadata: none is accepted, each is refused
 * by the check that is for it, and costs little. From a provider of our own making, HostileProvider (oidc-hostile/provider.ts),
 * built from the standards with `jose`, over real HTTP on both sides. Forged logout tokens have their rows in
 * keycloak-logout.test.ts, tokens that a product brings in verify/keycloak-oidc.test.ts.
 */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { forWhom, howWritten, ofWhen, ofWhom } from "./oidc-hostile/claims.ts";
import { keyAnswers, metadataAnswers, tokenAnswers } from "./oidc-hostile/endpoints.ts";
import { goodOnes } from "./oidc-hostile/good.ts";
import { elliptic, jwkOf, stranger } from "./oidc-hostile/keys.ts";
import { clientId } from "./oidc-hostile/provider.ts";
import { mixedUp, noReply, strayed } from "./oidc-hostile/replies.ts";
import { notThisLogin, trouble } from "./oidc-hostile/row.ts";
import { signatures } from "./oidc-hostile/signatures.ts";
import { openHostileWorld } from "./oidc-hostile/world.ts";

const world = await openHostileWorld();

const kinds = [
  ["a reply of another provider", mixedUp],
  ["a reply of another login", strayed],
  ["a reply that is none", noReply],
  ["an ID token signed badly or by others", signatures],
  ["an ID token that is not for this login", forWhom],
  ["an ID token that is not of now", ofWhen],
  ["an ID token of nobody", ofWhom],
  ["an ID token written to confuse", howWritten],
  ["tokens answered as", tokenAnswers],
  ["keys answered as", keyAnswers],
  ["metadata answered as", metadataAnswers],
] as const;

/** Milliseconds of CPU and bytes, of this process: the server's, the browser's and the double's. */
const cost = async <A>(work: () => Promise<A>) => {
  const [before, memory] = [process.cpuUsage(), process.memoryUsage().rss];
  const began = Date.now();
  const value = await work();
  const seconds = (Date.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { value, seconds, millis: (user + system) / 1_000, bytes: process.memoryUsage().rss - memory };
};

/** What a good login costs, and what a second of waiting does: the server has work of its own. */
let good = Number.POSITIVE_INFINITY;
let second = 0;
beforeAll(async () => {
  const all: Array<number> = [];
  for (let at = 0; at < 12; at += 1) {
    await world.connect(`good-${at}`, {});
    const { value, millis } = await cost(() => world.login(`good-${at}`));
    expect(value.status).toBe(303);
    all.push(millis);
  }
  // The first ones warm up.
  good = Math.max(...all.slice(-5));
  second = (await cost(() => new Promise((resolve) => setTimeout(resolve, 1_000)))).millis;
}, 120_000);

const statusOf = (expected: string): number => {
  if (expected === notThisLogin) return 400;
  return expected === trouble ? 503 : 403;
};

const pages = new Map<number, Set<string>>();
let last = 0;

describe.each(kinds)("%s is refused", (_, rows) => {
  it.each(rows)("%s (%s)", async (_name, expected, bend) => {
    last += 1;
    const slug = `row-${last}`;
    await world.connect(slug, bend);
    const before = await world.kept();
    const { value, millis, seconds, bytes } = await cost(() => world.login(slug, bend));
    expect([value.status, value.location]).toEqual([statusOf(expected), null]);
    const after = await world.kept();
    expect(after.rows).toEqual(before.rows);
    // Some may have gone meanwhile, because their minute is over.
    expect(before.codes).toEqual(expect.arrayContaining(after.codes));
    const reference = /<code>([0-9a-f-]{36})<\/code>/.exec(value.body)?.[1] ?? "";
    pages.set(value.status, (pages.get(value.status) ?? new Set()).add(value.body.replace(reference, "")));
    const trace = await world.trace(reference);
    if (statusOf(expected) === 403) {
      expect(trace).toMatchObject({ outcome: "REFUSED", account: null });
      expect(trace.checks.at(-1)).toMatchObject({ name: expected, passed: false });
      expect(JSON.stringify(trace)).not.toMatch(/hostile|script/);
    } else expect(trace).toBeNull();
    expect(millis).toBeLessThan(good + 250 + second * seconds);
    expect(bytes).toBeLessThan(64 * 1024 * 1024);
  });
});
/** Nothing that a token names is asked for, no redirect is followed, and no login asks for userinfo. */
afterEach(() => expect(world.provider.strayed.splice(0)).toEqual([]));

const count = kinds.reduce((all, [, rows]) => all + rows.length, 0);

it(`there are ${count} hostile logins, at least 180, and all who are refused see the same`, () => {
  expect(count).toBeGreaterThanOrEqual(180);
  expect([...pages.keys()].toSorted()).toEqual([400, 403, 503]);
  expect(pages.get(403)?.size).toBe(1);
  expect(pages.get(503)?.size).toBe(1);
  // What cannot be a reply at all is told apart from what is none of this browser's.
  expect(pages.get(400)?.size).toBe(2);
  for (const page of [...pages.values()].flatMap((all) => [...all]))
    expect(page).not.toMatch(/hostile|script/);
});

describe("a good login is accepted", () => {
  it.each(goodOnes)("%s", async (name, bend) => {
    const slug = `right-${goodOnes.findIndex(([one]) => one === name)}`;
    await world.connect(slug, bend);
    expect((await world.login(slug)).status).toBe(303);
  });

  it("by a key that the provider did not have at the last login, a minute later; until then it is refused", async () => {
    const issuer = await world.connect("rolled", {});
    expect((await world.login("rolled")).status).toBe(303);
    issuer.bend = {
      header: (header) => ({ ...header, kid: "new" }),
      key: stranger.privateKey,
      keys: (keys) => [jwkOf(stranger.publicKey, { kid: "new" }), jwkOf(elliptic.publicKey), ...keys],
    };
    expect((await world.login("rolled")).status).toBe(403);
    const now = Date.now;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 61_000);
    const { status } = await world.login("rolled");
    clock.mockRestore();
    expect(status).toBe(303);
  });
});

describe("an address of an account of the same directory", () => {
  const email = "ada@acme.test";
  const subjectOf = async (slug: string, claims: object) => {
    await world.connect(slug, { claims: (usual) => ({ ...usual, email, ...claims }) }, "acme", "scim");
    const { location } = await world.login(slug);
    const code = new URL(location ?? "").searchParams.get("code");
    return (await world.post("/login/exchange", { code })).body.subject;
  };
  let ada = "";
  beforeAll(async () => {
    await world.server.scim("POST", "/Users", {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "ada",
      emails: [{ value: email, primary: true }],
    });
    ada = await subjectOf("mail-true", { email_verified: true });
    expect(await subjectOf("mail-again", { email_verified: true })).toBe(ada);
  });

  it.each([
    ["the text true", { email_verified: "true" }],
    ["1", { email_verified: 1 }],
    ["a list", { email_verified: [true] }],
    ["null", { email_verified: null }],
    ["false", { email_verified: false }],
    ["nothing", {}],
  ])("joins nobody where email_verified is %s", async (said, claims) => {
    const subject = await subjectOf(`mail-${said.replaceAll(" ", "-")}`, claims);
    expect(subject).toMatch(/^[0-9a-f-]{36}$/);
    expect(subject).not.toBe(ada);
  });
});

describe("what userinfo says of somebody else", () => {
  it("is refused with the ID token that a product brings, and nothing of it is kept", async () => {
    const issuer = await world.connect("product", { settings: { acceptedAudiences: clientId } });
    const verify = async (more: object) => {
      const idToken = await world.provider.idToken(issuer, "of-the-product");
      return world.post("/v1/connections/product/logins/verify", {
        idToken,
        nonce: "of-the-product",
        ...more,
      });
    };
    const before = await world.kept();
    const { status, body } = await verify({ accessToken: "an-access-token" });
    expect(status).toBe(422);
    expect(world.provider.strayed.splice(0)).toEqual(["/acme-product/userinfo"]);
    expect((await world.kept()).rows).toEqual(before.rows);
    expect((await world.trace(body.reference)).checks.at(-1).name).toBe("userinfo");
    expect((await verify({})).status).toBe(200);
  });
});
