/** The token endpoint, from a client's secret to a SCIM request (RFC 6749 §4.4, RFC 6750). */
import { Effect } from "effect";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { Store } from "../../src/store/index.ts";
import { parseToken } from "../../src/tenancy/index.ts";
import { engines } from "../support/engines.ts";
import { startServer } from "../support/server.ts";
import { basic, form, oauthOf } from "./support.ts";

const grant = { grant_type: "client_credentials" };

for (const engine of engines.filter(({ skip }) => !skip)) {
  const server = await startServer({}, await engine.location());
  const { post, ask, connection, client, rotate, revoke, enable, token, use } = oauthOf(server);
  const organization = parseToken("rbs", server.quickStart.scimToken)?.scope;

  /** Runs a statement in the organization, behind the server's back. */
  const behind = (statement: string) =>
    server.run(
      Effect.gen(function* () {
        const store = yield* Store;
        if (organization === undefined) return [];
        return yield* store.tenant(organization, (tx) =>
          Effect.promise(async () => (await sql.raw<Record<string, unknown>>(statement).execute(tx.db)).rows),
        );
      }),
    );

  describe(`the token endpoint on the ${engine.name} engine`, () => {
    it.each(["client_secret_basic", "client_secret_post"])("gives a token for %s", async (method) => {
      const { clientId, clientSecret } = await client(await connection());
      const answer =
        method === "client_secret_basic"
          ? await post(form(grant), { authorization: basic(clientId, clientSecret) })
          : await ask({ clientId, clientSecret });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.body).toEqual({
        access_token: expect.stringMatching(/^rba_/),
        token_type: "Bearer",
        expires_in: 3600,
        scope: "scim",
      });
      expect(await use(answer.body.access_token)).toBe(200);
    });

    it("gives a token that stands for the client's own connection", async () => {
      const made = await client(await connection());
      const mine = await token(made);
      const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
      const userName = `${made.id}@acme.test`;
      const created = await server.scim("POST", "/Users", { schemas: [userUrn], userName }, mine);
      expect(created.status).toBe(201);
      expect((await server.scim("GET", `/Users/${created.body.id}`)).status).toBe(404);
      const { body } = await server.graphql(
        `{ organization(slug: "acme") { events(subject: "${created.body.id}") { actorKind actorId } } }`,
      );
      expect(body.data.organization.events).toContainEqual({ actorKind: "scim-client", actorId: made.id });
    });

    it.each([
      ["a wrong secret", { client_secret: `rbk_${"A".repeat(43)}` }],
      ["a secret of another form", { client_secret: "x" }],
      ["no secret", { client_secret: "" }],
      ["an unknown client", { client_id: `rbc_${"A".repeat(43)}` }],
      ["a client id of another form", { client_id: "' or 1=1 --" }],
    ])("refuses %s as any other, with a challenge", async (_, change) => {
      const { clientId, clientSecret } = await client(await connection());
      const fields = { ...grant, client_id: clientId, client_secret: clientSecret, ...change };
      for (const answer of [
        await post(form(fields)),
        await post(form(grant), { authorization: basic(fields.client_id, fields.client_secret) }),
      ]) {
        expect(answer.status).toBe(401);
        expect(answer.body).toEqual({
          error: "invalid_client",
          error_description: expect.stringMatching(/^Send [^"\\]*\.$/),
        });
        expect(answer.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
        expect(answer.headers.get("cache-control")).toBe("no-store");
      }
    });

    it("refuses one client's secret with another's id", async () => {
      const slug = await connection();
      const [one, other] = [await client(slug), await client(slug)];
      expect((await ask({ clientId: one.clientId, clientSecret: other.clientSecret })).status).toBe(401);
    });

    it("refuses a client's id under another organization", async () => {
      const { clientId, clientSecret } = await client(await connection());
      const ids = Buffer.from(clientId.slice(4), "base64url");
      ids[0] = (ids[0] ?? 0) ^ 1;
      expect((await ask({ clientId: `rbc_${ids.toString("base64url")}`, clientSecret })).status).toBe(401);
    });

    it.each([
      ["no grant type", "scope=scim", "invalid_request"],
      ["another grant type", form({ grant_type: "password" }), "unsupported_grant_type"],
      ["a parameter twice", `${form(grant)}&${form(grant)}`, "invalid_request"],
      ["another scope", form({ ...grant, scope: "scim admin" }), "invalid_scope"],
      ["a body that is too large", `${form(grant)}&x=${"x".repeat(40_000)}`, "invalid_request"],
      ["two ways at once", form({ ...grant, client_secret: "x" }), "invalid_request"],
      ["two clients at once", form({ ...grant, client_id: "x" }), "invalid_request"],
    ])("answers %s with 400", async (_, body, error) => {
      const { clientId, clientSecret } = await client(await connection());
      const answer = await post(body, { authorization: basic(clientId, clientSecret) });
      expect([answer.status, answer.body.error]).toEqual([400, error]);
      expect(answer.body.error_description).toMatch(/^[A-Z][^"\\]*\.$/);
    });

    it("takes forms by POST only, and nothing from the address", async () => {
      const { clientId, clientSecret } = await client(await connection());
      const fields = { ...grant, client_id: clientId, client_secret: clientSecret };
      const json = { "content-type": "application/json" };
      expect((await post(JSON.stringify(fields), json)).body.error).toBe("invalid_request");
      const get = await server.request(`/oauth/token?${form(fields)}`);
      expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
      const inAddress = await server.request(`/oauth/token?${form(fields)}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: form(grant),
      });
      expect(inAddress.status).toBe(401);
    });

    it("keeps hashes only", async () => {
      const made = await client(await connection());
      const secrets = [made.clientSecret, await token(made)];
      for (const table of ["oauth_client", "oauth_secret", "oauth_access_token", "event"]) {
        const text = JSON.stringify(await behind(`select * from ${table}`));
        for (const secret of secrets) expect(text).not.toContain(secret.slice(-43));
      }
    });

    it("removes expired access tokens when it gives another", async () => {
      const made = await client(await connection());
      const old = await token(made);
      const expire = `update oauth_access_token set expires_at = now() - interval '1 second' where client_id = '${made.id}'`;
      await behind(expire);
      expect(await use(old)).toBe(401);
      await token(made);
      const left = await behind(`select id from oauth_access_token where client_id = '${made.id}'`);
      expect(left).toHaveLength(1);
    });
  });

  describe(`the end of a client on the ${engine.name} engine`, () => {
    it("by revoking it ends its access tokens at once", async () => {
      const made = await client(await connection());
      const access = await token(made);
      await revoke(made.id);
      expect([await use(access), (await ask(made)).status]).toEqual([401, 401]);
    });

    it("by disabling its connection ends its access tokens at once", async () => {
      const slug = await connection();
      const made = await client(slug);
      const access = await token(made);
      await enable(slug, false);
      expect([await use(access), (await ask(made)).status]).toEqual([401, 401]);
    });

    it("by a secret that expires: its access token does not work longer", async () => {
      const made = await client(await connection(), new Date(Date.now() + 600_000));
      const { body } = await ask(made);
      expect(body.expires_in).toBeGreaterThan(500);
      expect(body.expires_in).toBeLessThanOrEqual(600);
      await behind(`update oauth_secret set expires_at = now() where client_id = '${made.id}'`);
      expect((await ask(made)).status).toBe(401);
    });
  });

  describe(`a rotation on the ${engine.name} engine`, () => {
    it("leaves the secret before alive for its grace, and nothing older", async () => {
      const first = await client(await connection());
      const second = await rotate(first.id, 24);
      const access = await token(first);
      const third = await rotate(first.id, 24);
      expect([(await ask(first)).status, (await ask(second)).status, (await ask(third)).status]).toEqual([
        401, 200, 200,
      ]);
      expect(await use(access)).toBe(401);
    });

    it("without grace ends the secret before, and what it was given, at once", async () => {
      const first = await client(await connection());
      const access = await token(first);
      const second = await rotate(first.id, 0);
      expect([await use(access), (await ask(first)).status, (await ask(second)).status]).toEqual([
        401, 401, 200,
      ]);
    });

    it("of many at once leaves two secrets", async () => {
      const { id } = await client(await connection());
      await Promise.all([1, 2, 3, 4].map(() => rotate(id, 24)));
      const live = await behind(
        `select id from oauth_secret where client_id = '${id}' and revoked_at is null`,
      );
      expect(live).toHaveLength(2);
    });
  });

  describe(`the SCIM door on the ${engine.name} engine`, () => {
    it("names the error only to who sent a token (RFC 6750 §3.1)", async () => {
      const none = await server.scim("GET", "/Users", undefined, "");
      const wrong = await server.scim("GET", "/Users", undefined, `rba_${"A".repeat(43)}_${"A".repeat(43)}`);
      expect([none.status, wrong.status]).toEqual([401, 401]);
      expect(none.headers.get("www-authenticate")).toBe('Bearer realm="scim"');
      expect(wrong.headers.get("www-authenticate")).toBe('Bearer realm="scim", error="invalid_token"');
    });

    it("takes an access token for no other kind of token", async () => {
      const access = await token(await client(await connection()));
      expect(await use(access.replace("rba_", "rbs_"))).toBe(401);
      expect((await server.graphql("{ me { id } }", {}, access)).status).toBe(401);
    });
  });
}
