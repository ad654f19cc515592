/** What the server says about itself to OAuth clients (RFC 8414). */
import { describe, expect, it } from "vitest";
import { freePort } from "../support/private-postgres.ts";
import { raw } from "../support/raw.ts";
import { startServer } from "../support/server.ts";

const issuer = "https://roles.acme.test/rolebridge";
const port = await freePort();
await startServer({ ROLEBRIDGE_PUBLIC_URL: issuer, PORT: port });
const address = "/.well-known/oauth-authorization-server";

const ask = (method: string, path: string) =>
  raw(`http://127.0.0.1:${port}${path}`, method, { host: "evil.test" });

describe("the metadata", () => {
  it.each([address, `${address}/rolebridge`])("is at %s, by the public address", async (path) => {
    const { status, headers, body } = await ask("GET", path);
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    expect(body).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      grant_types_supported: ["client_credentials"],
      scopes_supported: ["scim"],
    });
    expect(body.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(["client_secret_basic", "client_secret_post"]),
    );
  });

  it("of another issuer is not here", async () => {
    expect((await ask("GET", `${address}/other`)).status).toBe(404);
    expect((await ask("POST", address)).status).toBe(405);
  });
});
