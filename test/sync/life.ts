/** Lives of an organization, at random: requests that two connections send. */
import { Effect, Redacted } from "effect";
import fc from "fast-check";
import { type ConnectionId, systemOrigin } from "../../src/domain/index.ts";
import { Store, updateConnection } from "../../src/store/index.ts";
import { createScimToken } from "../../src/tenancy/index.ts";
import type { TestServer } from "../support/server.ts";
import { newOrganization, publishRules } from "../support/world.ts";
import { type Command, type Reference, roles, rules, type Side } from "./reference.ts";

/** An organization of two connections that are one directory, with the rules of the reference in force. */
export const organization = (server: TestServer) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const { id, slug, connections } = yield* newOrganization("a", "b");
      yield* publishRules(id, roles, rules);
      const [a, b] = connections as [ConnectionId, ConnectionId];
      const token = (connection: ConnectionId) =>
        store.tenant(id, (tx) =>
          createScimToken(tx, { connection, label: "test", expiresAt: null }, systemOrigin),
        );
      yield* store.tenant(id, (tx) => updateConnection(tx, b, { directoryId: a }));
      const tokens = {
        a: Redacted.value((yield* token(a)).token),
        b: Redacted.value((yield* token(b)).token),
      };
      return { id, slug, tokens };
    }),
  );

const user = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] };
const group = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"] };
const patch = (...operations: ReadonlyArray<object>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});

/** Sends commands as SCIM requests and remembers the ids that came back. */
export const client = (server: TestServer, tokens: Record<Side, string>, reference: Reference) => {
  const ids = { a: new Map<string, string>(), b: new Map<string, string>() };
  const values = (side: Side, people: ReadonlyArray<number>) =>
    reference.known(side, people).map((person) => ({ value: ids[side].get(`u${person}`) }));
  const operation = (command: Command): object => {
    if (command.do === "active") return { op: "replace", path: "active", value: command.active };
    if (command.do === "rename") return { op: "replace", path: "displayName", value: `G${command.to}` };
    if (command.do !== "add" && command.do !== "remove" && command.do !== "replace") return {};
    return { op: command.do, path: "members", value: values(command.side, command.people) };
  };
  const create = async (side: Side, path: string, key: string, body: object) => {
    const answer = await server.scim("POST", path, body, tokens[side]);
    if (answer.status === 201) ids[side].set(key, answer.body.id);
    return answer.status;
  };
  return async (command: Command): Promise<number> => {
    const { side } = command;
    if (command.do === "create") {
      return create(side, "/Users", `u${command.person}`, { ...user, userName: `p${command.person}` });
    }
    if (command.do === "create-group") {
      if (ids[side].has(`g${command.group}`)) return 200;
      return create(side, "/Groups", `g${command.group}`, { ...group, displayName: `G${command.group}` });
    }
    const key = "person" in command ? `u${command.person}` : `g${command.group}`;
    const path = `${"person" in command ? "/Users" : "/Groups"}/${ids[side].get(key) ?? "none"}`;
    if (command.do === "delete" || command.do === "delete-group") {
      ids[side].delete(key);
      return (await server.scim("DELETE", path, undefined, tokens[side])).status;
    }
    // An empty value list is refused, not taken for "everyone".
    if ("people" in command && command.do !== "replace" && values(side, command.people).length === 0)
      return 200;
    return (await server.scim("PATCH", path, patch(operation(command)), tokens[side])).status;
  };
};

const side = fc.constantFrom<Side>("a", "b");
const person = fc.integer({ min: 0, max: 2 });
const people = fc.array(person, { maxLength: 3 });
const number = fc.integer({ min: 0, max: 3 });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("create" as const), side, person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), side, person }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("active" as const), side, person, active: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("create-group" as const), side, group: number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete-group" as const), side, group: number }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("rename" as const), side, group: number, to: number }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("add" as const, "add" as const, "remove" as const, "replace" as const),
      side,
      group: number,
      people,
    }),
  },
);

/** Everyone exists on both sides: without this, few random sequences would ever touch a role. */
const populated: ReadonlyArray<Command> = (["a", "b"] as const).flatMap((where) => [
  ...[0, 1, 2].map((one): Command => ({ do: "create", side: where, person: one })),
  ...[0, 1, 2, 3].map((one): Command => ({ do: "create-group", side: where, group: one })),
]);

/** Every command may be sent again at once, as senders do that lost the answer. */
export const commands = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(command, fc.boolean()), { minLength: 8, maxLength: 30 }))
  .map(([empty, all]) => [
    ...(empty ? [] : populated),
    ...all.flatMap(([one, twice]) => (twice ? [one, one] : [one])),
  ]);
