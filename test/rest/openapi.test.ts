/** The document that describes the addresses: valid, and about all of them. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer();
const { status, body, headers } = await server.request("/v1/openapi.json");

describe("the OpenAPI document", () => {
  it("is valid", async () => {
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("application/json");
    const { valid, errors } = await new Validator().validate(structuredClone(body));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it("names each address, what it answers, and the credential", () => {
    const operations = Object.entries<Record<string, { responses: object; security: unknown }>>(body.paths);
    expect(operations.flatMap(([path, of]) => Object.keys(of).map((method) => `${method} ${path}`))).toEqual([
      "get /v1/accounts",
      "get /v1/accounts/{account}/roles",
      "get /v1/accounts/{account}/permissions/{permission}",
      "get /v1/logins/{login}",
      "post /v1/connections/{connection}/logins/verify",
    ]);
    const all = operations.flatMap(([, of]) => Object.entries(of));
    for (const [method, { responses, security }] of all) {
      expect(Object.keys(responses)).toEqual(
        expect.arrayContaining(["200", method === "get" ? "304" : "422", "400", "401", "404", "429", "503"]),
      );
      expect(security).toEqual([{ application: [] }]);
    }
    expect(body.components.securitySchemes.application).toMatchObject({ type: "http", scheme: "Bearer" });
  });
});
