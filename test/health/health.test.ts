import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { watchSql } from "../support/sql.ts";

const sql = watchSql();
const server = await startServer();

describe("health", () => {
  it("is live and ready while the database answers", async () => {
    expect((await server.request("/healthz")).status).toBe(200);
    expect((await server.request("/readyz")).status).toBe(200);
  });

  it("is live and not ready while the database is away, and SCIM asks to come back later", async () => {
    sql.breakWhere("set_config", { code: "57P01" });
    expect((await server.request("/healthz")).status).toBe(200);
    const ready = await server.request("/readyz");
    expect(ready.status).toBe(503);
    expect(JSON.stringify(ready.body)).not.toContain("secret");
    const scim = await server.scim("GET", "/Users");
    expect(scim.status).toBe(503);
    expect(scim.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(JSON.stringify(scim.body)).not.toContain("secret");
    sql.mend();
    expect((await server.request("/readyz")).status).toBe(200);
    expect((await server.scim("GET", "/Users")).status).toBe(200);
  });
});

describe("an address that nobody has", () => {
  it("is answered with problem details", async () => {
    const { status, headers, body } = await server.request("/nothing");
    expect(status).toBe(404);
    expect(headers.get("content-type")).toContain("application/problem+json");
    expect(body).toMatchObject({ status: 404, title: "Not found" });
  });
});
