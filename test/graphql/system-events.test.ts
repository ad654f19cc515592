/** Those who may do everything leave evidence too. */
import { describe, expect, it } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer();

const ask = async (query: string, token?: string) => {
  const { body } = await server.graphql(query, {}, token);
  expect(body.errors).toBeUndefined();
  return body.data;
};
const events = "{ systemEvents(first: 10) { id type actorKind requestId subjectKind subjectId data } }";
const make = (name: string, organization: string) =>
  ask(
    `mutation { createOperator(name: "${name}", role: AUDITOR, organization: ${organization}) { id token } }`,
  );

describe("events of no organization", () => {
  it("tell who made and who ended an operator of every organization, in which request", async () => {
    const { createOperator } = await make("free", "null");
    await ask(`mutation { disableOperator(id: "${createOperator.id}") { id } }`);
    const { systemEvents } = await ask(events);
    const about = { actorKind: "operator", subjectKind: "operator", subjectId: createOperator.id };
    expect(systemEvents).toMatchObject([
      { type: "operator.disabled", ...about },
      { type: "operator.created", ...about, data: { role: "auditor" } },
    ]);
    expect(systemEvents[0].requestId).toMatch(/^[0-9a-f-]{36}$/);
    const older = await ask(`{ systemEvents(before: "${systemEvents[0].id}") { type } }`);
    expect(older.systemEvents).toEqual([{ type: "operator.created" }]);
  });

  it("are nothing that an operator of one organization gets to see", async () => {
    const { createOperator } = await make("bound", '"acme"');
    expect((await ask(events, createOperator.token)).systemEvents).toEqual([]);
  });
});
