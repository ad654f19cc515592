/** What leaves when something breaks: one sentence and a request id. What broke stays with us. */
import { GraphQLError } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { NotFound, TooLarge, Unavailable } from "../../src/domain/index.ts";
import { brokenBy, failureError, maskedError, withRequestId } from "../../src/graphql/error.ts";
import { startServer } from "../support/server.ts";
import { watchSql } from "../support/sql.ts";
import { codesOf, expectNoLeak } from "./support.ts";

const server = await startServer();
const sql = watchSql();
const roles = '{ organization(slug: "acme") { name roles { key } } }';

afterEach(sql.mend);

describe("what breaks in a field", () => {
  it("is told by request id only, in the answer's own form", async () => {
    sql.breakWhere('from "role"', { code: "42P01" });
    const answer = await server.graphql(roles);
    expect(answer.status).toBe(200);
    expect(codesOf(answer)).toEqual(["Internal"]);
    const [error] = answer.body.errors;
    expect(error.path).toEqual(["organization", "roles"]);
    expect(error.message).toContain(answer.headers.get("x-request-id"));
    expect(JSON.stringify(answer.body)).not.toContain("secret");
    expectNoLeak(answer);
  });

  it("is called passing trouble where it is that", async () => {
    sql.breakWhere('from "role"', { code: "57P01" });
    const answer = await server.graphql(roles);
    expect(codesOf(answer)).toEqual(["Unavailable"]);
    expect(answer.body.errors[0].message).toMatch(/Try again in \d+ seconds/);
    expectNoLeak(answer);
  });
});

describe("what breaks before the document", () => {
  it("is 503 with a time to come back, while the database is away", async () => {
    sql.breakWhere("operator_token", { code: "57P01" });
    const answer = await server.graphql("{ me { id } }");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(codesOf(answer)).toEqual(["Unavailable"]);
    expectNoLeak(answer);
  });

  it("is 500 with a request id, when it is our fault", async () => {
    sql.breakWhere("operator_token", { code: "42P01" });
    const answer = await server.graphql("{ me { id } }");
    expect(answer.status).toBe(500);
    expect(answer.body.errors[0].message).toContain(answer.headers.get("x-request-id"));
    expect(codesOf(answer)).toEqual(["Internal"]);
    expectNoLeak(answer);
  });
});

describe("the table", () => {
  it("keeps a failure's sentence and never its cause", () => {
    const away = failureError(new Unavailable({ retryAfter: 7, cause: new Error("secret") }));
    expect(JSON.stringify(away)).not.toContain("secret");
    expect(away.extensions["code"]).toBe("Unavailable");
    expect(failureError(new TooLarge({ limit: 5 })).message).toContain("5 bytes");
    expect(failureError(new NotFound({ kind: "role", id: "x".repeat(5000) })).message.length).toBeLessThan(
      200,
    );
  });

  it("takes whatever is thrown for a defect, unless graphql or we said it", () => {
    for (const thrown of [new Error("secret"), "secret", null, undefined, 7, { message: "secret" }]) {
      const masked = maskedError(thrown);
      expect(JSON.stringify(masked)).not.toContain("secret");
      expect(brokenBy(masked)).toBeInstanceOf(Error);
      expect(JSON.stringify(withRequestId(masked, "r-1"))).toContain("r-1");
    }
    const wrapped = new GraphQLError("secret", { originalError: new Error("secret") });
    expect(JSON.stringify(maskedError(wrapped))).not.toContain("secret");
    expect(maskedError(new GraphQLError("Unknown field.")).extensions).toEqual({ code: "InvalidSyntax" });
    expect(brokenBy(maskedError(new GraphQLError("Unknown field.")))).toBeUndefined();
  });
});
