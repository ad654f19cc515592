/** What the tests of the management surface share: operators of every role, and how an answer is read. */
import { expect } from "vitest";
import { type OperatorRole, operatorRoles } from "../../src/domain/index.ts";
import type { Answer, TestServer } from "../support/server.ts";

export const codesOf = ({ body }: Answer): ReadonlyArray<string> =>
  (body.errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code);

/** The data of an answer that must have no errors. */
export const dataOf = ({ body }: Answer) => {
  expect(body.errors).toBeUndefined();
  return body.data;
};

/** Nothing that tells how the server is made: no stack, no file, no SQL. */
export const expectNoLeak = ({ body }: Answer) => {
  const text = JSON.stringify(body);
  expect(text).not.toMatch(/node_modules|\.ts:\d|\bat [A-Za-z.]+ \(|select |insert |kysely|SQLSTATE|ECONN/i);
  expect(text).not.toContain("stack");
};

const create = `mutation ($name: String!, $role: OperatorRole!, $organization: String) {
  createOperator(name: $name, role: $role, organization: $organization) { id token } }`;

let made = 0;

/** A new operator's id and token. */
export const operator = async (
  server: TestServer,
  role: OperatorRole,
  organization: string | null = null,
) => {
  made += 1;
  const variables = { name: `${role} ${made}`, role: role.toUpperCase(), organization };
  const answer = await server.graphql(create, variables);
  return dataOf(answer).createOperator as { readonly id: string; readonly token: string };
};

/** One operator's token for each role. */
export const everyRole = async (server: TestServer) => {
  const tokens = new Map<OperatorRole, string>();
  for (const role of operatorRoles) tokens.set(role, (await operator(server, role)).token);
  return tokens;
};

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";

export const pushUser = async (server: TestServer, userName: string, token?: string) => {
  const emails = [{ value: userName, primary: true }];
  const answer = await server.scim("POST", "/Users", { schemas: [userUrn], userName, emails }, token);
  expect(answer.status).toBe(201);
  return { id: String(answer.body.id), requestId: String(answer.headers.get("x-request-id")) };
};

export const pushGroup = async (
  server: TestServer,
  displayName: string,
  members: ReadonlyArray<string>,
  token?: string,
) => {
  const body = { schemas: [groupUrn], displayName, members: members.map((value) => ({ value })) };
  const answer = await server.scim("POST", "/Groups", body, token);
  expect(answer.status).toBe(201);
  return { id: String(answer.body.id), requestId: String(answer.headers.get("x-request-id")) };
};

/** An owner's questions and commands to one server. */
export const openOwner = async (server: TestServer) => {
  const run = async (document: string, variables: object = {}) =>
    dataOf(await server.graphql(document, variables));
  const refusal = async (document: string, variables: object = {}) => {
    const answer = await server.graphql(document, variables);
    return { code: codesOf(answer)[0], message: String(answer.body.errors?.[0]?.message) };
  };
  const inAcme = async (fields: string) =>
    (await run(`{ organization(slug: "acme") { ${fields} } }`)).organization;
  const newest = async (type: string) => {
    const { events } = await inAcme(
      "events(first: 100) { id type actorKind actorId connection requestId subjectKind subjectId data }",
    );
    return events.find((event: { type: string }) => event.type === type);
  };
  const rolesOf = async (name: string) => {
    const [found] = (await inAcme(`explain(name: "${name}") { account { active roles { role } } }`)).explain;
    return found.account.roles.map(({ role }: { role: string }) => role);
  };
  return { me: (await run("{ me { id } }")).me.id, run, refusal, inAcme, newest, rolesOf };
};
