/** What a stranger, a page of another origin or a malicious operator may try. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";
import { codesOf, dataOf, expectNoLeak, operator } from "./support.ts";

const server = await startServer();
const token = server.quickStart.operatorToken;
const bearer = { authorization: `Bearer ${token}` };
const json = { "content-type": "application/json" };
const me = JSON.stringify({ query: "{ me { id } }" });

const post = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer> = me) =>
  server.request("/graphql", { method: "POST", headers, body });

describe("strangers", () => {
  const introspection = JSON.stringify({ query: "{ __schema { types { name } } }" });
  const broken = JSON.stringify({ query: "{ organisations {" });
  const shuffled = `${token.slice(0, -3)}${token.endsWith("AAA") ? "BBB" : "AAA"}`;
  const otherPrefix = token.replace("rbo_", "rbs_");
  const scopeless = `rbo_${Buffer.alloc(32, 7).toString("base64url")}_${token.slice(-43)}`;

  it.each([
    ["no header", {}],
    ["an empty bearer", { authorization: "Bearer " }],
    ["another scheme", { authorization: `Basic ${token}` }],
    ["a token cut short", { authorization: `Bearer ${token.slice(0, 50)}` }],
    ["a token with a wrong secret", { authorization: `Bearer ${shuffled}` }],
    ["a token of unknown ids", { authorization: `Bearer ${scopeless}` }],
    ["a token with another prefix", { authorization: `Bearer ${otherPrefix}` }],
    ["a SCIM token", { authorization: `Bearer ${server.quickStart.scimToken}` }],
    ["SQL", { authorization: "Bearer ' or 1=1 --" }],
    ["a very long token", { authorization: `Bearer rbo_${"A".repeat(8000)}` }],
  ] as ReadonlyArray<[string, Record<string, string>]>)("are refused with %s", async (_, headers) => {
    for (const body of [me, introspection, broken, "not json", "{}"]) {
      const answer = await post({ ...json, ...headers }, body);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toContain("Bearer");
      expect(codesOf(answer)).toEqual(["Unauthenticated"]);
      expect(JSON.stringify(answer.body)).not.toMatch(/organi[sz]ations|Syntax|Did you mean/);
    }
  });

  it("get the same answer for every wrong token", async () => {
    const answers = await Promise.all(
      [shuffled, scopeless, otherPrefix].map((one) => post({ ...json, authorization: `Bearer ${one}` })),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });
});

describe("requests", () => {
  it.each(["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])("%s is not offered", async (method) => {
    const query = method === "GET" ? `?query=${encodeURIComponent("{ me { id } }")}` : "";
    const answer = await server.request(`/graphql${query}`, { method, headers: { ...bearer, ...json } });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
  });

  it.each([
    ["text/plain", 415],
    ["application/x-www-form-urlencoded", 415],
    ["multipart/form-data; boundary=x", 415],
    ["application/graphql", 415],
    ["application/jsonp", 415],
    ["application/json; charset=utf-8", 200],
  ])("of type %s: %i", async (type, status) => {
    expect((await post({ ...bearer, "content-type": type })).status).toBe(status);
  });

  it("from a page of another origin are refused, whatever it is called", async () => {
    for (const origin of ["https://evil.example", "null", `${server.url}.evil.example`, "http://localhost"]) {
      const answer = await post({ ...bearer, ...json, origin });
      expect(answer.status).toBe(403);
      expect(codesOf(answer)).toEqual(["Forbidden"]);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect((await post({ ...bearer, ...json, origin: server.url })).status).toBe(200);
  });

  it.each([
    ["no JSON", "{"],
    ["a list: no batches", `[${me},${me}]`],
    ["no query", "{}"],
    ["a query that is no text", '{"query":1}'],
    ["variables that are no object", '{"query":"{ me { id } }","variables":[1]}'],
    ["equal keys", '{"query":"{ me { id } }","query":"{ operators { id } }"}'],
    ["a NUL in a variable", '{"query":"{ me { id } }","variables":{"a":"\\u0000"}}'],
    ["half a surrogate pair", '{"query":"{ me { id } }","variables":{"a":"\\ud800"}}'],
    ["a deep body", `{"query":"x","variables":{"a":${"[".repeat(5000)}${"]".repeat(5000)}}}`],
  ])("with %s are refused", async (_, body) => {
    const answer = await post({ ...bearer, ...json }, body);
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual(["InvalidSyntax"]);
    expectNoLeak(answer);
  });

  it("of more than a megabyte are refused", async () => {
    const answer = await post({ ...bearer, ...json }, JSON.stringify({ query: "#".repeat(1024 * 1024) }));
    expect(answer.status).toBe(413);
    expect(codesOf(answer)).toEqual(["TooLarge"]);
  });

  it("that are not UTF-8 are refused", async () => {
    const body = Uint8Array.from([...Buffer.from('{"query":"'), 0xff, ...Buffer.from('"}')]);
    expect((await post({ ...bearer, ...json }, body)).status).toBe(400);
  });

  it("are answered with a request id, and nobody keeps the answer", async () => {
    const answer = await post({ ...bearer, ...json });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  });
});

describe("documents", () => {
  const nested = (depth: number) =>
    `{ organizations ${"{ connections ".repeat(depth)} { id } ${"}".repeat(depth)} }`;

  it.each([
    ["51 aliases", `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: me { id }`).join(" ")} }`, "TooLarge"],
    ["51 root fields", `{ ${"me { id } ".repeat(51)} }`, "TooLarge"],
    ["eleven levels", nested(10), "TooLarge"],
    ["more than 2,000 tokens", `{ me { ${"id ".repeat(2000)} } }`, "InvalidSyntax"],
    [
      "aliases through fragments",
      `{ ...f } fragment f on Query { ${Array.from({ length: 9 }, (_, i) => `a${i}: me { ...g }`).join(" ")} }
       fragment g on Operator { ${Array.from({ length: 9 }, (_, i) => `b${i}: id`).join(" ")} }`,
      "TooLarge",
    ],
    [
      "fragments that double",
      `{ ...f0 } ${Array.from(
        { length: 60 },
        (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`,
      ).join(" ")} fragment f60 on Query { me { id } }`,
      "TooLarge",
    ],
    ["a fragment in itself", "{ ...f } fragment f on Query { ...f }", "TooLarge"],
    [
      "a mutation fifty-one times",
      `mutation { ${'resolveException(organization: "a", id: "b") '.repeat(51)} }`,
      "TooLarge",
    ],
    ["a NUL in the document", '{ organization(slug: "\\u0000") { id } }', "InvalidSyntax"],
    ["a subscription", "subscription { me { id } }", "InvalidSyntax"],
    ["a directive from nowhere", "{ me @evil { id } }", "InvalidSyntax"],
  ])("with %s are refused before they run", async (_, query, code) => {
    const started = performance.now();
    const answer = await server.graphql(query);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(new Set(codesOf(answer))).toEqual(new Set([code]));
    expect(answer.body.data ?? null).toBeNull();
    expectNoLeak(answer);
  });

  it("may ask for the schema, with a token", async () => {
    const deep = "ofType { name ".repeat(6);
    const query = `{ __schema { types { name fields { name type { name ${deep} ${"}".repeat(6)} } } } } }`;
    expect(dataOf(await server.graphql(query)).__schema.types.length).toBeGreaterThan(10);
  });

  it.each([
    ['{ organization(slug: "acme\' or 1=1 --") { id } }', null],
    ['{ organization(slug: "") { id } }', null],
    [`{ organization(slug: "${"x".repeat(5000)}") { id } }`, null],
  ])("with an odd slug find nothing: %.40s", async (query, expected) => {
    expect(dataOf(await server.graphql(query)).organization).toBe(expected);
  });

  it.each([
    'account(id: "1; drop table account") { id }',
    'explain(name: "\' or true --") { account { id } }',
    'events(subject: "x") { id }',
    'events(before: "x") { id }',
    "events(first: 501) { id }",
    "events(first: -1) { id }",
    "exceptions(first: 0) { id }",
    'accounts(after: "x") { next }',
    "accounts(first: 2147483647) { next }",
  ])("with odd arguments break nothing: %s", async (field) => {
    const answer = await server.graphql(`{ organization(slug: "acme") { ${field} } }`);
    expect(codesOf(answer)).not.toContain("Internal");
    expectNoLeak(answer);
  });

  it("with a mapping that is nested too deep, too long or not one, break nothing", async () => {
    const query = 'mutation ($d: JSON!) { draftMapping(organization: "acme", document: $d) { version } }';
    const deep = (levels: number): unknown =>
      levels === 0 ? { connection: "scim" } : { all: [deep(levels - 1)] };
    const rule = (when: unknown) => ({ rules: [{ id: "r", when, grant: ["developer"] }] });
    for (const document of [
      rule(deep(25)),
      rule({}),
      [],
      "x",
      1,
      { rules: "x" },
      { __proto__: null, x: 1 },
    ]) {
      const answer = await server.graphql(query, { d: document });
      expect(codesOf(answer)).toEqual(["InvalidValue"]);
      expectNoLeak(answer);
    }
    const polluting = '{"query":"x","variables":{"d":{"rules":[],"__proto__":{"polluted":true}}}}';
    await post({ ...bearer, ...json }, polluting.replace('"x"', JSON.stringify(query)));
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("an operator who was disabled", () => {
  it("is a stranger from then on", async () => {
    const { id, token: theirs } = await operator(server, "administrator");
    expect((await server.graphql("{ me { id } }", {}, theirs)).status).toBe(200);
    dataOf(await server.graphql(`mutation { disableOperator(id: "${id}") { disabledAt } }`));
    const answer = await server.graphql("{ me { id } }", {}, theirs);
    expect(answer.status).toBe(401);
    expect(codesOf(answer)).toEqual(["Unauthenticated"]);
  });
});
