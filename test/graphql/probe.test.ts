import { expect, it } from "vitest";
import { startServer } from "../support/server.ts";
const server = await startServer();
it("serves", async () => {
  const created = await server.scim("POST", "/Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "ada@example.com" });
  expect(created.status).toBe(201);
});
