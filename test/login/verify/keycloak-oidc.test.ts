/** A product brings ID tokens that it got for itself, from a real Keycloak. */
import { describe, expect, it, vi } from "vitest";
import { addApplication, asker, pusher, reader } from "../../rest/support.ts";
import {
  ask,
  change,
  claims,
  halfHash,
  latest,
  missing,
  nonce,
  parts,
  product,
  server,
  signInAtProduct,
  sso,
  verify,
} from "./product.ts";

/** The same signature, written otherwise: its last letter has bits that mean nothing. */
const respelled = (token: string): string => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1) ?? "") ^ 1];
};

describe.skipIf(missing)("an ID token that a product got for itself", () => {
  it("signs the person in: account, roles and session as of a login in the browser", async () => {
    const [group] = await sso.realm.admin.groups.find({ search: "team1", exact: true });
    const id = await sso.addPerson("ada", { groups: ["/team1"] });
    const { id_token } = await signInAtProduct("ada", nonce);
    const { status, body, headers } = await verify({ idToken: id_token, nonce });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    const byBrowser = await sso.exchange(await sso.signIn("ada"));
    expect(Object.keys(body)).toEqual(Object.keys(byBrowser.body));
    expect({ ...body, login: "", expiresAt: "" }).toEqual({ ...byBrowser.body, login: "", expiresAt: "" });
    expect(body).toMatchObject({ userName: "ada", roles: [{ role: "member", scope: null }] });
    const session = () => reader(server, sso.secret)(`/logins/${body.login}`);
    expect((await session()).body).toMatchObject({ active: true, subject: body.subject });
    await sso.realm.admin.users.delFromGroup({ id, groupId: group?.id ?? "" });
    const again = await signInAtProduct("ada", "another");
    // Keycloak leaves the claim out now; the connection's own client may do so, a product's says nothing by it.
    expect((await verify({ idToken: again.id_token, nonce: "another" })).body.roles).toHaveLength(1);
    expect((await sso.exchange(await sso.signIn("ada"))).body.roles).toEqual([]);
  }, 60_000);

  it("counts once, also where its signature is written otherwise", async () => {
    await sso.addPerson("bea");
    const { id_token: idToken } = await signInAtProduct("bea", nonce);
    expect((await verify({ idToken, nonce })).status).toBe(200);
    for (const again of [idToken, respelled(idToken)]) {
      expect((await verify({ idToken: again, nonce })).status).toBe(422);
      expect((await latest()).checks.at(-1)).toMatchObject({ name: "once", passed: false });
    }
  }, 60_000);

  it("of two that come at the same time lets one in", async () => {
    await sso.addPerson("ben");
    const { id_token: idToken } = await signInAtProduct("ben", nonce);
    const answers = await Promise.all([1, 2, 3].map(() => verify({ idToken, nonce })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422]);
  }, 60_000);

  it("that a login in the browser had does not count again", async () => {
    await sso.addPerson("cyd");
    let seen = "";
    const real = fetch;
    const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const response = await real(input, init);
      if (!String(input).endsWith("/protocol/openid-connect/token")) return response;
      const text = await response.text();
      seen = JSON.parse(text).id_token ?? seen;
      return new Response(text, { status: response.status, headers: response.headers });
    });
    await sso.signIn("cyd");
    spy.mockRestore();
    const said = JSON.parse(Buffer.from(parts(seen)[1] ?? "", "base64url").toString("utf8"));
    expect((await verify({ idToken: seen, nonce: said.nonce })).status).toBe(422);
    expect((await latest()).checks.at(-1)).toMatchObject({ name: "once", passed: false });
  }, 60_000);

  it("brings what userinfo says along with an access token of its own, and no other", async () => {
    await sso.addPerson("dan");
    await sso.addPerson("eve");
    const [dan, eve] = [await signInAtProduct("dan", nonce), await signInAtProduct("eve", nonce)];
    const sub = JSON.parse(Buffer.from(parts(dan.id_token)[1] ?? "", "base64url").toString("utf8")).sub;
    const wrong = await verify({ idToken: dan.id_token, nonce, accessToken: eve.access_token });
    expect([wrong.status, (await latest()).checks.at(-1).name]).toEqual([422, "at_hash"]);
    const unbound = await sso.sign(claims(sub));
    const other = await verify({ idToken: unbound, nonce, accessToken: eve.access_token });
    expect([other.status, (await latest()).checks.at(-1).name]).toEqual([422, "userinfo"]);
    const { at_hash, ...bound } = claims(sub, { at_hash: halfHash(dan.access_token) });
    expect(at_hash).toBeDefined();
    const good = await verify({
      idToken: await sso.sign({ ...bound, at_hash }),
      nonce,
      accessToken: dan.access_token,
    });
    expect([good.status, good.body.displayName]).toEqual([200, "dan Test"]);
  }, 60_000);

  it("of another organization's application is at no connection there", async () => {
    const { data } = (await server.graphql('mutation { createOrganization(slug: "globex") { slug } }')).body;
    expect(data.createOrganization.slug).toBe("globex");
    const foreign = await addApplication(asker(server, "globex"));
    const idToken = await sso.sign(claims("11111111-1111-4111-8111-111111111111"));
    expect((await verify({ idToken, nonce }, "sso", foreign)).status).toBe(404);
    expect((await verify({ idToken, nonce }, "nowhere")).status).toBe(404);
    expect((await verify({ idToken, nonce }, "scim")).status).toBe(404);
    expect((await verify({ idToken, nonce }, "sso", `${sso.secret.slice(0, -3)}xyz`)).status).toBe(401);
    expect((await verify({ idToken, nonce }, "sso", "")).status).toBe(401);
    // None of them used it up.
    expect((await verify({ idToken, nonce })).status).toBe(200);
  }, 60_000);

  it("lets in nobody whom SCIM deactivated, and says no more than for any other reason", async () => {
    await ask(
      `mutation($organization: String!) { declareSameDirectory(organization: $organization, connections: ["scim", "second"]) { slug } }`,
    );
    await change("second", "acceptedAudiences", product);
    const sub = await sso.addPerson("fay");
    const user = await pusher(server).user("fay", { externalId: sub });
    const first = await signInAtProduct("fay", nonce);
    const { body } = await verify({ idToken: first.id_token, nonce }, "second");
    await pusher(server).patch(`/Users/${user}`, { op: "replace", path: "active", value: false });
    expect((await reader(server, sso.secret)(`/logins/${body.login}`)).body.endedBecause).toBe("inactive");
    const next = await signInAtProduct("fay", nonce);
    const refused = await verify({ idToken: next.id_token, nonce }, "second");
    expect(refused.status).toBe(422);
    expect((await latest()).checks.at(-1)).toMatchObject({ name: "active", passed: false });
    const forged = await verify({ idToken: "x.y.z", nonce }, "second");
    expect(forged.body.detail.replace(forged.body.reference, "")).toBe(
      refused.body.detail.replace(refused.body.reference, ""),
    );
  }, 60_000);

  it("at a connection that was disabled counts no more", async () => {
    const enable = (enabled: boolean) =>
      ask(
        `mutation($organization: String!, $enabled: Boolean!) {
          setConnectionEnabled(organization: $organization, connection: "sso", enabled: $enabled) { slug } }`,
        { enabled },
      );
    const idToken = await sso.sign(claims("22222222-2222-4222-8222-222222222222"));
    await enable(false);
    expect((await verify({ idToken, nonce })).status).toBe(404);
    await enable(true);
    expect((await verify({ idToken, nonce })).status).toBe(200);
  }, 60_000);
});
