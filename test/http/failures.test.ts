/** Bad credentials from one address: slowed down, and nobody else with them. */
import { describe, expect, it } from "vitest";
import { basic, form, oauthOf } from "../oauth/support.ts";
import { startServer } from "../support/server.ts";

const grant = form({ grant_type: "client_credentials" });
const wrong = `rbs_${"A".repeat(43)}_${"A".repeat(43)}`;

const doors = [
  {
    door: "the SCIM door",
    bad: "scim",
  },
  { door: "the token endpoint", bad: "oauth" },
  { door: "the operators' door", bad: "graphql" },
] as const;

describe.each(doors)("$door", ({ bad }) => {
  it("answers 429 after 20 bad credentials in a minute, and lets good ones in all the time", async () => {
    const server = await startServer({}, undefined, { badCredentials: 20 });
    const { post, connection, client, ask } = oauthOf(server);
    const made = await client(await connection());
    const send = () => {
      if (bad === "scim") return server.scim("GET", "/Users", undefined, wrong);
      if (bad === "graphql") return server.graphql("{ me { id } }", {}, wrong);
      return post(grant, { authorization: basic("x", "y") });
    };
    const statuses: Array<number> = [];
    for (let sent = 0; sent < 20; sent += 1) statuses.push((await send()).status);
    expect(new Set(statuses)).toEqual(new Set([401]));
    const late = await send();
    expect(late.status).toBe(429);
    expect(late.headers.get("retry-after")).toMatch(/^\d{1,2}$/);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(JSON.stringify(late.body)).toContain("Too many bad");
    expect((await server.scim("GET", "/Users?count=0")).status).toBe(200);
    expect((await ask(made)).status).toBe(200);
    expect((await server.graphql("{ me { id } }")).body.errors).toBeUndefined();
  });
});
